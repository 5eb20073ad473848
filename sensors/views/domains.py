"""Domains and their members."""

from django.contrib import messages
from django.db.models import Count, ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from sensors import access, audit, changes
from sensors.forms.people import DomainForm, MemberForm, RoleForm
from sensors.models import Domain, Membership, Role, User
from sensors.views.session import user_of


def domains(request: HttpRequest) -> HttpResponse:
    """The domains one administers; superusers may add one."""
    access.check(request.user, Role.ADMINISTRATOR)
    form = DomainForm()
    if request.method == "POST":
        access.check_superuser(request.user)
        form = DomainForm(request.POST)
        made = domain_create(user_of(request), form)
        if made is not None:
            return redirect("domain", made.pk)
    found = access.domains(request.user, Role.ADMINISTRATOR).annotate(
        sensor_count=Count("sensors", distinct=True),
        member_count=Count("memberships", distinct=True),
    )
    return render(request, "sensors/domains.html", {"domains": found, "form": form})


@changes.alone()
def domain_create(user: User, form: DomainForm) -> Domain | None:
    if not form.is_valid():
        return None
    made: Domain = form.save(commit=False)
    changes.create(user, made)
    return made


def administered(request: HttpRequest, pk: int) -> Domain:
    """404 for a domain that the user may not even see, 403 for one seen only."""
    found = get_object_or_404(access.domains(request.user), pk=pk)
    access.check(request.user, Role.ADMINISTRATOR, found)
    return found


def domain(request: HttpRequest, pk: int) -> HttpResponse:
    found = administered(request, pk)
    if request.method == "POST":
        access.check_superuser(request.user)
        return domain_save(request, found)
    return domain_page(request, found)


@changes.alone()
def domain_save(request: HttpRequest, found: Domain) -> HttpResponse:
    before = audit.values(found)
    form = DomainForm(request.POST, instance=found)
    if not form.is_valid():
        return domain_page(request, Domain.objects.get(pk=found.pk), form=form)
    changes.save(user_of(request), found, before)
    messages.success(request, f"{found} is saved.")
    return redirect("domain", found.pk)


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
@changes.alone()
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
@changes.alone()
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
