"""Parameters that many operations share."""

from events.api import parameters
from events.cursors import LAST_ID, MOST_TEXT
from events.orders import sort
from events.query.parsing import MAX_LENGTH
from events.tables import EVENTS, TABLES, Table
from sensors import openapi as o
from sensors.openapi import Json

HOURS = f"{parameters.DEFAULT_RANGE.total_seconds() / 3600:.0f} hours"
START = o.query(
    "start",
    o.moment(),
    f"From when on, ISO 8601; UTC without a zone. Without it the last {HOURS} before "
    "`end`.",
    "2026-03-04T00:00:00Z",
)
END = o.query(
    "end",
    o.moment(),
    "Until when, exclusive. Without it until now.",
    "2026-03-05T00:00:00Z",
)
RANGE = [START, END]
Q = o.query(
    "q",
    o.text(MAX_LENGTH),
    "A query as in the box of the Historical page; empty: everything.",
    "type:log 10.0.0.0/8",
)
TABLE = o.query(
    "table", o.choice(TABLES, default=EVENTS.name), "Events or flow summaries."
)
NUMBER = o.path("number", o.whole(0, LAST_ID), "The `id` of an event.", 1)
CURSOR = o.query(
    "cursor",
    o.text(MOST_TEXT),
    "`next` of the answer before, with all else as it was.",
)
SECONDS = o.query(
    "seconds",
    o.number(
        parameters.LEAST_SECONDS,
        parameters.MOST_SECONDS,
        default=parameters.MOST_SECONDS,
    ),
    "How long the call may take; then `complete` is false.",
    1.5,
)


def limit(
    default: int = parameters.DEFAULT_LIMIT, most: int = parameters.MOST_ROWS
) -> Json:
    return o.query("limit", o.whole(1, most, default=default), "At most so many.", 2)


def order(table: Table) -> Json:
    columns = sort.sortable(table)
    words = [word for name in columns for word in (name, f"-{name}")]
    return o.query(
        "sort",
        o.choice(words, default=f"-{table.time}"),
        "A column; with `-` the highest first.",
        f"-{table.time}",
    )
