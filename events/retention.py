"""Drops what is older or larger than is to be kept, a whole segment at a time.

By received time and by size; the oldest first; never the segment that is being filled.
A follower that had not read a dropped segment is moved past it, and the loss is counted
and said.
"""

import logging
from datetime import datetime, timedelta

from psycopg import errors, sql

from events import counts, feed, segments
from events.database import Connection
from events.sealing import LOCK_TIMEOUT, alone
from events.segments import Keep, Segment
from events.tables import EVENTS, Table

log = logging.getLogger(__name__)

DETAIL_HOURS = 24  # of counts per batch and source


def drop_due(
    connection: Connection, table: Table, keep: Keep, now: datetime
) -> list[str]:
    """Drops every segment that is due; their names.

    `keep.bytes` bounds this table alone. What meets a lock is left for the next run;
    what a crash left half-dropped is finished.
    """
    with alone(connection, table) as free:
        if not free:
            return []
        connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        dropped = []
        for segment in due(connection, table, keep, now):
            try:
                drop(connection, table, segment)
            except errors.LockNotAvailable as error:
                log.info("%s waits to be dropped: %s", segment.name, error)
                break
            dropped.append(segment.name)
        prune(connection, table)
        return dropped


def due(
    connection: Connection, table: Table, keep: Keep, now: datetime
) -> list[Segment]:
    """The oldest segments that are too old or too much, and those half-dropped."""
    found = segments.all_of(connection, table)
    head = feed.head(connection, table)
    full = [segment for segment in found if segment.end_id <= head + 1]
    sizes = {segment.name: size(connection, segment) for segment in found}
    excess = sum(sizes.values()) - keep.bytes
    oldest = now - timedelta(seconds=keep.seconds)
    chosen = []
    for segment in full:
        old = segment.received_to is None or segment.received_to < oldest
        if not old and excess <= 0 and segment.state != "detaching":
            break
        chosen.append(segment)
        excess -= sizes[segment.name]
    return chosen


def size(connection: Connection, segment: Segment) -> int:
    """Bytes on disk; measured at sealing, asked again while the segment grows."""
    if segment.state == "indexed":
        return segment.bytes
    query = "SELECT coalesce(pg_total_relation_size(to_regclass(%s)), 0)"
    row = connection.execute(query, [segment.name]).fetchone()
    return int(row[0]) if row else 0


def drop(connection: Connection, table: Table, segment: Segment) -> None:
    """Marks, detaches, drops: each step can be repeated after a crash."""
    query = "UPDATE segments SET state = 'detaching' WHERE name = %s"
    connection.execute(query, [segment.name])
    detach(connection, table, segment)
    with connection.transaction():
        name = sql.Identifier(segment.name)
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
        pass_over(connection, table, segment)
        counts.drop(connection, segment.name)
        connection.execute("DELETE FROM segments WHERE name = %s", [segment.name])


def detach(connection: Connection, table: Table, segment: Segment) -> None:
    row = connection.execute(
        "SELECT inhdetachpending FROM pg_inherits"
        " WHERE inhrelid = to_regclass(%s) AND inhparent = to_regclass(%s)",
        [segment.name, table.name],
    ).fetchone()
    if row is None:
        return
    how = "FINALIZE" if row[0] else "CONCURRENTLY"
    connection.execute(
        sql.SQL("ALTER TABLE {} DETACH PARTITION {} {}").format(
            sql.Identifier(table.name), sql.Identifier(segment.name), sql.SQL(how)
        )
    )


def pass_over(connection: Connection, table: Table, segment: Segment) -> None:
    """Moves followers that are behind past the segment, and says so."""
    behind = connection.execute(
        """
        UPDATE followers f SET
            missed = missed + %(last)s - greatest(old.position, %(first)s - 1),
            position = %(last)s
        FROM (
            SELECT id, position FROM followers
            WHERE "table" = %(table)s AND position < %(last)s FOR UPDATE
        ) old
        WHERE f.id = old.id
        RETURNING f.name, %(last)s - greatest(old.position, %(first)s - 1)
        """,
        {
            "table": table.name,
            "first": segment.first_id,
            "last": segment.end_id - 1,
        },
    ).fetchall()
    for name, count in behind:
        log.error("%s: %s dropped before it had read %d ids", name, segment.name, count)
    if table is EVENTS:
        query = "DELETE FROM event_state WHERE event >= %s AND event < %s"
        connection.execute(query, [segment.first_id, segment.end_id])


def prune(connection: Connection, table: Table) -> None:
    """Forgets batches whose rows are gone, but never a journal's newest."""
    if table is not EVENTS:
        return
    oldest = feed.oldest(connection, table)
    connection.execute(
        """
        DELETE FROM batches b
        WHERE at < now() - interval '1 day' AND coalesce(last_event, 0) < %s
          AND last < (SELECT max(last) FROM batches n WHERE n.journal = b.journal)
          AND id < (SELECT max(id) FROM batches WHERE last_event IS NOT NULL)
        """,
        [oldest],
    )
    connection.execute(
        "DELETE FROM batch_sources WHERE at < now() - make_interval(hours => %s)",
        [DETAIL_HOURS],
    )
