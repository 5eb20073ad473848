"""What is new in the store, in commit order: the only way followers read.

Ids become visible in order (see `events/store.py`), so `id > position` misses nothing.
Every read has an upper bound, so the planner touches only the segments it needs.
"""

from dataclasses import dataclass
from typing import Any

from psycopg import sql
from psycopg.rows import dict_row

from events.database import Connection
from events.tables import EVENTS, Table


class FeedError(Exception):
    """A saved position lies above everything committed: the store was replaced."""


@dataclass(frozen=True)
class Page:
    """Rows of a read, oldest first, and the id up to which nothing else exists.

    `upto` is the position to save, also when `rows` is empty: ids have gaps.
    """

    rows: list[dict[str, Any]]
    upto: int


def head(connection: Connection, table: Table = EVENTS) -> int:
    """The highest committed id, 0 while the store is empty."""
    column = sql.Identifier(f"last_{table.name[:-1]}")
    query = sql.SQL("SELECT max({}) FROM batches").format(column)
    row = connection.execute(query).fetchone()
    return (row[0] if row else None) or 0


def read(
    connection: Connection,
    table: Table,
    after: int,
    limit: int,
    sensor: int | None = None,
) -> Page:
    """The rows with `after < id <= upto`, at most `limit` ids further; of one sensor.

    Events carry what was changed later: `rank` is the present rank, `cleared` and
    `verdict` come from `event_state`.
    """
    end = head(connection, table)
    if after >= end:
        return Page([], after)
    start = max(after, oldest(connection, table) - 1)
    upto = min(start + limit, end)
    query = READ_EVENTS if table is EVENTS else READ_FLOWS
    values = {"after": start, "upto": upto, "sensor": sensor}
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(query, values).fetchall()
    return Page(rows, upto)


READ_EVENTS = """
SELECT e.*, coalesce(s.rank, e.rank) AS rank,
       coalesce(s.cleared, false) AS cleared, coalesce(s.verdict, '') AS verdict
FROM events e
LEFT JOIN event_state s
    ON s.event = e.id AND s.event > %(after)s AND s.event <= %(upto)s
WHERE e.id > %(after)s AND e.id <= %(upto)s
    AND (%(sensor)s::int IS NULL OR e.sensor = %(sensor)s)
ORDER BY e.id
"""
READ_FLOWS = """
SELECT * FROM flows
WHERE id > %(after)s AND id <= %(upto)s
    AND (%(sensor)s::int IS NULL OR sensor = %(sensor)s)
ORDER BY id
"""


def oldest(connection: Connection, table: Table) -> int:
    """The lowest id that retention has not dropped yet."""
    query = 'SELECT min(first_id) FROM segments WHERE "table" = %s'
    row = connection.execute(query, [table.name]).fetchone()
    return (row[0] if row else None) or 1


class Position:
    """A named follower's place in a table's feed.

    `save` joins the transaction of the connection, so a follower whose output is in
    PostgreSQL commits both together.
    """

    def __init__(
        self, connection: Connection, name: str, table: Table = EVENTS
    ) -> None:
        self.connection = connection
        self.name = name
        self.table = table

    def load(self, start: int = 0) -> int:
        """The saved position; `start` is saved for a follower that is new.

        FeedError when it lies above the highest committed id.
        """
        row = self.connection.execute(LOAD, self.parameters(start)).fetchone()
        found = int(row[0]) if row else start
        if found > head(self.connection, self.table):
            raise FeedError(
                f"{self.name}: position {found} of {self.table.name} lies above "
                "everything that is stored; was an older backup restored?"
            )
        return found

    def save(self, position: int) -> None:
        """Moves forward only: retention may have moved it further meanwhile."""
        self.connection.execute(SAVE, self.parameters(position))

    def missed(self) -> int:
        """How many events retention dropped before this follower had read them."""
        query = 'SELECT missed FROM followers WHERE name = %s AND "table" = %s'
        row = self.connection.execute(query, [self.name, self.table.name]).fetchone()
        return int(row[0]) if row else 0

    def parameters(self, position: int) -> dict[str, object]:
        return {"name": self.name, "table": self.table.name, "position": position}


LOAD = """
INSERT INTO followers (name, "table", position, missed, updated)
VALUES (%(name)s, %(table)s, %(position)s, 0, now())
ON CONFLICT (name, "table") DO UPDATE SET updated = now()
RETURNING position
"""
SAVE = """
UPDATE followers SET position = greatest(position, %(position)s), updated = now()
WHERE name = %(name)s AND "table" = %(table)s
"""
