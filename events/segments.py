"""The life of a segment: made ahead, filled, sealed, dropped.

A segment is a partition of `events` or `flows` that holds a range of ids. The table
`segments` says what each one holds, so that reads name id ranges and the planner never
sees the others. Nothing here runs with a lock that a search or an insert waits for:
made by CREATE … LIKE and ATTACH, dropped by DETACH CONCURRENTLY and DROP.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import polars as pl
from psycopg import sql

from events.database import Connection
from events.tables import Table

MOST_SEGMENTS = 400  # the size grows so that retention holds about this many
MOST_ROWS = 50_000_000  # of one segment
SAMPLE = 5  # newest segments by which the rate is judged


@dataclass(frozen=True)
class Keep:
    """How much is kept, and how small a segment may be."""

    seconds: float
    bytes: int
    segment_rows: int


def end(connection: Connection, table: Table) -> int:
    """The first id that no segment holds yet."""
    query = 'SELECT max(end_id) FROM segments WHERE "table" = %s'
    row = connection.execute(query, [table.name]).fetchone()
    return (row[0] if row else None) or 1


def extend(connection: Connection, table: Table, until: int, keep: Keep) -> None:
    """Makes segments until ids up to `until` have a place; under the table's lock."""
    first = end(connection, table)
    size = rows_per_segment(connection, table, keep)
    while first <= until:
        make(connection, table, first, first + size)
        first += size


def make(connection: Connection, table: Table, first: int, stop: int) -> None:
    """One segment for `first <= id < stop`.

    LIKE copies the indexes, so that ATTACH finds them and scans nothing.
    """
    name = f"{table.name}_{first}"
    names = {"child": sql.Identifier(name), "parent": sql.Identifier(table.name)}
    connection.execute(
        sql.SQL(
            "CREATE TABLE {child} (LIKE {parent} INCLUDING DEFAULTS INCLUDING INDEXES)"
            " WITH (autovacuum_enabled = off)"
        ).format(**names)
    )
    connection.execute(
        sql.SQL(
            "ALTER TABLE {parent} ATTACH PARTITION {child} FOR VALUES FROM ({first})"
            " TO ({stop})"
        ).format(**names, first=sql.Literal(first), stop=sql.Literal(stop))
    )
    connection.execute(
        'INSERT INTO segments ("table", name, first_id, end_id, state, rows, bytes)'
        " VALUES (%s, %s, %s, %s, 'open', 0, 0)",
        [table.name, name, first, stop],
    )


def rows_per_segment(connection: Connection, table: Table, keep: Keep) -> int:
    """Grows with the rate and shrinks never below the setting."""
    row = connection.execute(RATE, [table.name, SAMPLE]).fetchone()
    rows, seconds, size = row or (0, 0, 0)
    if not rows or not size:
        return keep.segment_rows
    by_age = rows / max(float(seconds), 1.0) * keep.seconds
    by_size = keep.bytes / (float(size) / rows)
    wanted = int(min(by_age, by_size) / MOST_SEGMENTS)
    return min(max(keep.segment_rows, wanted), MOST_ROWS)


RATE = """
SELECT coalesce(sum(rows), 0)::bigint,
       extract(epoch FROM max(received_to) - min(received_from)),
       coalesce(sum(bytes), 0)::bigint
FROM (
    SELECT * FROM segments WHERE "table" = %s AND rows > 0 AND bytes > 0
    ORDER BY first_id DESC LIMIT %s
) newest
"""


class Place(NamedTuple):
    """A segment and its range of ids."""

    name: str
    first_id: int
    end_id: int  # exclusive


def note(
    connection: Connection, table: Table, frame: pl.DataFrame, first: int, last: int
) -> list[Place]:
    """Writes into `segments` what a batch with ids first…last has added, and where.

    A batch that crosses a border gives both segments all its hours: a superset costs a
    search one visit, a missing hour would cost it a row.
    """
    hours = frame[table.time].dt.truncate("1h").unique().to_list()
    values: dict[str, object] = {
        "table": table.name,
        "first": first,
        "last": last,
        "hours": hours,
        "oldest": frame[table.time].min(),
        "newest": frame[table.time].max(),
        "from": frame["received"].min(),
        "to": frame["received"].max(),
    }
    return [Place(*row) for row in connection.execute(NOTE, values)]


NOTE = """
UPDATE segments SET
    rows = rows + least(end_id - 1, %(last)s) - greatest(first_id, %(first)s) + 1,
    hours = hours + (
        SELECT range_agg(tstzrange(hour, hour + interval '1 hour'))
        FROM unnest(%(hours)s::timestamptz[]) hour
    ),
    oldest = least(oldest, %(oldest)s), newest = greatest(newest, %(newest)s),
    received_from = least(received_from, %(from)s),
    received_to = greatest(received_to, %(to)s)
WHERE "table" = %(table)s AND first_id <= %(last)s AND end_id > %(first)s
RETURNING name, first_id, end_id
"""


@dataclass(frozen=True)
class Segment:
    """A row of `segments`."""

    name: str
    first_id: int
    end_id: int
    state: str
    rows: int
    bytes: int
    received_to: datetime | None


def all_of(connection: Connection, table: Table) -> list[Segment]:
    """Every segment of the table, the oldest first."""
    query = """
        SELECT name, first_id, end_id, state, rows, bytes, received_to
        FROM segments WHERE "table" = %s ORDER BY first_id
    """
    return [Segment(*row) for row in connection.execute(query, [table.name])]
