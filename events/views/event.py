"""The page of one event; whole without a script."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from events import described, origins, rows, search
from events.cursors import LAST_ID
from events.views.zones import zone_of
from sensors import access

AROUND = timedelta(hours=12)  # what a link from an event searches, on either side
CLOSE = timedelta(minutes=1)


@require_safe
def event(request: HttpRequest, number: int) -> HttpResponse:
    scope = access.scope(request.user)
    row = search.event(number, scope) if number <= LAST_ID else None
    if row is None:
        raise Http404
    whole = rows.event_alone(row, origins.names(scope))
    context = {
        "event": whole,
        "facts": described.facts(whole),
        "details": described.details(whole["data"]) if whole["data"] else [],
        "around": around(whole, AROUND),
        "close": around(whole, CLOSE),
        "link": request.build_absolute_uri(request.path),
    }
    with timezone.override(zone_of(request)):
        return render(request, "events/event.html", context)


def around(event: dict[str, Any], distance: timedelta) -> str:
    """The range of a search about the event's own time, as a query string."""
    time = parse_datetime(event["time"])
    if time is None:
        return ""
    start, end = (time - distance).isoformat(), (time + distance).isoformat()
    return urlencode({"start": start, "end": end})
