"""Counts what is stored already: segments from before there were counts, and those in
which a batch was refused. Runs in the worker, a full segment at a time, newest first.

Until a segment is counted, the overview reads it.
"""

import logging
import time
from collections.abc import Iterator

import polars as pl
from psycopg import sql

from events import counts, feed, segments, tally
from events.counts import Counts
from events.database import Connection
from events.schema import Schema
from events.sealing import alone
from events.segments import Segment
from events.tables import ADDRESSES, EVENTS, Table
from sensors.locks import COUNTING

log = logging.getLogger(__name__)

ROWS = 50_000  # ids of one statement


def count_due(connection: Connection, table: Table, seconds: float) -> list[str]:
    """Counts full segments for so long, at least one; a sentence for each."""
    with alone(connection, table, COUNTING) as free:
        return list(counted(connection, table, seconds)) if free else []


def counted(connection: Connection, table: Table, seconds: float) -> Iterator[str]:
    until = time.monotonic() + seconds
    found = waiting(connection, table)
    for number, segment in enumerate(found):
        if counts.replace(connection, segment.name, whole(connection, table, segment)):
            left = len(found) - number - 1
            yield f"{segment.name} is counted, {left} segments are left"
        if time.monotonic() > until:
            return


def waiting(connection: Connection, table: Table) -> list[Segment]:
    """Segments that are full and not counted, the newest first."""
    query = 'SELECT name FROM segments WHERE NOT counted AND "table" = %s'
    names = {name for (name,) in connection.execute(query, [table.name])}
    head = feed.head(connection, table)
    found = [
        segment
        for segment in segments.all_of(connection, table)
        if segment.name in names
        and segment.end_id <= head + 1
        and segment.state != "detaching"
    ]
    return found[::-1]


def whole(connection: Connection, table: Table, segment: Segment) -> Counts:
    """The counts of all of its rows, by the same steps as at ingest."""
    parts = []
    for first in range(segment.first_id, segment.end_id, ROWS):
        end = min(first + ROWS, segment.end_id)
        frame = read(connection, table, segment.name, first, end)
        if not frame.is_empty():
            parts.append((tally.hours(table, frame), tally.slots(table, frame)))
        log.info("%s: %d of its ids are counted", segment.name, end - segment.first_id)
    hours = tally.summed_hours([tally.NO_HOURS, *(hours for hours, _ in parts)])
    slots = tally.summed_slots([tally.NO_SLOTS, *(slots for _, slots in parts)])
    return counts.packed(hours, slots)


def read(
    connection: Connection, table: Table, name: str, first: int, end: int
) -> pl.DataFrame:
    """The columns that are counted, of the rows with `first <= id < end`."""
    schema = columns(table)
    chosen = [
        sql.SQL("host({})" if column in ADDRESSES else "{}").format(
            sql.Identifier(column)
        )
        for column in schema
    ]
    query = sql.SQL("SELECT {} FROM {} WHERE id >= %s AND id < %s").format(
        sql.SQL(", ").join(chosen), sql.Identifier(name)
    )
    rows = connection.execute(query, [first, end]).fetchall()
    return pl.DataFrame(rows, schema, orient="row")


def columns(table: Table) -> Schema:
    always = [
        table.time,
        "sensor",
        *(["type", "rank", "cls"] if table is EVENTS else []),
    ]
    names = dict.fromkeys([*always, *tally.counted(table)])
    return {name: table.schema[name] for name in names}
