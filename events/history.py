"""What the Historical page was asked: the range of time, the query, the page.

Everything comes from a GET, so that an address is a search. Times without an offset
are read in the zone that is active, the user's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django import forms

from events.cursors import Cursor, decode
from events.query.parsing import MAX_LENGTH
from events.walk import Span

PRESETS = {
    "15m": ("15 min", timedelta(minutes=15)),
    "1h": ("1 hour", timedelta(hours=1)),
    "24h": ("24 hours", timedelta(hours=24)),
    "7d": ("7 days", timedelta(days=7)),
}
DEFAULT = "24h"
CUSTOM = "custom"
YEARS = range(1900, 2200)
MOST_PAGES = 100  # pages back that an address remembers


class HistoryForm(forms.Form):
    """`start` is inclusive, `end` exclusive; either alone is open to one side."""

    q = forms.CharField(required=False, max_length=MAX_LENGTH)
    range = forms.ChoiceField(
        required=False, choices=[(name, name) for name in (*PRESETS, CUSTOM)]
    )
    start = forms.DateTimeField(required=False)
    end = forms.DateTimeField(required=False)

    def __init__(self, given: Mapping[str, str]) -> None:
        """The times that stand beside a preset are its own, not asked for."""
        preset = given.get("range") in PRESETS
        super().__init__({**given, "start": "", "end": ""} if preset else given)

    def clean_start(self) -> datetime | None:
        return in_reach(self.cleaned_data["start"])

    def clean_end(self) -> datetime | None:
        return in_reach(self.cleaned_data["end"])

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = self.cleaned_data
        start, end = given.get("start"), given.get("end")
        if isinstance(start, datetime) and isinstance(end, datetime) and start >= end:
            self.add_error("end", "The end must be after the start.")
        return given


def in_reach(time: datetime | None) -> datetime | None:
    if time and time.year not in YEARS:
        first, last = YEARS[0], YEARS[-1]
        raise forms.ValidationError(f"Years go from {first} to {last}.")
    return time


def chosen(given: Mapping[str, object]) -> str:
    """The range that is meant: a preset's name or `custom`."""
    named = given.get("range")
    if named:
        return str(named)
    return CUSTOM if given.get("start") or given.get("end") else DEFAULT


def span(form: HistoryForm, now: datetime) -> Span:
    """The range of time of a valid form. A preset ends with the newest row there is."""
    given = form.cleaned_data
    name = chosen(given)
    if name == CUSTOM:
        return Span(given["start"], given["end"])
    return Span(now - PRESETS[name][1])


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
        found = {"cursor": self.cursor, "trail": ".".join(self.trail)}
        return {name: value for name, value in found.items() if value}


def address(given: Mapping[str, str], place: Place) -> str:
    """The query string of another page of the same search."""
    kept = {
        name: given[name] for name in ("q", "range", "start", "end") if given.get(name)
    }
    return "?" + urlencode(kept | place.parameters())
