"""Figures of a range: overviews and groups, which are streams, and top lists."""

from events.api import overview
from events.api.described import asked
from events.overview import asked as overviews
from events.overview import groups, keys, streaming
from events.overview.fields import FACETS, SERIES
from events.overview.reading import TOTAL_SECONDS
from events.overview.steps import MOST
from events.overview.top import KINDS
from events.tables import TABLES
from sensors import openapi as o
from sensors.openapi import Json

STREAM = (
    "The answer is a stream of JSON, one object a line, each line replacing the one "
    "before: `progress` grows to 1, `done` is true on the last line, or the last line "
    f"has a `reason`. It takes at most {TOTAL_SECONDS:.0f} s; closing the connection "
    f"stops it. At most {streaming.MOST_OF_ONE} are made for one user at once."
)
AS_STREAM = o.query(
    "stream",
    o.choice(("0", "1"), default="1"),
    "`0`: the last line alone, as JSON.",
    "0",
)
QUERY = o.text(description="The term of the query language that finds just these.")
VALUE = {"value": {"type": ["string", "integer", "null"]}, "label": o.text()}
COUNT = o.whole(0)
LINE = {
    "stage": o.choice(
        ("counted", "sample", "exact"),
        description="From what it is: counts of ingest, a sample, or all rows.",
    ),
    "progress": o.number(0, 1),
    "done": o.flag(),
    "reason": o.text(description="Why it ended before it was done."),
}
HISTOGRAM = o.record(
    {
        "start": o.moment(description="Where the first bucket begins."),
        "step": o.whole(1, description="Seconds of a bucket."),
        "by": o.choice(SERIES),
        "series": o.many(o.record(VALUE | {"query": QUERY, "counts": o.many(COUNT)})),
    }
)
FACET = o.record(
    {
        "values": o.many(o.record(VALUE | {"count": COUNT, "query": QUERY})),
        "others": o.whole(0, description="Rows with another value."),
        "missing": o.whole(0, description="Rows without a value."),
        "error": o.whole(0, description="By how much a count may be too low."),
    }
)
OVERVIEW = {
    "total": COUNT,
    "sampled": o.maybe(o.number(0, 1, description="The share of a sample.")),
    "estimated": o.flag(description="Some figures are estimated."),
    "histogram": HISTOGRAM,
    "facets": o.named(FACET),
}
GROUP = o.record(
    {
        "key": o.named({"type": ["string", "integer", "null"]}),
        "count": COUNT,
        "first": o.moment(),
        "last": o.moment(),
        "rank": o.whole(description="The highest."),
        "sample": o.maybe(o.text(description="One of the messages, with `by=event`.")),
        "query": QUERY,
    }
)
GROUPS = {
    "groups": o.many(GROUP),
    "total": o.whole(0, description="Rows."),
    "distinct": o.whole(0, description="Groups."),
    "cut": o.flag(description="Groups were forgotten: there were too many."),
}
TOP = o.record(
    {
        "of": o.choice(KINDS),
        "start": o.moment(description="From when on it was read."),
        "end": o.moment(),
        "complete": o.flag(description="false: the window was too busy to be read."),
        "values": o.many(
            o.record(
                {
                    "value": o.text(description="An address."),
                    "label": o.text(),
                    "count": COUNT,
                    "rank": o.whole(description="The highest."),
                    "last": o.moment(),
                    "query": QUERY,
                }
            )
        ),
    }
)


def stream(summary: str, fields: dict[str, Json], parameters: list[Json]) -> Json:
    """An answer of lines; one that broke off at once has no figures."""
    line = o.record(LINE | fields, optional=["reason", *fields])
    both = {
        "description": "Lines, or with `stream=0` the last one.",
        "content": {media: {"schema": line} for media in (o.LINES, o.JSON)},
    }
    given = [asked.Q, *asked.RANGE, asked.TABLE, *parameters, AS_STREAM]
    return o.operation(
        "Figures", summary, {200: both}, (429,), STREAM, parameters=given
    )


COLUMNS = list(
    dict.fromkeys(name for one in TABLES.values() for name in keys.names(one))
)
BY = o.many(
    {
        "type": "string",
        "pattern": rf"^({'|'.join(COLUMNS)}|data\.[A-Za-z0-9_-]{{1,60}})$",
    },
    minItems=1,
    maxItems=groups.MOST_COLUMNS,
    uniqueItems=True,
)

PATHS: o.Paths = {
    "/api/v1/overview": {
        "get": stream(
            "A histogram and the most frequent values",
            OVERVIEW,
            [
                o.query("by", o.choice(SERIES, default="type"), "What is a series."),
                o.query(
                    "buckets",
                    o.whole(1, MOST, default=overview.DEFAULT_BUCKETS),
                    "At most so many, of round lengths.",
                    24,
                ),
                o.listed(
                    "fields",
                    o.names(FACETS, overview.MOST_FIELDS),
                    "The facets, with commas between them; present and empty: none. "
                    "Flows have fewer.",
                    ["src", "dst"],
                ),
                o.query(
                    "values",
                    o.whole(1, overview.MOST_VALUES, default=overviews.VALUES),
                    "How many values of a facet are shown.",
                    5,
                ),
                o.query(
                    "exact",
                    o.choice(("0", "1"), default="0"),
                    "`1`: all rows are read, instead of a sample.",
                ),
            ],
        )
    },
    "/api/v1/groups": {
        "get": stream(
            "Rows grouped by columns",
            GROUPS,
            [
                o.listed(
                    "by",
                    BY,
                    "The columns, with commas between them; without it "
                    f"{','.join(groups.CONDENSED)}, and of flows "
                    f"{','.join(groups.OF_FLOWS)}. There are {', '.join(COLUMNS)}; not "
                    "both tables have all. Events have keys of `data` too: "
                    "`data.url`. `event` is what a rule says, or a log's message "
                    "with `#` for each word that has a digit or `@`.",
                    ["src", "dst"],
                ),
                o.query(
                    "order",
                    o.choice(groups.ORDERS, default="-count"),
                    "With `-` the highest first.",
                ),
                asked.limit(overview.DEFAULT_GROUPS, groups.MOST_GROUPS),
            ],
        )
    },
    "/api/v1/top": {
        "get": o.operation(
            "Figures",
            "The addresses on top of the last minutes",
            {200: o.answer("The addresses, the first one first.", TOP)},
            parameters=[
                asked.Q,
                o.query(
                    "of",
                    o.choice(KINDS, default="rank"),
                    "Highest rank, most flows, or most events.",
                ),
                o.query(
                    "minutes",
                    o.whole(1, overview.MOST_MINUTES, default=overview.DEFAULT_MINUTES),
                    "The last so many minutes.",
                    15,
                ),
                asked.limit(overview.DEFAULT_TOP, overview.MOST_TOP),
            ],
        )
    },
}
