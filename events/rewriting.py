"""Stored events are read again in ranges, and rewritten under the same ids.

The rows that changed are updated in place, one bounded range in one transaction: a
reader sees a range as it was or as it is, a kill leaves whole ranges, permanent links,
pins, ranks and what analysts said stay, because nothing of these stands in the row.
Nobody waits for it but an index build of the same segment. An event whose time moves
stays in its segment, whose range of hours grows in the same transaction; its counts
are made anew where what is counted has changed, and until then the segment is read.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
from psycopg import errors, sql

from events import counting, counts, feed, segments, tally
from events.copying import REFUSED, copy, encode
from events.database import Connection
from events.query.sql import Fragment
from events.schema import EVENT
from events.sealing import alone
from events.tables import ADDRESSES, EVENTS
from sensors.locks import COUNTING

IDS = 20_000  # of one range
BYTES = 16 << 20  # of lines in one range
REWRITTEN = [
    "time", "pid", "sport", "dport", "facility", "severity", "inbound", "src", "dst",
    "proto", "host", "app", "user", "action", "signature", "message", "head", "data",
]  # fmt: skip
COUNTED = {"time", *tally.counted(EVENTS)}
ROW = {"id": pl.Int64, **EVENT}
TARGET = replace(EVENTS, name="rewritten", schema=ROW)

LOG = 5
UNREAD = ("unread", "refused")  # members of lines that break a parser or the store
# What the product said itself is no line of a device: nobody parsed it.
RECEIVED = sql.SQL(
    "e.type = 5 AND (e.head IS NOT NULL OR e.raw IS DISTINCT FROM"
    " convert_to(e.message, 'UTF8') OR e.data ?| '{unread,refused}')"
)


def is_received(row: Mapping[str, Any]) -> bool:
    """The same of one row with its line, as `search.event` gives it."""
    if row["type"] != LOG or row["head"] is not None or row["raw"] is None:
        return bool(row["type"] == LOG)
    members = row["data"] if isinstance(row["data"], dict) else {}
    is_own = bytes(row["raw"]) == row["message"].encode()
    return not is_own or not members.keys().isdisjoint(UNREAD)


@dataclass(frozen=True)
class Stretch:
    """A segment's ids from `first` to before `end`."""

    segment: str
    first: int
    end: int


@dataclass(frozen=True)
class Read:
    """Rows (`ROW`), as many as fit, and the id where the next begins."""

    rows: pl.DataFrame
    following: int


def stretches(connection: Connection, first: int, last: int) -> list[Stretch]:
    """What is stored of the ids first…last, the oldest first."""
    stop = min(last, feed.head(connection, EVENTS)) + 1
    found = [
        Stretch(one.name, max(first, one.first_id), min(stop, one.end_id))
        for one in segments.all_of(connection, EVENTS)
        if one.state != "detaching"
    ]
    return [one for one in found if one.first < one.end]


def read(connection: Connection, at: Stretch, condition: Fragment) -> Read:
    """The received lines at the beginning of the stretch that fit the condition."""
    end = min(at.first + IDS, at.end)
    chosen = [
        sql.SQL("host({0}) {0}" if name in ADDRESSES else "{}").format(
            sql.Identifier(name)
        )
        for name in ROW
        if name != "data"
    ]
    query = READ.format(
        columns=sql.SQL(", ").join(chosen),
        segment=sql.Identifier(at.segment),
        received=RECEIVED,
        condition=condition.text,
    )
    values = [at.first, end, *condition.params, BYTES]
    found = connection.execute(query, values).fetchall()
    rows = pl.DataFrame(
        [row[:-1] for row in found],
        [*((name, kind) for name, kind in ROW.items() if name != "data"), DATA],
        orient="row",
    ).select(list(ROW))
    is_cut = bool(found) and found[-1][-1] > BYTES
    return Read(rows, rows["id"][-1] + 1 if is_cut else end)


def one(connection: Connection, number: int, scope: frozenset[int]) -> Read | None:
    """A received line of these sensors, None if there is none of this id."""
    for at in stretches(connection, number, number):
        found = read(connection, at, of(scope))
        return found if found.rows.height else None
    return None


def of(scope: frozenset[int]) -> Fragment:
    """Rows of these sensors."""
    return Fragment(sql.SQL("e.sensor = ANY(%s::int[])"), (sorted(scope),))


