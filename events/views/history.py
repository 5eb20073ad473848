"""The Historical page; whole without a script."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from psycopg import OperationalError
from psycopg.rows import DictRow
from psycopg_pool import PoolTimeout

from events import origins, rows, search
from events.cursors import CursorError
from events.history import PRESETS, HistoryForm, Place, address, chosen, span
from events.query import QueryError, Sensors, parse
from events.query.fields import FIELDS
from events.schema import TYPES
from events.views.zones import zone_of
from sensors import access

ROWS = 100
HUES = 8  # colours of classes, see static/css/log.css
SECONDS = search.TOTAL_SECONDS


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
