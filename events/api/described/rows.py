"""Rows of events and flows, from the columns of the store."""

import polars as pl

from events.described import COLUMNS
from events.query.fields import FIELDS
from events.schema import EVENT, FLOW, TIME, TYPES, Schema
from events.walk import LINE
from sensors import openapi as o
from sensors.openapi import Json

# What every row has; all else may be null.
ALWAYS = frozenset(
    {"time", "start", "end", "received", "sensor", "type", "rank", "uid", "message"}
)
OWN = {
    "id": o.whole(0, description="Grows in the order of storing; never used twice."),
    "data": o.maybe(
        {
            "type": "object",
            "description": "What the record said beyond the columns; `data.KEY` in a "
            "query.",
        }
    ),
    "sensor": o.text(
        description="`<sensor>.<domain>`; `#id` of one that is gone.",
        examples=["s-0.home"],
    ),
    "type": o.choice(
        TYPES, description=", ".join(f"{n} {name}" for n, name in TYPES.items())
    ),
}
MEANINGS = {
    **{field.name: field.about for field in FIELDS.values()},
    **{name: about for name, _, about in COLUMNS if about},
    "received": "when this machine read it from the network",
    "inbound": "to HOME_NET from outside",
    "source": "address that sent the record",
}


def kind(polars: pl.DataType | type[pl.DataType]) -> Json:
    """The JSON of a column."""
    if polars == TIME:
        return o.moment()
    if polars == pl.Boolean:
        return o.flag()
    return o.text() if polars == pl.String else o.whole()


def column(name: str, schema: Schema) -> Json:
    if name in OWN:
        return OWN[name]
    found = kind(schema[name])
    found = found if name in ALWAYS else o.maybe(found)
    return o.about(found, MEANINGS[name]) if name in MEANINGS else found


def columns(schema: Schema) -> dict[str, Json]:
    shown = ["id", *(name for name in schema if name not in LINE)]
    return {name: column(name, schema) for name in shown}


EVENT_FIELDS = {
    **columns(EVENT),
    "type_name": o.choice(TYPES.values(), description="the type as a word"),
    "cleared": o.flag(description=MEANINGS["cleared"]),
    "verdict": o.text(description=MEANINGS["verdict"]),
}
LINE_FIELDS = {
    "raw": o.text(
        description="The line exactly as it was received; bytes that are not UTF-8 are "
        "shown as U+FFFD."
    ),
    "raw_b64": o.text(
        contentEncoding="base64",
        description="The bytes of the line, only where they are not UTF-8.",
    ),
}
SCHEMAS = {
    "Event": o.record(EVENT_FIELDS),
    "EventWithLine": o.record(EVENT_FIELDS | LINE_FIELDS, optional=["raw_b64"]),
    "Flow": o.record(columns(FLOW)),
}
