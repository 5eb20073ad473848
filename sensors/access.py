"""The one place that says who may see and do what.

Every query, page, API call, WebSocket and download asks here; nothing else reads
`Membership`. A right is per domain; a superuser has every right everywhere.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase

from sensors.models import Domain, Role, Sensor, User

P = ParamSpec("P")
RANK = {Role.VIEWER: 0, Role.ANALYST: 1, Role.ADMINISTRATOR: 2}
AnyUser = User | AnonymousUser


def domains(user: AnyUser, at_least: Role = Role.VIEWER) -> QuerySet[Domain]:
    """The domains in which the user has this role or a higher one."""
    if not user.is_authenticated or not user.is_active:
        return Domain.objects.none()
    if user.is_superuser:
        return Domain.objects.all()
    roles = [role for role in Role if RANK[role] >= RANK[at_least]]
    return Domain.objects.filter(memberships__user=user, memberships__role__in=roles)


def lacking(user: AnyUser, role: Role) -> list[str]:
    """The names of the domains that the user sees, but without this role."""
    more = domains(user, role).values("pk")
    found = domains(user).exclude(pk__in=more).order_by("name")
    return list(found.values_list("name", flat=True))


def sensors(user: AnyUser, at_least: Role = Role.VIEWER) -> QuerySet[Sensor]:
    return Sensor.objects.filter(domain__in=domains(user, at_least)).select_related(
        "domain"
    )


def scope(user: AnyUser, at_least: Role = Role.VIEWER) -> frozenset[int]:
    """The sensor ids whose events the user may read, or with a higher role do more
    with; every search is bound by it."""
    return frozenset(sensors(user, at_least).values_list("id", flat=True))


def may(user: AnyUser, at_least: Role, domain: Domain | None = None) -> bool:
    """Whether the user has the role in the domain; in any domain if None."""
    found = domains(user, at_least)
    return found.exists() if domain is None else found.filter(pk=domain.pk).exists()


def check(user: AnyUser, at_least: Role, domain: Domain | None = None) -> None:
    if not may(user, at_least, domain):
        raise PermissionDenied(f"This needs the role {at_least.value}.")


def check_superuser(user: AnyUser) -> None:
    if not (user.is_active and user.is_superuser):
        raise PermissionDenied("This needs a superuser.")


def require(
    at_least: Role,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """A view that only users with the role in some domain may call."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(
            request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            check(request.user, at_least)
            return view(request, *args, **kwargs)

        return guarded

    return decorate