DATA = ("data", pl.String)
# At least one row, and no more once they are too large together.
READ = sql.SQL("""
SELECT {columns}, data::text, total FROM (
    SELECT e.*, octet_length(e.message) + coalesce(octet_length(e.raw), 0) AS size,
        sum(octet_length(e.message) + coalesce(octet_length(e.raw), 0))
            OVER (ORDER BY e.id) AS total
    FROM {segment} e WHERE e.id >= %s AND e.id < %s AND {received} AND ({condition})
) read WHERE total - size <= %s ORDER BY id
""")


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Nobody else rewrites or counts meanwhile: counts are of what stands."""
    with connection.transaction():
        query = "SELECT pg_advisory_xact_lock(%s)"
        connection.execute(query, [EVENTS.lock + COUNTING])
        yield


def write(
    connection: Connection, segment: str, rows: pl.DataFrame, columns: Sequence[str]
) -> int:
    """Rewrites these rows (`ROW`), of which these columns have changed, within
    `transaction`; how many PostgreSQL took. One that it refuses stays as it was."""
    if rows.is_empty():
        return 0
    try:
        with connection.transaction():
            done = update(connection, segment, rows)
    except REFUSED:
        if rows.height == 1:
            return 0
        middle = rows.height // 2
        halves = rows[:middle], rows[middle:]
        return sum(write(connection, segment, half, columns) for half in halves)
    widen(connection, segment, rows, spoiled=not COUNTED.isdisjoint(columns))
    return done


def update(connection: Connection, segment: str, rows: pl.DataFrame) -> int:
    connection.execute(TEMPORARY)
    copy(connection, encode(TARGET, rows))
    columns = [sql.Identifier(name) for name in REWRITTEN]
    query = sql.SQL("UPDATE {} e SET {} FROM rewritten r WHERE e.id = r.id").format(
        sql.Identifier(segment),
        sql.SQL(", ").join(sql.SQL("{0} = r.{0}").format(name) for name in columns),
    )
    return connection.execute(query).rowcount


TEMPORARY = """
CREATE TEMPORARY TABLE IF NOT EXISTS rewritten ON COMMIT DELETE ROWS
AS SELECT * FROM events WITH NO DATA;
TRUNCATE rewritten
"""


def widen(
    connection: Connection, segment: str, rows: pl.DataFrame, spoiled: bool
) -> None:
    """The segment's range of hours holds them; last, because ingest waits for it."""
    values = {
        "name": segment,
        "hours": rows["time"].dt.truncate("1h").unique().to_list(),
        "oldest": rows["time"].min(),
        "newest": rows["time"].max(),
        "spoiled": spoiled,
    }
    connection.execute(WIDEN, values)


WIDEN = """
UPDATE segments SET
    hours = hours + (
        SELECT range_agg(tstzrange(hour, hour + interval '1 hour'))
        FROM unnest(%(hours)s::timestamptz[]) hour
    ),
    oldest = least(oldest, %(oldest)s), newest = greatest(newest, %(newest)s),
    counted = counted AND NOT %(spoiled)s
WHERE name = %(name)s
"""


def clean(connection: Connection, segment: str) -> None:
    """Frees what old rows took for the next ones. UndefinedTable for one that retention
    has dropped."""
    query = sql.SQL("VACUUM (INDEX_CLEANUP ON, TRUNCATE OFF) {}")
    connection.execute(query.format(sql.Identifier(segment)))


def settle(connection: Connection, segment: str) -> None:
    """After a segment was rewritten: frees what its old rows took, counts it anew.

    What is left out because somebody else is at it, the worker does.
    """
    try:
        name = sql.Identifier(segment)
        connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(name))
    except (errors.UndefinedTable, errors.LockNotAvailable):
        return
    connection.execute(SIZE, [segment])
    with alone(connection, EVENTS, COUNTING) as free:
        for one in counting.waiting(connection, EVENTS) if free else ():
            if one.name == segment:
                whole = counting.whole(connection, EVENTS, one)
                counts.replace(connection, segment, whole)


SIZE = """
UPDATE segments SET bytes = pg_total_relation_size(to_regclass(name))
WHERE name = %s AND state = 'indexed'
"""
