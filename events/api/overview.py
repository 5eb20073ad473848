"""Figures of a range: histogram, facets and groups as streams; top lists."""

from collections.abc import Mapping
from datetime import datetime

from django.http import (
    HttpRequest,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.utils import timezone

from events import origins
from events.api.answers import BadRequest, answers, failure, reply
from events.api.parameters import choice, limit, number, span, table
from events.overview import groups, keys, run, streaming
from events.overview import top as tops
from events.overview.asked import VALUES, Asked, Overview
from events.overview.fields import DEFAULT_FIELDS, SERIES, names
from events.overview.groups import MOST_COLUMNS, MOST_GROUPS, ORDERS, Grouping
from events.overview.steps import MOST, steps
from events.overview.streaming import Question, TooMany, Turn
from events.overview.top import KINDS, Top, window
from events.query import parse
from events.tables import FLOWS, Table
from events.walk import Span
from sensors import access

DEFAULT_BUCKETS, MOST_FIELDS, MOST_VALUES = 120, 20, 200
DEFAULT_GROUPS = 200
DEFAULT_MINUTES, MOST_MINUTES = 15, 24 * 60
DEFAULT_TOP, MOST_TOP = 20, 100
Given = Mapping[str, str]


@answers
def overview(request: HttpRequest) -> HttpResponseBase:
    """GET /api/v1/overview?q=&start=&end=&table=&by=&buckets=&fields=&values=&exact="""
    given, asked = request.GET, question(request)
    wanted = Overview(
        asked,
        steps(*bounds(asked.span), number(given, "buckets", DEFAULT_BUCKETS, 1, MOST)),
        by=choice(given, "by", "type", SERIES),
        fields=fields(given, asked.table),
        values=number(given, "values", VALUES, 1, MOST_VALUES),
        exact=choice(given, "exact", "0", ("0", "1")) == "1",
    )
    return answer(request, lambda stop: run.lines(wanted, stop))


@answers
def grouped(request: HttpRequest) -> HttpResponseBase:
    """GET /api/v1/groups?q=&start=&end=&table=&by=&order=&limit="""
    given, asked = request.GET, question(request)
    wanted = Grouping(
        asked,
        by=columns(given, asked.table),
        order=choice(given, "order", "-count", ORDERS),
        limit=limit(given, DEFAULT_GROUPS, MOST_GROUPS),
    )
    return answer(request, lambda stop: groups.lines(wanted, stop))


@answers
def top(request: HttpRequest) -> HttpResponseBase:
    """GET /api/v1/top?of=rank|flows|count&minutes=15&limit=20&q="""
    given = request.GET
    of = choice(given, "of", "rank", KINDS)
    minutes = number(given, "minutes", DEFAULT_MINUTES, 1, MOST_MINUTES)
    asked = Asked(
        query=parse(given.get("q", "")),
        sensors=origins.names(access.scope(request.user)),
        span=window(minutes, timezone.now()),
        table=KINDS[of],
    )
    return reply(tops.top(Top(of, asked, limit(given, DEFAULT_TOP, MOST_TOP))))


def question(request: HttpRequest) -> Asked:
    given = request.GET
    return Asked(
        query=parse(given.get("q", "")),
        sensors=origins.names(access.scope(request.user)),
        span=bounded(span(given, timezone.now())),
        table=table(given),
    )


def bounded(found: Span) -> Span:
    return Span(found.start, found.end or timezone.now())


def bounds(found: Span) -> tuple[datetime, datetime]:
    assert found.start and found.end  # noqa: S101  (see `bounded`)
    return found.start, found.end


def answer(request: HttpRequest, ask: Question) -> HttpResponseBase:
    """A stream, or with `stream=0` its last line as JSON."""
    whole = choice(request.GET, "stream", "1", ("0", "1")) == "0"
    try:
        turn = Turn(str(request.user.pk))
    except TooMany as error:
        return failure(429, str(error))
    if whole:
        return reply(streaming.last(ask, turn))
    response = StreamingHttpResponse(
        streaming.stream(ask, turn), content_type="application/x-ndjson"
    )
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"  # a proxy passes each line on
    return response


# -- parameters


def listed(
    given: Given, name: str, default: tuple[str, ...], known: list[str], most: int
) -> tuple[str, ...]:
    text = given.get(name)
    found = tuple(dict.fromkeys(text.split(","))) if text else default
    wrong = [word for word in found if word not in known]
    if wrong:
        raise BadRequest(
            f"{name}: there is no {wrong[0][:40]!r}; there are {', '.join(known)}."
        )
    if len(found) > most:
        raise BadRequest(f"{name} takes at most {most} names.")
    return found


def columns(given: Given, table: Table) -> tuple[str, ...]:
    """Of a grouping; beside those of the table any key of `data`."""
    default = groups.OF_FLOWS if table is FLOWS else groups.CONDENSED
    more = [name for name in given.get("by", "").split(",") if keys.is_key(table, name)]
    return listed(given, "by", default, keys.names(table) + more, MOST_COLUMNS)


def fields(given: Given, table: Table) -> tuple[str, ...]:
    if given.get("fields") == "":
        return ()
    default = DEFAULT_FIELDS[table.name]
    return listed(given, "fields", default, names(table), MOST_FIELDS)
