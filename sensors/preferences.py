"""What a user has set for the pages: one small JSON value per user and name."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import orjson

from sensors.models import Preference, User

LIMIT = 32 << 10  # bytes of one value
MOST_ITEMS = 100
MOST_QUERIES, LONGEST_QUERY = 50, 2_000


class WrongPreference(ValueError):
    """The value cannot be kept; the message is one sentence."""


def is_layout(value: Any) -> bool:
    """A list, or an object of settings: which columns or graphs, in what order."""
    return isinstance(value, list | dict) and len(value) <= MOST_ITEMS


def is_clock(value: Any) -> bool:
    return value in ("zone", "utc")


def is_queries(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MOST_QUERIES
        and all(isinstance(text, str) and len(text) <= LONGEST_QUERY for text in value)
    )


# Every name that may be kept: the check of its value, and what that must be.
NAMES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "columns.realtime": (is_layout, "a list or an object of at most 100 items"),
    "columns.history": (is_layout, "a list or an object of at most 100 items"),
    "columns.flows": (is_layout, "a list or an object of at most 100 items"),
    "clock": (is_clock, '"zone" or "utc"'),
    "queries": (is_queries, "a list of at most 50 queries"),
    "graphs": (is_layout, "a list or an object of at most 100 items"),
    "facets": (is_layout, "a list or an object of at most 100 items"),
    "panels": (is_layout, "a list or an object of at most 100 items"),
    "tabs": (is_layout, "a list or an object of at most 100 items"),
}


def some(user: User, names: Iterable[str]) -> dict[str, Any]:
    """`{name: value}` of those that the user has set, for a page's `json_script`."""
    found = Preference.objects.filter(user=user, name__in=list(names))
    return dict(found.values_list("name", "value"))


def keep(user: User, name: str, text: bytes) -> None:
    """Keeps a JSON text; `null` forgets. WrongPreference when it cannot be kept."""
    value = decoded(text)
    mine = Preference.objects.filter(user=user, name=name)
    if value is None:
        mine.delete()
        return
    fits, what = NAMES[name]
    if not fits(value):
        raise WrongPreference(f"{name} must be {what}.")
    Preference.objects.update_or_create(user=user, name=name, defaults={"value": value})


def decoded(text: bytes) -> Any:
    """JSON that PostgreSQL can keep: no NUL, no lone surrogate, no infinity."""
    if len(text) > LIMIT:
        raise WrongPreference(f"The value is larger than {LIMIT >> 10} KiB.")
    try:
        value = orjson.loads(text)
        again = json.dumps(value, allow_nan=False)
    except ValueError:
        raise WrongPreference("The value is not valid JSON.") from None
    if "\\u0000" in again:
        raise WrongPreference("The value has a null character.")
    return value
