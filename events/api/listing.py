"""Events and flows, a page at a time; one event, one flow."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from events import origins, rows, search
from events.api.answers import answers, failure, reply
from events.api.parameters import after, limit, seconds, sort, span
from events.cursors import LAST_ID
from events.query import Sensors, parse
from events.search import Page, Search
from events.tables import EVENTS, FLOWS, Table
from sensors import access


@answers
def events(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/events?q=&start=&end=&limit=&cursor=&sort=&seconds="""
    return listed(request, EVENTS, rows.event)


@answers
def flows(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/flows?q=&start=&end=&limit=&cursor=&sort=&seconds="""
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
            seconds=seconds(given),
            sort=sort(given, table),
        )
    )
    names = origins.names(scope)
    return reply(listing(page, [show(row, names) for row in page.rows]))


def listing(page: Page, results: list[dict[str, Any]]) -> dict[str, Any]:
    """`complete` is false when time ran out: then everything down to `reached` was
    found, and `next` goes on from there. Sorted by another column than the time, the
    rows are the best of what was visited, and `next` gives the same page again, visited
    further. `progress` is the share of the range that was visited."""
    return {
        "results": results,
        "next": page.next.encode() if page.next else None,
        "complete": page.complete,
        "reached": rows.moment(page.reached),
        "progress": round(page.progress, 4),
    }
