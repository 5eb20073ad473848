"""Counts of what is stored, kept at ingest and dropped with their segment.

`store.save` adds a row per batch in the batch's transaction; the worker merges the rows
of a segment now and then. A segment is `counted` when its rows say all of it; else the
overview reads the segment itself, and the worker counts it when it is full.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from events import tally
from events.database import Connection
from events.segments import Place
from events.tables import Table

MOST_ROWS = 32  # of one segment that is being filled, before they are merged


@dataclass(frozen=True)
class Counts:
    """Both frames of `events/tally.py`, as they are stored."""

    hours: bytes
    slots: bytes
    whole: bytes | None = None  # without the hours


def of(table: Table, frame: pl.DataFrame) -> Counts:
    """The counts of a batch; before any lock is taken."""
    hours, slots = tally.hours(table, frame), tally.slots(table, frame)
    return Counts(stream(hours), stream(slots))


def packed(hours: pl.DataFrame, slots: pl.DataFrame) -> Counts:
    """The counts of many batches, which are read often."""
    return Counts(stream(hours), stream(slots), stream(tally.without_hours(hours)))


def stream(frame: pl.DataFrame) -> bytes:
    target = io.BytesIO()
    frame.write_ipc_stream(target, compression="lz4")
    return target.getvalue()


def frame(text: bytes) -> pl.DataFrame:
    return pl.read_ipc_stream(io.BytesIO(text))


def keep(
    connection: Connection,
    table: Table,
    rows: pl.DataFrame,
    counts: Counts,
    first: int,
    last: int,
    places: Sequence[Place],
) -> None:
    """Adds the batch with the ids first…last to the segments that hold it.

    Gaps between the ids mean that rows were refused and changed: what lies where is
    not known then, so these segments are counted again later.
    """
    if last - first + 1 != rows.height:
        spoil(connection, [place.name for place in places])
        return
    if len(places) == 1:
        add(connection, places[0].name, counts)
        return
    for place in places:
        low = max(place.first_id, first) - first
        high = min(place.end_id - 1, last) - first
        add(connection, place.name, of(table, rows[low : high + 1]))


def add(connection: Connection, segment: str, counts: Counts) -> None:
    connection.execute(
        "INSERT INTO counts (segment, hours, slots, whole) VALUES (%s, %s, %s, %s)",
        [segment, counts.hours, counts.slots, counts.whole],
    )


def spoil(connection: Connection, names: list[str]) -> None:
    query = "UPDATE segments SET counted = false WHERE name = ANY(%s)"
    connection.execute(query, [names])


def drop(connection: Connection, segment: str) -> None:
    connection.execute("DELETE FROM counts WHERE segment = %s", [segment])


def replace(connection: Connection, segment: str, counts: Counts) -> bool:
    """The whole segment anew, unless another process has counted it, or dropped it."""
    with connection.transaction():
        query = "UPDATE segments SET counted = true WHERE name = %s AND NOT counted"
        if not connection.execute(query, [segment]).rowcount:
            return False
        drop(connection, segment)
        add(connection, segment, counts)
    return True


def merge_due(connection: Connection) -> list[str]:
    """Merges the rows of segments that have many, or are full; their names.

    Rows that are added meanwhile stay. A reader sees the old rows or the new one.
    """
    found = connection.execute(DUE, [MOST_ROWS]).fetchall()
    for (name,) in found:
        merge(connection, name)
    return [name for (name,) in found]


# A full segment gets no more rows: a batch later, its last row is merged.
DUE = """
SELECT c.segment FROM counts c JOIN segments s ON s.name = c.segment
GROUP BY c.segment, s.state
HAVING count(*) > %s OR count(*) > 1 AND s.state <> 'open'
"""


def merge(connection: Connection, segment: str) -> None:
    with connection.transaction():
        rows = connection.execute(TAKE, [segment]).fetchall()
        if rows:
            add(connection, segment, together(rows))


TAKE = "DELETE FROM counts WHERE segment = %s RETURNING hours, slots"


def together(rows: Iterable[Sequence[bytes]]) -> Counts:
    pairs = [(frame(hours), frame(slots)) for hours, slots in rows]
    hours = tally.summed_hours(hours for hours, _ in pairs)
    return packed(hours, tally.summed_slots(slots for _, slots in pairs))
