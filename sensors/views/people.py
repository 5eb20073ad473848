"""Users (for superusers), domains and their members."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sensors import access, audit, changes, passwords, people
from sensors.forms.people import DomainForm, MemberForm, RoleForm, UserForm
from sensors.models import Domain, Membership, Role, User
from sensors.views.session import user_of


@require_safe
def users(request: HttpRequest) -> HttpResponse:
    access.check_superuser(request.user)
    found = User.objects.prefetch_related("memberships__domain").order_by("username")
    return render(request, "sensors/users.html", {"users": found})


@never_cache
def user_new(request: HttpRequest) -> HttpResponse:
    access.check_superuser(request.user)
    form = UserForm(request.POST or None, initial={"is_active": True})
    if request.method != "POST" or not form.is_valid():
        return render(request, "sensors/user.html", {"form": form})
    with transaction.atomic():
        made = form.save(commit=False)
        text = passwords.issue(made)
        changes.create(user_of(request), made)
    return once(request, made, text)


def once(request: HttpRequest, user: User, text: str) -> HttpResponse:
    """Shows a one-time password. Not after a redirect: it is kept nowhere."""
    context = {"account": user, "one_time_password": text}
    return render(request, "sensors/one_time_password.html", context)


@transaction.atomic
def user(request: HttpRequest, pk: int) -> HttpResponse:
    access.check_superuser(request.user)
    account = get_object_or_404(User, pk=pk)
    before = audit.values(account)
    form = UserForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        changes.save(user_of(request), account, before)
        messages.success(request, f"{account} is saved.")
        return redirect("users")
    account.refresh_from_db()
    return render(request, "sensors/user.html", {"form": form, "account": account})


@require_POST
@never_cache
def user_password(request: HttpRequest, pk: int) -> HttpResponse:
    access.check_superuser(request.user)
    account = get_object_or_404(User, pk=pk)
    text = people.give_one_time_password(user_of(request), account)
    return once(request, account, text)


def domains(request: HttpRequest) -> HttpResponse:
    """The domains one administers; superusers may add one."""
    access.check(request.user, Role.ADMINISTRATOR)
    form = DomainForm(request.POST or None)
    if request.method == "POST":
        access.check_superuser(request.user)
        if form.is_valid():
            made = form.save(commit=False)
            changes.create(user_of(request), made)
            return redirect("domain", made.pk)
    found = access.domains(request.user, Role.ADMINISTRATOR).annotate(
        sensor_count=Count("sensors", distinct=True),
        member_count=Count("memberships", distinct=True),
    )
    return render(request, "sensors/domains.html", {"domains": found, "form": form})


def administered(request: HttpRequest, pk: int) -> Domain:
    """404 for a domain that the user may not even see, 403 for one seen only."""
    found = get_object_or_404(access.domains(request.user), pk=pk)
    access.check(request.user, Role.ADMINISTRATOR, found)
    return found


@transaction.atomic
def domain(request: HttpRequest, pk: int) -> HttpResponse:
    found = administered(request, pk)
    before = audit.values(found)
    form = DomainForm(request.POST or None, instance=found)
    if request.method == "POST":
        access.check_superuser(request.user)
        if form.is_valid():
            changes.save(user_of(request), found, before)
            messages.success(request, f"{found} is saved.")
            return redirect("domain", pk)
        found = Domain.objects.get(pk=pk)
    return domain_page(request, found, form=form)


def domain_page(
    request: HttpRequest,
    found: Domain,
    form: DomainForm | None = None,
    member_form: MemberForm | None = None,
) -> HttpResponse:
    blank = MemberForm(instance=Membership(domain=found, role=Role.VIEWER))
    context = {
        "domain": found,
        "form": form or DomainForm(instance=found),
        "member_form": member_form or blank,
        "members": found.memberships.select_related("user"),
        "sensors": found.sensors.all(),
        "roles": Role.choices,
    }
    return render(request, "sensors/domain.html", context)


@require_POST
def domain_delete(request: HttpRequest, pk: int) -> HttpResponse:
    access.check_superuser(request.user)
    found = get_object_or_404(Domain, pk=pk)
    try:
        changes.delete(user_of(request), found)
    except ProtectedError:
        messages.error(request, f"{found} has sensors; move or delete them first.")
        return redirect("domain", pk)
    messages.success(request, f"{found} is deleted.")
    return redirect("domains")


@require_POST
def member_new(request: HttpRequest, pk: int) -> HttpResponse:
    found = administered(request, pk)
    form = MemberForm(request.POST, instance=Membership(domain=found))
    if not form.is_valid():
        return domain_page(request, found, member_form=form)
    member = form.save(commit=False)
    changes.create(user_of(request), member)
    messages.success(request, f"{member.user} is {member.role} of {found}.")
    return redirect("domain", pk)


@require_POST
@transaction.atomic
def member(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Changes the role."""
    found = get_object_or_404(administered(request, pk).memberships, pk=member)
    before = audit.values(found)
    form = RoleForm(request.POST, instance=found)
    if form.is_valid():
        changes.save(user_of(request), found, before)
        messages.success(request, f"{found.user} is {found.role} of {found.domain}.")
    else:
        messages.error(request, "Choose one of the roles.")
    return back(request, pk)


@require_POST
def member_delete(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    found = get_object_or_404(administered(request, pk).memberships, pk=member)
    changes.delete(user_of(request), found)
    messages.success(request, f"{found.user} is no longer a member.")
    return back(request, pk)


def back(request: HttpRequest, pk: int) -> HttpResponse:
    """To the domain, unless the user just gave up the right to see it."""
    own = access.domains(request.user, Role.ADMINISTRATOR)
    return redirect("domain", pk) if own.filter(pk=pk).exists() else redirect("/")
