"""The HTTP API for reading events and flows: JSON, newest first, a page at a time.

Every error has one shape, `{"error": sentence, "at": offset in q or null}`, and every
row is bound to the user's scope: what lies outside of it does not exist (404).
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from events import cursors, origins, pools, rows, search
from events.cursors import LAST_ID, Cursor, CursorError
from events.query import QueryError, Sensors, parse
from events.search import Page, Search
from events.tables import EVENTS, FLOWS, Table
from events.walk import Span
from sensors import access

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
DEFAULT_LIMIT, MOST_ROWS = 100, 1_000
DEFAULT_RANGE = timedelta(hours=24)
EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
LATEST = datetime(9999, 12, 30, tzinfo=UTC)


class BadRequest(ValueError):
    """A parameter is wrong; the message is one sentence for the caller."""


def answers(view: View[P]) -> View[P]:
    """A read-only view whose every error is JSON of the one shape."""

    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except QueryError as error:
            return failure(400, error.message, error.at)
        except (BadRequest, CursorError) as error:
            return failure(400, str(error))
        except pools.AWAY:
            return failure(503, "The database does not answer; try again.")

    return require_safe(guarded)


def reply(value: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(rows.dumps(value), "application/json", status)


def failure(status: int, message: str, at: int | None = None) -> HttpResponse:
    return reply({"error": message, "at": at}, status)


@answers
def events(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/events?q=&start=&end=&limit=&cursor="""
    return listed(request, EVENTS, rows.event)


@answers
def flows(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/flows?q=&start=&end=&limit=&cursor="""
    return listed(request, FLOWS, rows.flow)


@answers
def event(request: HttpRequest, number: int) -> HttpResponse:
    """GET /api/v1/events/ID: one event with its exact line."""
    scope = access.scope(request.user)
    found = search.event(number, scope) if number <= LAST_ID else None
    if found is None:
        return failure(404, f"There is no event {number}.")
    return reply(rows.event_alone(found, origins.names(scope)))


@answers
def flow(request: HttpRequest, uid: str) -> HttpResponse:
    """GET /api/v1/flows/UID"""
    scope = access.scope(request.user)
    found = search.flow(uid, scope) if "\0" not in uid else None
    if found is None:
        return failure(404, f"There is no flow {uid}.")
    return reply(rows.flow(found, origins.names(scope)))


Shown = Callable[[dict[str, Any], Sensors], dict[str, Any]]


def listed(request: HttpRequest, table: Table, show: Shown) -> HttpResponse:
    scope = access.scope(request.user)
    given = request.GET
    page = search.run(
        Search(
            query=parse(given.get("q", "")),
            scope=scope,
            span=span(given, timezone.now()),
            limit=limit(given),
            after=after(given),
            table=table,
        )
    )
    names = origins.names(scope)
    return reply(listing(page, [show(row, names) for row in page.rows]))


def listing(page: Page, results: list[dict[str, Any]]) -> dict[str, Any]:
    """`complete` is false when time ran out: then everything down to `reached` was
    found, and `next` goes on from there."""
    return {
        "results": results,
        "next": page.next.encode() if page.next else None,
        "complete": page.complete,
        "reached": rows.moment(page.reached),
    }


def span(given: Mapping[str, str], now: datetime) -> Span:
    """`start` and `end`; without a start the last 24 hours (before the end)."""
    start, end = moment(given, "start"), moment(given, "end")
    if start and end and start >= end:
        raise BadRequest("start must be before end.")
    return Span(start or (end or now) - DEFAULT_RANGE, end)


def moment(given: Mapping[str, str], name: str) -> datetime | None:
    """ISO 8601; without a zone it is UTC."""
    text = given.get(name, "")
    if not text:
        return None
    try:
        found = parse_datetime(text) or datetime.fromisoformat(text)
    except ValueError:
        raise BadRequest(
            f"{name} must be a time such as 2026-03-04T12:00:00Z, not {text[:40]!r}."
        ) from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    if not EARLIEST <= found <= LATEST:
        raise BadRequest(f"{name} is out of range: {text[:40]!r}.")
    return found


def limit(given: Mapping[str, str]) -> int:
    text = given.get("limit", "") or str(DEFAULT_LIMIT)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadRequest(f"limit must be a number, not {text[:40]!r}.")
    if not 1 <= int(text) <= MOST_ROWS:
        raise BadRequest(f"limit must be between 1 and {MOST_ROWS}.")
    return int(text)


def after(given: Mapping[str, str]) -> Cursor | None:
    text = given.get("cursor", "")
    return cursors.decode(text) if text else None
