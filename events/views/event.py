"""The page of one event; whole without a script."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from events import described, highlights, origins, pins, rewriting, rows, search
from events.cursors import LAST_ID
from events.rewriting import LOG
from events.terms import quoted, term
from events.views.zones import zone_of
from sensors import access
from sensors.views.session import user_of

AROUND = timedelta(hours=12)  # what a link from an event searches, on either side
CLOSE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

# Whose neighbours in time are shown, and the column that must have a value.
NEIGHBOURS = (
    ("host", "host", "Same host"),
    ("src", "src", "Same source"),
    ("dst", "dst", "Same destination"),
    ("ip", "src", "Either address"),
    ("sensor", "sensor", "Same sensor"),
)
ENDS = (("src", "Source"), ("dst", "Destination"))
# What the page copies without a request has no second place in the event's JSON.
LINE = ("raw", "raw_b64")


@require_safe
def event(request: HttpRequest, number: int) -> HttpResponse:
    """From the store, else from the user's pin: retention takes no pinned event."""
    pin = pins.one(user_of(request), number)
    whole, is_line = stored(request, number)
    if whole is None and pin is None:
        raise Http404
    found = whole or pins.whole(pin)  # type: ignore[arg-type]
    with timezone.override(zone_of(request)):
        page = context(found) | {
            "pin": pin,
            "is_kept": whole is None,
            "is_line": is_line,
            "is_own": whole is not None and whole["type"] == LOG and not is_line,
            "longest_note": pins.LONGEST_NOTE,
            "link": request.build_absolute_uri(request.path),
        }
        return render(request, "events/event.html", page)


def stored(request: HttpRequest, number: int) -> tuple[dict[str, Any] | None, bool]:
    """The event, and whether it is a received line, which can be explained."""
    scope = access.scope(request.user)
    row = search.event(number, scope) if number <= LAST_ID else None
    if row is None:
        return None, False
    found = rows.event_alone(row, origins.names(scope))
    return found, rewriting.is_received(row)


def context(whole: dict[str, Any]) -> dict[str, Any]:
    return {
        "event": whole,
        "row": {name: whole[name] for name in whole if name not in LINE},
        "facts": described.facts(whole),
        "details": described.details(whole["data"]) if whole["data"] else [],
        "line": highlights.pieces(whole["raw"], whole),
        "around": around(whole, AROUND),
        "close": around(whole, CLOSE),
        "neighbours": neighbours(whole),
        "ends": ends(whole),
    }


def around(event: dict[str, Any], distance: timedelta) -> str:
    """The range of a search about the event's own time, as a query string."""
    time = parse_datetime(event["time"])
    if time is None:
        return ""
    start, end = (time - distance).isoformat(), (time + distance).isoformat()
    return urlencode({"start": start, "end": end})


def neighbours(event: dict[str, Any]) -> list[dict[str, str]]:
    """The tabs, each with the search that shows as much without a script."""
    found = []
    for of, column, label in NEIGHBOURS:
        query = either(event) if of == "ip" else term(column, event[column])
        if query:
            address = urlencode({"q": query}) + "&" + around(event, HOUR)
            found.append({"of": of, "label": label, "address": address})
    return found


def either(event: dict[str, Any]) -> str:
    """The events of both addresses; empty when there is only one."""
    both = [event[column] for column, _ in ENDS if event[column]]
    return " OR ".join(f"ip:{quoted(ip)}" for ip in both) if len(both) == 2 else ""


def ends(event: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"label": label, "ip": event[column]} for column, label in ENDS if event[column]
    ]
