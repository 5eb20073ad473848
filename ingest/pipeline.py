"""Journal lines → events: the whole of ingest's middle on one page.

Pure: no I/O, no settings, no clock. Each step is a function frame → frame over a whole
batch; lines stay in order and none is lost. What nothing understands is plain text.
"""

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from events import schema
from ingest import (
    accounts,
    dated,
    direction,
    facts,
    inner,
    members,
    origins,
    parsers,
    sightings,
    storable,
    text,
    timestamps,
)
from ingest import known as devices_known
from ingest.known import NOTHING, Known
from ingest.parsers import chain
from ingest.parsers.format import Format
from sensors.routing import INTERFACE, Route, Routes

RETENTION = timedelta(days=90)
LOG = 5  # schema.TYPES


@dataclass(frozen=True)
class Prepared:
    """What a range of the journal became: for `store.save`."""

    events: pl.DataFrame  # schema.EVENT, in the order of the lines
    tallies: pl.DataFrame  # source, sensor, stored, ignored, duplicate, seen
    sightings: pl.DataFrame  # sightings.SEEN: hosts and clocks of the senders


def prepare(
    lines: pl.DataFrame,
    routes: Routes,
    retention: timedelta | None = RETENTION,
    year: int | None = None,
    contents: tuple[Format, ...] = parsers.CONTENTS,
    known: Known = NOTHING,
) -> Prepared:
    """Events of journal lines (the columns of ARCHITECTURE.md, Journal).

    `retention` bounds the time of live events, None believes every device (files);
    `year` is that of stamps without one, None finds it by the time of arrival; `known`
    is what is known of devices.
    """
    routed, distinct = origins.attach(lines, routes)
    kept = routed.filter(pl.col("enabled") & ~pl.col("copy")).with_row_index("row")
    frame = dated_lines(kept, retention, year, contents, known)
    made = events(frame, distinct)
    return Prepared(made, origins.tallies(routed), sightings.of(frame))


def dated_lines(
    lines: pl.DataFrame,
    retention: timedelta | None,
    year: int | None,
    contents: tuple[Format, ...],
    known: Known,
) -> pl.DataFrame:
    """What the lines say by their format, and when."""
    frame = text.decode(lines)
    frame = chain.first(frame, parsers.HEADERS)
    frame = chain.refine(frame, contents)
    frame = inner.add(frame)
    frame = dated.add(frame)
    frame = devices_known.attach(frame, known)
    return timestamps.resolve(frame, retention, year)


def events(frame: pl.DataFrame, routes: list[Route]) -> pl.DataFrame:
    frame = facts.find(frame)
    frame = accounts.split(frame)
    frame = direction.add(frame, routes)
    frame = storable.make(frame)
    return finished(frame)


def finished(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of an event; the exact line is `raw`, or `head` and `message`."""
    if (frame["cut"] > 0).any():
        frame = members.add(frame, [cut()])
    if frame["claim"].str.starts_with(INTERFACE).any():
        frame = members.add(frame, [sniffed()])
    exact = pl.col("exact")
    frame = frame.with_columns(
        type=pl.lit(LOG),
        rank=pl.lit(0),
        source=pl.when(pl.col("peer") != "").then("peer"),
        head=pl.when(exact).then("head"),
        raw=pl.when(~exact).then("line"),
        data=members.close(pl.col("members")),
    )
    return schema.check(schema.conform(frame, schema.EVENT), schema.EVENT)


def sniffed() -> pl.Expr:
    """The interface on which a line was seen that was not sent to us."""
    interface = pl.col("claim").str.strip_prefix(INTERFACE)
    where = pl.col("claim").str.starts_with(INTERFACE)
    return members.text("sniffed", pl.when(where).then(interface.str.extract(r"^(.*)")))


def cut() -> pl.Expr:
    length = pl.col("cut")
    return members.number("cut", pl.when(length > 0).then(length))
