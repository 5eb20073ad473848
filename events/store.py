"""The one door through which events and flows are stored.

A batch is saved in one transaction: an advisory lock per table gives ids out in commit
order, COPY writes the rows, `batches` remembers the journal range, `segments` what they
hold, `counts` how often each value occurs, `source_totals` who sent them. A range that
is already there is skipped whole, so a batch that is tried again after a crash is
stored exactly once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import polars as pl
from django.conf import settings
from psycopg import sql

from events import counts, schema, segments
from events.copying import Encoded, copy_all, encode
from events.counts import Counts
from events.database import Connection
from events.segments import Keep
from events.tables import EVENTS, FLOWS, Table


@dataclass(frozen=True)
class Origin:
    """The journal range that a batch was made of; both positions inclusive.

    Parts of the product that make events use their own name as the journal.
    """

    journal: str
    first: int
    last: int


@dataclass(frozen=True)
class Saved:
    """What a save did. `head` is the highest event id then committed, 0 when none."""

    head: int
    events: int
    flows: int
    duplicate: bool


Beside = Callable[[Connection, int], None]


class OverlapError(Exception):
    """A range is stored in part: read the journal again from `store.position`."""


def keep() -> Keep:
    """The retention in force."""
    return Keep(
        settings.RETENTION_DAYS * 86_400.0,
        settings.RETENTION_BYTES,
        settings.SEGMENT_ROWS,
    )


def save(
    connection: Connection,
    origin: Origin,
    events: pl.DataFrame | None = None,
    flows: pl.DataFrame | None = None,
    tallies: pl.DataFrame | None = None,
    beside: Beside | None = None,
) -> Saved:
    """Stores a whole batch in one transaction, exactly once.

    `tallies`: `source`, `sensor`, `stored`, `ignored`, `seen`, a row per peer and
    sensor, and `duplicate` where there are any. `beside` writes what else there is of
    the batch, by its number, in the same transaction. A value that PostgreSQL refuses
    costs its row's fields, never the batch. SchemaError for a wrong frame, OverlapError
    for a range that is stored in part.
    """
    parts = [
        encode(table, schema.check(frame, table.schema))
        for table, frame in ((EVENTS, events), (FLOWS, flows))
        if frame is not None and not frame.is_empty()
    ]
    counted = [counts.of(part.table, part.frame) for part in parts]
    with connection.transaction():
        lock(connection, [EVENTS, *(part.table for part in parts)])
        if is_stored(connection, origin):
            return Saved(last_id(connection, EVENTS), 0, 0, duplicate=True)
        ranges = {
            part.table.name: write(connection, part, its)
            for part, its in zip(parts, counted, strict=True)
        }
        batch = remember(connection, origin, ranges)
        count(connection, batch, tallies)
        if beside:
            beside(connection, batch)
    made_ahead(connection, [part.table for part in parts])
    rows = {part.table.name: part.frame.height for part in parts}
    return Saved(
        ranges["events"][1] if "events" in ranges else last_id(connection, EVENTS),
        rows.get("events", 0),
        rows.get("flows", 0),
        duplicate=False,
    )


def position(connection: Connection, journal: str) -> int:
    """The next position of the journal that is not stored yet."""
    return last_position(connection, journal) + 1


def last_position(connection: Connection, journal: str) -> int:
    query = "SELECT max(last) FROM batches WHERE journal = %s"
    row = connection.execute(query, [journal]).fetchone()
    return -1 if row is None or row[0] is None else int(row[0])


def lock(connection: Connection, tables: Iterable[Table]) -> None:
    """Until the end of the transaction; always in the same order, so no deadlock."""
    for key in sorted({table.lock for table in tables}):
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def is_stored(connection: Connection, origin: Origin) -> bool:
    known = last_position(connection, origin.journal)
    if origin.first <= known < origin.last:
        raise OverlapError(
            f"{origin.journal}: {origin.first}–{known} of {origin.last} are stored"
        )
    return origin.last <= known


def last_id(connection: Connection, table: Table) -> int:
    """The last id given out; exact under the table's lock."""
    name = sql.Identifier(f"{table.name}_id_seq")
    query = sql.SQL("SELECT last_value - (NOT is_called)::int FROM {}").format(name)
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def write(connection: Connection, part: Encoded, its: Counts) -> tuple[int, int]:
    """COPY under the lock; the first and last id of the batch."""
    before = last_id(connection, part.table)
    wanted = before + part.frame.height
    if wanted >= segments.end(connection, part.table):
        segments.extend(connection, part.table, wanted, keep())
    copy_all(connection, part)
    last = last_id(connection, part.table)
    first, frame = before + 1, part.frame
    places = segments.note(connection, part.table, frame, first, last)
    counts.keep(connection, part.table, frame, its, first, last, places)
    return before + 1, last


def made_ahead(connection: Connection, tables: Iterable[Table]) -> None:
    """Keeps one whole empty segment ahead, outside of the batch's transaction."""
    for table in tables:
        size = keep().segment_rows
        until = last_id(connection, table) + size
        if until < segments.end(connection, table):
            continue
        with connection.transaction():
            lock(connection, [table])
            segments.extend(connection, table, until, keep())


Ranges = dict[str, tuple[int, int]]


def remember(connection: Connection, origin: Origin, ranges: Ranges) -> int:
    nothing = (None, None)
    row = connection.execute(
        "INSERT INTO batches"
        " (journal, first, last, first_event, last_event, first_flow, last_flow)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id",
        [
            origin.journal,
            origin.first,
            origin.last,
            *ranges.get("events", nothing),
            *ranges.get("flows", nothing),
        ],
    ).fetchone()
    assert row is not None  # noqa: S101  (RETURNING gives one row)
    return int(row[0])


def count(connection: Connection, batch: int, tallies: pl.DataFrame | None) -> None:
    """Adds to the sources' counts; one statement however many peers a batch has."""
    if tallies is None or tallies.is_empty():
        return
    values = {
        "batch": batch,
        "duplicate": [0] * tallies.height,
        **tallies.sort("source", "sensor").to_dict(as_series=False),
    }
    connection.execute(COUNT, values)


COUNT = """
WITH tally AS (
    SELECT * FROM unnest(
        %(source)s::text[], %(sensor)s::int[], %(stored)s::bigint[],
        %(ignored)s::bigint[], %(duplicate)s::bigint[], %(seen)s::timestamptz[]
    ) AS tally (source, sensor, stored, ignored, duplicate, seen)
), detail AS (
    INSERT INTO batch_sources (batch, source, sensor, stored, ignored, duplicate)
    SELECT %(batch)s, source, sensor, stored, ignored, duplicate FROM tally
)
INSERT INTO source_totals AS total
    (source, sensor, stored, ignored, duplicate, first_seen, last_seen)
SELECT source, sensor, stored, ignored, duplicate, seen, seen FROM tally
ON CONFLICT (source, sensor) DO UPDATE SET
    stored = total.stored + excluded.stored,
    ignored = total.ignored + excluded.ignored,
    duplicate = total.duplicate + excluded.duplicate,
    last_seen = greatest(total.last_seen, excluded.last_seen)
"""
