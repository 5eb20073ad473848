"""Events and flows."""

from events import neighbours
from events.api import around
from events.api.described import asked
from events.tables import EVENTS, FLOWS, Table
from sensors import openapi as o
from sensors.openapi import Json

PAGING = (
    "Newest first unless `sort` says else. `next` goes into `cursor` for the page "
    "after this one. When `complete` is false the time was up: everything down to "
    "`reached` was found, and `next` goes on from there; sorted by another column, the "
    "rows are the best of what was visited, and `next` gives the same page, visited "
    "further."
)


def page(row: str) -> Json:
    return o.record(
        {
            "results": o.many(o.ref(row)),
            "next": o.maybe(o.text(description="The cursor of the next page.")),
            "complete": o.flag(description="false: the time was up."),
            "reached": o.maybe(o.moment(description="Down to when it was searched.")),
            "progress": o.number(0, 1, description="The share that was visited."),
        }
    )


def listing(table: Table, summary: str, row: str) -> Json:
    return o.operation(
        "Search",
        summary,
        {200: o.answer("A page of rows.", page(row))},
        meaning=PAGING,
        parameters=[
            asked.Q,
            *asked.RANGE,
            asked.limit(),
            asked.CURSOR,
            asked.order(table),
            asked.SECONDS,
        ],
    )


AROUND = o.record(
    {
        "before": o.many(o.ref("Event"), description="The oldest first."),
        "after": o.many(o.ref("Event")),
        "complete": o.flag(description="false: the time was up."),
    }
)
NEAREST = o.record(
    {
        "before": o.maybe(o.moment(description="The last match before the range.")),
        "after": o.maybe(o.moment(description="The first match after it.")),
        "complete": o.flag(),
    }
)

PATHS: o.Paths = {
    "/api/v1/events": {"get": listing(EVENTS, "Search events", "Event")},
    "/api/v1/events/{number}": {
        "get": o.operation(
            "Search",
            "One event with its exact line",
            {200: o.answer("The event.", o.ref("EventWithLine"))},
            parameters=[asked.NUMBER],
        )
    },
    "/api/v1/events/{number}/around": {
        "get": o.operation(
            "Search",
            "The neighbours of an event in time",
            {200: o.answer("Those before it and those after it.", AROUND)},
            parameters=[
                asked.NUMBER,
                o.query(
                    "of",
                    o.choice(neighbours.OF, default="host"),
                    "What neighbours have in common; `ip`: either address.",
                    "ip",
                ),
                asked.limit(around.DEFAULT_LIMIT, around.MOST_ROWS),
            ],
        )
    },
    "/api/v1/nearest": {
        "get": o.operation(
            "Search",
            "Where the nearest matches are, when a range has none",
            {200: o.answer("Their times.", NEAREST)},
            parameters=[asked.Q, *asked.RANGE, asked.TABLE],
        )
    },
    "/api/v1/flows": {"get": listing(FLOWS, "Search flow summaries", "Flow")},
    "/api/v1/flows/{uid}": {
        "get": o.operation(
            "Search",
            "One flow",
            {200: o.answer("The flow.", o.ref("Flow"))},
            parameters=[o.path("uid", o.text(minLength=1), "The `uid` of a flow.")],
        )
    },
}
