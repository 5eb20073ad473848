"""Saved searches: one's own and those of one's domains."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from events import searches
from events.api import bodies
from events.api.answers import errors_as_json, failure, reply
from events.models import SavedSearch
from events.searches import Wish, WrongSearch
from sensors import access
from sensors.models import Role, User
from sensors.views.session import user_of


@require_http_methods(["GET", "HEAD", "POST"])
@errors_as_json
def listed(request: HttpRequest) -> HttpResponse:
    """GET gives all; POST saves a new one and gives it."""
    user = user_of(request)
    if request.method == "POST":
        return created(user, bodies.fields(request))
    chosen = searches.defaults(user)
    found = [shown(search, user, chosen) for search in searches.visible(user)]
    return reply({"results": found, "domains": domains(user)})


def created(user: User, given: dict[str, Any]) -> HttpResponse:
    page = bodies.text(given, "page")
    default = bodies.flag(given, "default")
    try:
        search = searches.create(user, page, wish(given, SavedSearch()))
    except WrongSearch as error:
        return failure(400, str(error))
    if default:
        searches.set_default(user, search, True)
    return answer(search, user, 201)


@require_http_methods(["PATCH", "DELETE"])
@errors_as_json
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """PATCH changes what it names; what is shared with one can be one's default."""
    user = user_of(request)
    search = searches.visible(user).filter(pk=pk).first()
    if search is None:
        return failure(404, f"There is no saved search {pk}.")
    if request.method == "DELETE":
        return deleted(user, search)
    return changed(user, search, bodies.fields(request))


def deleted(user: User, search: SavedSearch) -> HttpResponse:
    if not searches.may_delete(user, search):
        return failure(403, "Only its owner or an administrator can delete it.")
    searches.delete(user, search)
    return HttpResponse(status=204)


def changed(user: User, search: SavedSearch, given: dict[str, Any]) -> HttpResponse:
    default = bodies.flag(given, "default")
    if given.keys() - {"default"}:
        if search.user_id != user.pk:
            return failure(403, "Only its owner can change it.")
        try:
            searches.change(user, search, wish(given, search))
        except WrongSearch as error:
            return failure(400, str(error))
    if "default" in given:
        searches.set_default(user, search, default)
    return answer(search, user)


def wish(given: dict[str, Any], now: SavedSearch) -> Wish:
    """What is asked for; what is not named stays as it is."""
    return Wish(
        bodies.text(given, "name", now.name),
        bodies.text(given, "address", now.address),
        bodies.text(given, "shared", now.shared.name if now.shared else ""),
    )


def answer(search: SavedSearch, user: User, status: int = 200) -> HttpResponse:
    return reply(shown(search, user, searches.defaults(user)), status)


def shown(search: SavedSearch, user: User, chosen: frozenset[int]) -> dict[str, Any]:
    return {
        "id": search.pk,
        "name": search.name,
        "page": search.page,
        "address": search.address,
        "shared": search.shared.name if search.shared else None,
        "by": search.user.username,
        "default": search.pk in chosen,
        "mine": search.user_id == user.pk,
    }


def domains(user: User) -> list[str]:
    """The names of those that the user may share with."""
    return list(access.domains(user, Role.ANALYST).values_list("name", flat=True))
