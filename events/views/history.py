"""The Historical page; whole without a script, except graph, facets and groups."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from psycopg import OperationalError
from psycopg.rows import DictRow
from psycopg_pool import PoolTimeout

from events import cursors, orders, origins, rows, search
from events.cursors import Cursor, CursorError
from events.history import HistoryForm, ends_now, flattened, grouped, span
from events.orders import SortError
from events.places import CUSTOM, Place, address, at, of_flows
from events.query import QueryError, Sensors, parse
from events.query.fields import FIELDS
from events.schema import TYPES
from events.search import Page, Search
from events.tables import TABLES
from events.views.history_frame import frame, presets, table_of
from events.views.opening import opens_default
from events.views.zones import zone_of
from events.walk import Span
from sensors import access, preferences
from sensors.models import Role
from sensors.views.session import user_of

ROWS = 100
HUES = 8  # colours of classes, see static/css/log.css
SECONDS = 1.0  # then the page comes with what was found; its script goes on
PATIENT_SECONDS = search.TOTAL_SECONDS  # of "Search on" without a script
AHEAD_SECONDS = 0.3  # to look for rows that are dated in the future
SLACK = timedelta(minutes=1)  # that clocks may differ
LONGEST = 4_000  # characters of a message, or of `data`, that stand beside a row
PREFERENCES = (
    "clock", "columns.history", "columns.flows", "facets", "panels", "queries",
)  # fmt: skip


@require_safe
@opens_default("history")
def history(request: HttpRequest) -> HttpResponse:
    """GET /history: the page."""
    kept = preferences.some(user_of(request), PREFERENCES)
    with timezone.override(zone_of(request, kept)):
        form = HistoryForm(flattened(request.GET))
        if moved := settled(request, form):
            return redirect(reverse("history") + moved)
        refused = {"presets": presets({"range": CUSTOM})}
        context, status = found(request, form) if form.is_valid() else (refused, 400)
        kept |= columns_of(form.cleaned_data)
        context |= {
            "form": form,
            "fields": FIELDS.values(),
            "query": request.GET.get("q", ""),
            "preferences": kept,
            "may_download": access.may(request.user, Role.ANALYST),
            "download_without": access.lacking(request.user, Role.ANALYST),
        }
        return render(request, "events/history.html", context, status=status)


@require_safe
def more(request: HttpRequest) -> HttpResponse:
    """GET /history/rows?…&from=CURSOR&limit=N: the rows of a page that was not
    complete, from there on, as a fragment of it."""
    kept = preferences.some(user_of(request), PREFERENCES)
    with timezone.override(zone_of(request, kept)):
        form = HistoryForm(flattened(request.GET))
        if not form.is_valid():
            return HttpResponse("The address of this search is wrong.", status=400)
        try:
            after = cursors.decode(request.GET.get("from", ""))
            context = rows_of(request, form, after, limit(request))
        except (QueryError, CursorError, SortError) as error:
            return HttpResponse(str(error), "text/plain", 400)
        except (PoolTimeout, OperationalError):
            return HttpResponse("The store does not answer.", "text/plain", 503)
        return render(request, "events/history_rows.html", context)


def columns_of(asked: dict[str, Any]) -> dict[str, list[list[str | None]]]:
    """The columns that an address names stand for those that the user has chosen."""
    names = [name for name in (asked.get("columns") or "").split(",") if name]
    which = "columns.flows" if table_of(asked) == "flows" else "columns.history"
    return {which: [[name, None] for name in names]} if names else {}


def limit(request: HttpRequest) -> int:
    text = request.GET.get("limit", "")
    known = text.isascii() and text.isdigit() and len(text) < 4
    return max(1, min(ROWS, int(text))) if known else ROWS


def settled(request: HttpRequest, form: HistoryForm) -> str | None:
    """The short address of what a submitted form asks; None when it is shown here."""
    if not form.is_valid():
        return None
    asked = form.cleaned_data
    rest = of_flows(asked["q"]) if table_of(asked) == "events" else None
    if rest is not None:
        return address(asked, q=rest, table="flows", group="", sort="")
    return address(asked) if "was" in request.GET else None


def found(request: HttpRequest, form: HistoryForm) -> tuple[dict[str, Any], int]:
    """What the page shows for a valid form, and the status of the answer."""
    context = frame(form, span(form))
    query = form.cleaned_data["q"]
    try:
        after = Place.read(request.GET.dict()).after()
        context |= rows_of(request, form, after, ROWS)
        return context | {"ahead": None if after else ahead(request, form)}, 200
    except QueryError as error:
        before, wrong = query[: error.at], query[error.at :]
        told = {"message": error.message, "before": before, "after": wrong}
        return context | {"query_error": told}, 400
    except (CursorError, SortError):
        return context | {"broken_page": address(form.cleaned_data, sort="")}, 400
    except (PoolTimeout, OperationalError):
        return context | {"store_away": request.get_full_path()}, 503


def rows_of(
    request: HttpRequest, form: HistoryForm, after: Cursor | None, most: int
) -> dict[str, Any]:
    """The rows after the cursor; where groups are shown, the query is only read."""
    asked = form.cleaned_data
    scope = access.scope(request.user)
    query = parse(asked["q"])
    if grouped(asked):
        return {"sees_nothing": not scope}
    table = TABLES[table_of(asked)]
    sort = orders.parse(asked["sort"], table)
    seconds = PATIENT_SECONDS if "patient" in request.GET else SECONDS
    page = search.run(
        Search(query, scope, span(form), most, after, table, seconds, sort)
    )
    names = origins.names(scope)
    show = SHOWN[table.name]
    return {
        "table": table.name,
        "page": page,
        "rows": [show(row, names) for row in page.rows],
        "sees_nothing": not scope,
        **neighbours(request, asked, page, most, sort.column == table.time),
    }


def ahead(request: HttpRequest, form: HistoryForm) -> dict[str, Any] | None:
    """The latest row that a clock dated later than now, and where such rows are."""
    asked, table = form.cleaned_data, TABLES[table_of(form.cleaned_data)]
    if not ends_now(form):
        return None
    later = Span(form.now + SLACK, None)
    page = search.run(
        Search(
            parse(asked["q"]), access.scope(request.user), later, 1, None, table,
            AHEAD_SECONDS,
        )
    )  # fmt: skip
    if not page.rows:
        return None
    last = page.rows[0][table.time]
    return {"time": last, "href": at(asked, Span(form.now, last + SLACK))}


def neighbours(
    request: HttpRequest, asked: dict[str, Any], page: Page, most: int, by_time: bool
) -> dict[str, Any]:
    """Where the pages before and after this one are, and the rest of this one: what
    follows below, or, sorted by another column, the same page from more rows."""
    place = Place.read(request.GET.dict())
    newer = place.newer()
    found: dict[str, Any] = {"older": "", "rest": ""}
    found["newer"] = address(asked, newer) if newer else ""
    if page.next is None:
        return found
    if page.complete:
        return found | {"older": address(asked, place.older(page.next))}
    left = most - len(page.rows) if by_time else ROWS
    following = page.next.encode()
    rest = address(asked, place, **{"from": following, "limit": left})
    if by_time:
        return found | {"older": address(asked, place.older(page.next)), "rest": rest}
    again = address(asked, replace(place, cursor=following))
    return found | {"older": again, "rest": rest, "replaces": True}


def shown_event(row: DictRow, names: Sensors) -> DictRow:
    """A row of the store with what a line of the page has besides."""
    return row | {
        "origin": rows.origin(row["sensor"], names),
        "name": TYPES.get(row["type"], str(row["type"])),
        "hue": "" if row["cls"] is None else row["cls"] % HUES,
        "json": json.dumps(rows.event(brief(row), names)),
    }


def shown_flow(row: DictRow, names: Sensors) -> DictRow:
    return row | {
        "origin": rows.origin(row["sensor"], names),
        "json": json.dumps(rows.flow(brief(row), names)),
        "figures": {name: figure(row[name]) for name in FIGURES},
    }


FIGURES = ("bytes_out", "bytes_in", "packets_out", "packets_in")


def figure(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


SHOWN = {"events": shown_event, "flows": shown_flow}


def brief(row: DictRow) -> DictRow:
    """A hundred rows of the longest lines would be megabytes: the rest of them is on
    the event's page."""
    data = row["data"]
    short = {"data": None if data is not None and len(data) > LONGEST else data}
    if "message" in row:
        short["message"] = row["message"][:LONGEST]
    return row | short
