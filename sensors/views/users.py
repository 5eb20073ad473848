"""Users, for superusers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sensors import access, audit, changes, passwords, people
from sensors.forms.people import UserForm
from sensors.models import User
from sensors.views.session import user_of


@require_safe
def users(request: HttpRequest) -> HttpResponse:
    access.check_superuser(request.user)
    found = User.objects.prefetch_related("memberships__domain").order_by("username")
    return render(request, "sensors/users.html", {"users": found})


@never_cache
def user_new(request: HttpRequest) -> HttpResponse:
    access.check_superuser(request.user)
    if request.method == "POST":
        return user_create(request)
    return page(request, UserForm(initial={"is_active": True}))


@changes.alone()
def user_create(request: HttpRequest) -> HttpResponse:
    form = UserForm(request.POST)
    if not form.is_valid():
        return page(request, form)
    made = form.save(commit=False)
    text = passwords.issue(made)
    changes.create(user_of(request), made)
    return once(request, made, text)


def page(
    request: HttpRequest, form: UserForm, account: User | None = None
) -> HttpResponse:
    context = {"form": form, "account": account}
    return render(request, "sensors/user.html", context)


def once(request: HttpRequest, account: User, text: str) -> HttpResponse:
    """Shows a one-time password. Not after a redirect: it is kept nowhere."""
    context = {"account": account, "one_time_password": text}
    return render(request, "sensors/one_time_password.html", context)


def user(request: HttpRequest, pk: int) -> HttpResponse:
    access.check_superuser(request.user)
    account = get_object_or_404(User, pk=pk)
    if request.method == "POST":
        return user_save(request, account)
    return page(request, UserForm(instance=account), account)


@changes.alone()
def user_save(request: HttpRequest, account: User) -> HttpResponse:
    before = audit.values(account)
    form = UserForm(request.POST, instance=account)
    if not form.is_valid():
        return page(request, form, User.objects.get(pk=account.pk))
    changes.save(user_of(request), account, before)
    messages.success(request, f"{account} is saved.")
    return redirect("users")


@require_POST
@never_cache
def user_password(request: HttpRequest, pk: int) -> HttpResponse:
    access.check_superuser(request.user)
    account = get_object_or_404(User, pk=pk)
    text = people.give_one_time_password(user_of(request), account)
    return once(request, account, text)
