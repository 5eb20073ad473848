"""Where the nearest matches are, when a range has none."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from events import neighbours, rows
from events.api.answers import answers, reply
from events.api.parameters import span, table
from events.query import parse
from events.search import Search
from sensors import access


@answers
def nearest(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/nearest?q=&start=&end=&table="""
    given = request.GET
    asked = Search(
        query=parse(given.get("q", "")),
        scope=access.scope(request.user),
        span=span(given, timezone.now()),
        table=table(given),
    )
    found = neighbours.nearest(asked)
    return reply(
        {
            "before": rows.moment(found.before),
            "after": rows.moment(found.after),
            "complete": found.complete,
        }
    )
