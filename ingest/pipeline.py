"""Journal lines → events: the whole of ingest's middle on one page.

Pure: no I/O, no settings, no clock. Each step is a function frame → frame over a whole
batch; lines stay in order and none is lost. What nothing understands is plain text.
"""

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from events import schema
from ingest import origins, parsers, text
from sensors.routing import Routes

RETENTION = timedelta(days=90)


@dataclass(frozen=True)
class Prepared:
    """What a range of the journal became: for `store.save`."""

    events: pl.DataFrame  # schema.EVENT, in the order of the lines
    tallies: pl.DataFrame  # source, sensor, stored, ignored, seen


def prepare(
    lines: pl.DataFrame, routes: Routes, retention: timedelta | None = RETENTION
) -> Prepared:
    """Events of journal lines (the columns of ARCHITECTURE.md, Journal).

    `retention` bounds the time of live events; None keeps every device time (files).
    """
    routed, _ = origins.attach(lines, routes)
    kept = routed.filter("enabled").with_row_index("row")
    frame = text.decode(kept)
    frame = frame.hstack(parsers.HEADERS[-1].parse(frame).drop("understood"))
    frame = frame.with_columns(
        time="received",
        source=pl.col("peer").replace("", None),
        type=pl.lit(5),
        rank=pl.lit(0),
        raw=pl.when(~pl.col("exact")).then("line"),
        data="{" + pl.col("members") + "}",
    )
    events = schema.check(schema.conform(frame, schema.EVENT), schema.EVENT)
    return Prepared(events, origins.tallies(routed))
