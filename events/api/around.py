"""The neighbours of an event in time."""

from django.http import HttpRequest, HttpResponse

from events import neighbours, origins, rows, search
from events.api.answers import answers, failure, reply
from events.api.parameters import choice, limit
from events.cursors import LAST_ID
from sensors import access

DEFAULT_LIMIT, MOST_ROWS = 20, 200


@answers
def around(request: HttpRequest, number: int) -> HttpResponse:
    """GET /api/v1/events/ID/around?of=host|src|dst|ip|sensor&limit=20"""
    of = choice(request.GET, "of", "host", neighbours.OF)
    most = limit(request.GET, DEFAULT_LIMIT, MOST_ROWS)
    scope = access.scope(request.user)
    event = search.event(number, scope) if number <= LAST_ID else None
    if event is None:
        return failure(404, f"There is no event {number}.")
    found = neighbours.around(event, of, scope, most)
    names = origins.names(scope)
    return reply(
        {
            "before": [rows.event(row, names) for row in found.before],
            "after": [rows.event(row, names) for row in found.after],
            "complete": found.complete,
        }
    )
