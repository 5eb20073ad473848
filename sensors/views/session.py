"""Who is asking, for views behind the log-in and for every template."""

from collections.abc import Callable
from functools import cache

from django.http import HttpRequest

from sensors import access
from sensors.models import Role, User


def user_of(request: HttpRequest) -> User:
    """The logged-in user. The log-in middleware lets nobody else come here."""
    assert isinstance(request.user, User)  # noqa: S101  (tells the type checker)
    return request.user


def rights(request: HttpRequest) -> dict[str, Callable[[], bool]]:
    """Context of every template: asked only where a template wants to know."""

    @cache
    def may_administer() -> bool:
        return access.may(request.user, Role.ADMINISTRATOR)

    return {"may_administer": may_administer}
