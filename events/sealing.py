"""Seals full segments: the indexes that reads need, B-trees first, text index last.

Runs in the worker, a step at a time, and yields to ingest: while events come in fast,
only the quick steps are done. Nothing writes to a segment any more once a committed id
lies past its end, so an index build makes nobody wait.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from psycopg import errors, sql

from events import feed, segments
from events.database import Connection
from events.segments import Segment
from events.tables import Table
from sensors.locks import SEALING

log = logging.getLogger(__name__)

LOCK_TIMEOUT = "200ms"
BUSY_RATE = 30_000  # events/s above which the text index waits …
BUSY_BACKLOG = 8  # … unless this many segments wait for it
MAINTENANCE_MEMORY = "256MB"

Build = Callable[[Connection, Table, Segment], None]


def seal_due(connection: Connection, table: Table) -> list[str]:
    """Does every step that is due; what was done, a sentence each.

    A step that meets a lock is left for the next run. Only one worker seals at a time.
    """
    with alone(connection, table) as free:
        if not free:
            return []
        connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        connection.execute(f"SET maintenance_work_mem = '{MAINTENANCE_MEMORY}'")
        return list(steps(connection, table))


@contextmanager
def alone(connection: Connection, table: Table, work: int = SEALING) -> Iterator[bool]:
    """Whether this session got the table's lock for this kind of work."""
    key = table.lock + work
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [key]).fetchone()
    got = bool(row and row[0])
    try:
        yield got
    finally:
        if got:
            connection.execute("SELECT pg_advisory_unlock(%s)", [key])


def steps(connection: Connection, table: Table) -> Iterator[str]:
    for segment in waiting(connection, table, "open"):
        if step(connection, table, segment, build_trees):
            yield f"{segment.name} is sealed"
    unindexed = waiting(connection, table, "sealed")
    for done, segment in enumerate(unindexed):
        if len(unindexed) - done < BUSY_BACKLOG and busy(connection):
            return
        if step(connection, table, segment, build_text):
            yield f"{segment.name} has its text index"


def waiting(connection: Connection, table: Table, state: str) -> list[Segment]:
    """Full segments in this state, the newest first: people search there."""
    head = feed.head(connection, table)
    found = [
        segment
        for segment in segments.all_of(connection, table)
        if segment.state == state and segment.end_id <= head + 1
    ]
    return found[::-1]


def backlog(connection: Connection, table: Table) -> int:
    """How many full segments still wait for an index."""
    states = ("open", "sealed")
    return sum(len(waiting(connection, table, state)) for state in states)


def busy(connection: Connection) -> bool:
    """Whether ingest is working hard: events per second of the last ten."""
    row = connection.execute(
        "SELECT coalesce(sum(last_event - first_event + 1), 0) / 10 FROM batches"
        " WHERE at > now() - interval '10 seconds' AND last_event IS NOT NULL"
        " AND id > (SELECT max(id) - 2000 FROM batches)"
    ).fetchone()
    return bool(row and row[0] > BUSY_RATE)


def step(connection: Connection, table: Table, segment: Segment, build: Build) -> bool:
    """One build; False when a lock stood in the way or the segment is gone."""
    try:
        build(connection, table, segment)
    except (errors.LockNotAvailable, errors.UndefinedTable) as error:
        log.info("%s waits: %s", segment.name, error)
        return False
    return True


def build_trees(connection: Connection, table: Table, segment: Segment) -> None:
    for number, definition in enumerate(table.read_indexes):
        create_index(connection, segment, f"{segment.name}_r{number}", definition)
    name = sql.Identifier(segment.name)
    connection.execute(sql.SQL("ANALYZE {}").format(name))
    advance(connection, segment, "sealed")


def build_text(connection: Connection, table: Table, segment: Segment) -> None:
    if table.text_index:
        create_index(connection, segment, f"{segment.name}_text", table.text_index)
    name = sql.Identifier(segment.name)
    connection.execute(sql.SQL("VACUUM (FREEZE, ANALYZE) {}").format(name))
    advance(connection, segment, "indexed")


def create_index(
    connection: Connection, segment: Segment, name: str, definition: str
) -> None:
    """An index that a crash left half-built does not exist: DDL is transactional."""
    connection.execute(
        sql.SQL("CREATE INDEX IF NOT EXISTS {} ON {} ").format(
            sql.Identifier(name), sql.Identifier(segment.name)
        )
        + sql.SQL(definition)  # a literal of events/tables.py
    )


def advance(connection: Connection, segment: Segment, state: str) -> None:
    connection.execute(
        "UPDATE segments SET state = %(state)s,"
        " bytes = pg_total_relation_size(to_regclass(%(name)s)) WHERE name = %(name)s"
        " AND state <> 'detaching'",
        {"state": state, "name": segment.name},
    )
