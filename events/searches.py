"""Searches that users keep by name, share with a domain, and open pages with.

A search is an address of a page: its query string without the place in the result.
Its owner changes it; an administrator of the domain may delete a shared one.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.db.models import Q, QuerySet

from events.links import query_string
from events.models import DefaultSearch, SavedSearch
from sensors import access, audit
from sensors.models import Domain, Role, User

LIMIT = 200  # searches of one user
LONGEST_NAME, LONGEST_ADDRESS = 80, 8_000
# Where in a result, and what is open beside it: no part of a search.
PLACE = frozenset({"cursor", "trail", "event"})


class WrongSearch(ValueError):
    """It cannot be kept; the message is one sentence."""


@dataclass(frozen=True)
class Wish:
    """What a search shall be; `shared` is the name of a domain or empty."""

    name: str
    address: str
    shared: str


def visible(user: User) -> QuerySet[SavedSearch]:
    """One's own, and those that are shared with one's domains."""
    domains = access.domains(user).values("pk")
    return (
        SavedSearch.objects.filter(Q(user=user) | Q(shared__in=domains))
        .select_related("user", "shared")
        .order_by("name", "pk")
    )


def may_delete(user: User, search: SavedSearch) -> bool:
    if search.user_id == user.pk:
        return True
    shared = search.shared
    return shared is not None and access.may(user, Role.ADMINISTRATOR, shared)


@transaction.atomic
def create(user: User, page: str, wish: Wish) -> SavedSearch:
    """WrongSearch when it cannot be kept."""
    if page not in SavedSearch.Page.values:
        raise WrongSearch("page must be realtime or history.")
    User.objects.select_for_update().get(pk=user.pk)
    if user.searches.count() >= LIMIT:
        raise WrongSearch(f"You keep {LIMIT} searches, the most there can be.")
    return save(user, SavedSearch(user=user, page=page), wish)


@transaction.atomic
def change(user: User, search: SavedSearch, wish: Wish) -> SavedSearch:
    """WrongSearch when it cannot be kept."""
    User.objects.select_for_update().get(pk=user.pk)
    return save(user, search, wish)


def save(user: User, search: SavedSearch, wish: Wish) -> SavedSearch:
    before, domain = described(search), search.shared
    search.name = checked_name(wish.name)
    search.address = checked_address(wish.address, search.page)
    search.shared = shareable(user, wish.shared)
    refuse_twin(search)
    search.save()
    differs = audit.changes(before, described(search))
    for concerned in {domain, search.shared} - {None}:
        if differs:
            audit.record(
                user, "shared search saved", search, concerned, changes=differs
            )
    return search


def described(search: SavedSearch) -> dict[str, Any]:
    """What the trail tells of a shared search."""
    shared = search.shared.name if search.shared else ""
    return {
        "name": search.name,
        "page": search.page,
        "address": search.address,
        "shared": shared,
    }


@transaction.atomic
def delete(user: User, search: SavedSearch) -> None:
    if search.shared:
        gone = audit.changes(described(search), {})
        audit.record(user, "shared search deleted", search, search.shared, changes=gone)
    search.delete()


def checked_name(text: str) -> str:
    name = text.strip()
    if not name:
        raise WrongSearch("Give the search a name.")
    if len(name) > LONGEST_NAME:
        raise WrongSearch(f"A name has at most {LONGEST_NAME} characters.")
    if not name.isprintable():
        raise WrongSearch("The name has a character that cannot be seen.")
    return name


def checked_address(text: str, page: str) -> str:
    """The query string in one spelling, so that it can only be one."""
    if len(text) > LONGEST_ADDRESS:
        raise WrongSearch(f"The address is longer than {LONGEST_ADDRESS} characters.")
    try:
        asked = query_string(text, page)
    except ValueError as error:
        raise WrongSearch(str(error)) from None
    try:
        pairs = parse_qsl(asked, max_num_fields=100, errors="strict")
    except ValueError:
        raise WrongSearch("The address is not the query string of a page.") from None
    kept = [(name, value) for name, value in pairs if name not in PLACE]
    if any("\0" in name + value for name, value in kept):
        raise WrongSearch("The address has a null character.")
    return urlencode(kept)


def shareable(user: User, name: str) -> Domain | None:
    if not name:
        return None
    found = access.domains(user, Role.ANALYST).filter(name=name).first()
    if found is None:
        raise WrongSearch("You can share with domains in which you are an analyst.")
    return found


def refuse_twin(search: SavedSearch) -> None:
    twins = SavedSearch.objects.filter(
        user=search.user, page=search.page, name=search.name
    ).exclude(pk=search.pk)
    if twins.exists():
        raise WrongSearch("You have a search of this name already.")


def defaults(user: User) -> frozenset[int]:
    """The ids of the searches that the user's pages open with."""
    found = DefaultSearch.objects.filter(user=user)
    return frozenset(found.values_list("search_id", flat=True))


def set_default(user: User, search: SavedSearch, wanted: bool) -> None:
    """One default a page: another one is replaced."""
    if wanted:
        DefaultSearch.objects.update_or_create(
            user=user, page=search.page, defaults={"search": search}
        )
    else:
        DefaultSearch.objects.filter(user=user, search=search).delete()


def default_address(user: User, page: str) -> str:
    """The query string that the page opens with; empty: as it is."""
    chosen = DefaultSearch.objects.filter(user=user, page=page).values("search")
    found = visible(user).filter(pk__in=chosen, page=page).first()
    return found.address if found else ""
