"""The pages of events: Real-Time, Historical, one event.

The Real-Time page is a frame; its rows come by WebSocket (`events/consumers.py`). The
other two are whole without a script.
"""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe
from psycopg import OperationalError
from psycopg.rows import DictRow
from psycopg_pool import PoolTimeout

from events import described, origins, rows, search
from events.cursors import LAST_ID, CursorError
from events.history import PRESETS, HistoryForm, Place, address, chosen, span
from events.query import QueryError, Sensors, parse
from events.query.fields import FIELDS
from events.schema import TYPES
from sensors import access

ROWS = 100
HUES = 8  # colours of classes, see static/css/log.css
SECONDS = search.TOTAL_SECONDS
AROUND = timedelta(hours=12)  # what a link from an event searches, on either side
CLOSE = timedelta(minutes=1)


def zone_of(request: HttpRequest) -> ZoneInfo:
    return ZoneInfo(getattr(request.user, "zone", "UTC"))


@require_safe
def realtime(request: HttpRequest) -> HttpResponse:
    context = {
        "query": request.GET.get("q", ""),
        "fields": FIELDS.values(),
        "log_host": urlsplit(f"//{request.get_host()}").hostname,
        "log_port": settings.SYSLOG_PORT,
        "sees_nothing": not access.scope(request.user),
    }
    return render(request, "events/realtime.html", context)


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    with timezone.override(zone_of(request)):
        form = HistoryForm(request.GET.dict())
        context, status = found(request, form) if form.is_valid() else ({}, 400)
        context |= {
            "form": form,
            "fields": FIELDS.values(),
            "presets": PRESETS,
            "chosen": chosen(form.cleaned_data),
            "query": request.GET.get("q", ""),
        }
        return render(request, "events/history.html", context, status=status)


def found(request: HttpRequest, form: HistoryForm) -> tuple[dict[str, Any], int]:
    """What the page shows for a valid form, and the status of the answer."""
    now = timezone.now()
    query = form.cleaned_data["q"]
    within = span(form, now)
    context: dict[str, Any] = {"start": within.start, "end": within.end or now}
    place = Place.read(request.GET.dict())
    try:
        scope = access.scope(request.user)
        asked = search.Search(
            parse(query), scope, within, ROWS, place.after(), seconds=SECONDS
        )
        return context | results(request, asked, place), 200
    except QueryError as error:
        before, after = query[: error.at], query[error.at :]
        wrong = {"message": error.message, "before": before, "after": after}
        return context | {"query_error": wrong}, 400
    except CursorError:
        return context | {"broken_page": address(request.GET.dict(), Place())}, 400
    except (PoolTimeout, OperationalError):
        return context | {"store_away": request.get_full_path()}, 503


def results(request: HttpRequest, asked: search.Search, place: Place) -> dict[str, Any]:
    page = search.run(asked)
    names = origins.names(asked.scope)
    given = request.GET.dict()
    newer = place.newer()
    return {
        "page": page,
        "rows": [shown(row, names) for row in page.rows],
        "older": address(given, place.older(page.next)) if page.next else "",
        "newer": address(given, newer) if newer else "",
        "sees_nothing": not asked.scope,
    }


def shown(row: DictRow, names: Sensors) -> DictRow:
    """A row of the store with what a line of the page has besides."""
    return row | {
        "origin": rows.origin(row["sensor"], names),
        "name": TYPES.get(row["type"], str(row["type"])),
        "hue": "" if row["cls"] is None else row["cls"] % HUES,
    }


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
