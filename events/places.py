"""Addresses of the Historical page: the same search elsewhere. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from events.cursors import Cursor, decode
from events.walk import Span

CUSTOM = "custom"  # a range that is no preset
DEFAULT = "24h"
MOST_PAGES = 100  # pages back that an address remembers
LONGEST_TRAIL = 3_000  # characters of them

KEPT = (
    "q", "range", "start", "end", "table", "group", "order", "sort", "by", "compare",
    "columns",
)  # fmt: skip
USUAL = {"range": DEFAULT, "table": "events", "by": "type", "order": "-count"}


@dataclass(frozen=True)
class Place:
    """Where in the result a page begins, and the beginnings of those before it."""

    cursor: str = ""
    trail: tuple[str, ...] = ()

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Place":
        trail = [part for part in given.get("trail", "").split(".") if part]
        return cls(given.get("cursor", ""), tuple(trail[-MOST_PAGES:]))

    def after(self) -> Cursor | None:
        """CursorError when the address was changed by hand."""
        return decode(self.cursor) if self.cursor else None

    def older(self, following: Cursor) -> "Place":
        before = (*self.trail, self.cursor or "0")
        return Place(following.encode(), before[-MOST_PAGES:])

    def newer(self) -> "Place | None":
        if not self.cursor:
            return None
        if not self.trail:
            return Place()
        last = self.trail[-1]
        return Place("" if last == "0" else last, self.trail[:-1])

    def parameters(self) -> dict[str, str]:
        before = ".".join(self.trail)
        if len(before) > LONGEST_TRAIL:
            before = before[-LONGEST_TRAIL:].partition(".")[2]
        found = {"cursor": self.cursor, "trail": before}
        return {name: value for name, value in found.items() if value}


def address(given: Mapping[str, Any], place: Place | None = None, /, **new: Any) -> str:
    """The query string of this search with `new` parameters, at another page. The
    shortest that means the same."""
    values = {name: given.get(name) for name in KEPT} | new
    if values["range"] == CUSTOM:
        values["range"] = None
    kept = {
        name: as_text(value)
        for name, value in values.items()
        if value and USUAL.get(name) != value
    }
    # Without any, the page would open with the user's default search.
    kept |= place.parameters() if place else {}
    return "?" + urlencode(kept or {"range": DEFAULT}, safe=":,")


def as_text(value: Any) -> str:
    if not isinstance(value, datetime):
        return str(value)
    exact = value.astimezone(UTC).replace(tzinfo=None)
    return exact.isoformat() + "Z"


def at(given: Mapping[str, Any], within: Span) -> str:
    """The same search in another range."""
    return address(given, range=CUSTOM, start=within.start, end=within.end)


FLOW_TERM = re.compile(r"(?:^|(?<=\s))type:(?:flow|4)(?=\s|$)", re.IGNORECASE)


def of_flows(query: str) -> str | None:
    """`type:flow` as a term of its own asks for flows: the rest of the query."""
    if not FLOW_TERM.search(query) or re.search(r'\bOR\b|[()"]', query):
        return None
    return " ".join(FLOW_TERM.sub(" ", query).split())


# -- ranges beside this one


def shifted(within: Span, by: int) -> Span:
    """One length of a bounded range later, or earlier for −1."""
    start, end = ends(within)
    return Span(start + by * (end - start), end + by * (end - start))


def widened(within: Span) -> Span:
    """Twice as long, about the same middle."""
    start, end = ends(within)
    half = (end - start) / 2
    return Span(start - half, end + half)


def ends(within: Span) -> tuple[datetime, datetime]:
    """In UTC: hours that pass, whatever summer time does to the clock."""
    if within.start is None or within.end is None:
        raise ValueError("The range has no bounds.")
    return within.start.astimezone(UTC), within.end.astimezone(UTC)
