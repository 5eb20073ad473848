"""One's own account: time zone, password, API tokens."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from sensors import audit, changes, zones
from sensors.forms.account import NewPasswordForm, ProfileForm, TokenForm
from sensors.models import ApiToken, User
from sensors.views.session import user_of


def account(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    before = audit.values(user)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        changes.save(user, user, before)
        messages.success(request, "Saved.")
        return redirect("account")
    return page(request, user, profile=form)


def page(
    request: HttpRequest,
    user: User,
    profile: ProfileForm | None = None,
    token_form: TokenForm | None = None,
    token: str = "",
) -> HttpResponse:
    """The whole page; `token` is the text of a token that was made just now."""
    context = {
        "profile": profile or ProfileForm(instance=user),
        "token_form": token_form or TokenForm(instance=ApiToken(user=user)),
        "token": token,
        "tokens": user.tokens.all(),
        "memberships": user.memberships.select_related("domain"),
        "zones": zones.names(),
    }
    return render(request, "sensors/account.html", context)


@sensitive_post_parameters()
@never_cache
def password(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form = NewPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            user.must_change_password = False
            form.save()
            audit.record(user, "password changed", user)
        update_session_auth_hash(request, user)
        messages.success(request, "Your password is changed; other sessions ended.")
        return redirect("/")
    return render(request, "sensors/password.html", {"form": form})


@require_POST
@never_cache
def token_new(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form = TokenForm(request.POST, instance=ApiToken(user=user))
    if not form.is_valid():
        return page(request, user, token_form=form)
    with transaction.atomic():
        _, text = ApiToken.issue(user, name=form.cleaned_data["name"])
        audit.record(user, "token issued", user, name=form.cleaned_data["name"])
    return page(request, user, token=text)


@require_POST
@transaction.atomic
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    token = get_object_or_404(ApiToken, pk=pk, user=user)
    audit.record(user, "token revoked", user, name=str(token))
    token.delete()
    messages.success(request, f"{token} is revoked and no longer works.")
    return redirect("account")
