"""One event as a line, to be copied: the formats of the exports, as plain text."""

from django.http import HttpRequest, HttpResponse

from events import search
from events.api.answers import answers, failure
from events.api.parameters import choice
from events.cursors import LAST_ID
from exporters.formats import FORMATS
from exporters.writing import JSON, writer
from sensors import access

KEYS = (*FORMATS, JSON)


@answers
def line(request: HttpRequest, number: int) -> HttpResponse:
    """GET /api/v1/events/ID/line?format=: without a line end and a syslog header."""
    key = choice(request.GET, "format", "syslog", KEYS)
    scope = access.scope(request.user)
    row = search.event(number, scope) if number <= LAST_ID else None
    if row is None:
        return failure(404, f"There is no event {number}.")
    [written] = writer(key, header=False)([row])
    return HttpResponse(written, "text/plain; charset=utf-8")
