"""The walk of a search over segments: which ones, in what order, by which statement.

A statement names the few tables it reads, never their parent: the planner would lock
every segment, and a range of ids makes it misjudge a segment that has no statistics
yet (92 ms instead of 0.3 for the newest page of an open one).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from psycopg import errors, sql
from psycopg.rows import DictRow

from events.cursors import Cursor
from events.pools import Reader
from events.query import Fragment
from events.query.sql import all_of
from events.tables import EVENTS, Table

TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Part:
    """A segment, or a stretch of its time: what the walk has still to visit.

    `low` and `high` bound the rows in question, both inclusive; `cut` when the segment
    has others as well. `changed` when a rank of it was changed later. A `half` goes
    into a statement of its own.
    """

    name: str
    filling: bool
    low: datetime
    high: datetime
    cut: bool
    changed: bool = True
    half: bool = False

    def is_like(self, other: "Part") -> bool:
        """Whether one statement can read both."""
        mine = self.filling, self.changed, self.half
        return not self.half and mine == (other.filling, other.changed, other.half)

    def halves(self) -> tuple["Part", "Part"]:
        """The newer and the older half of the time."""
        middle = self.low + (self.high - self.low) / 2
        return (
            replace(self, low=middle + TICK, cut=True, half=True),
            replace(self, high=middle, cut=True, half=True),
        )


@dataclass(frozen=True)
class Span:
    """A range of time, `start` inclusive, `end` exclusive; None is without a bound."""

    start: datetime | None = None
    end: datetime | None = None

    def below(self, cursor: Cursor | None) -> "Span":
        if cursor is None:
            return self
        end = cursor.time + TICK
        return replace(self, end=end if self.end is None else min(self.end, end))


def parts(connection: Reader, table: Table, span: Span) -> list[Part]:
    """Every segment that has rows in the span, the one with the newest row first."""
    values = {"table": table.name, "start": span.start, "end": span.end}
    return [Part(**row) for row in connection.execute(PARTS, values)]


# `hours` narrows what one stray row of 1970 or 2099 would stretch.
PARTS = """
SELECT name, state = 'open' AS filling,
       greatest(oldest, %(start)s) AS low,
       least(newest, upper(within), %(end)s::timestamptz - interval '1 us') AS high,
       (oldest < %(start)s OR newest >= %(end)s OR newest > upper(within)) IS TRUE
           AS cut,
       EXISTS (
           SELECT FROM event_state
           WHERE event >= first_id AND event < end_id AND rank IS NOT NULL
       ) AND "table" = 'events' AS changed
FROM (
    SELECT *, hours * tstzmultirange(tstzrange(%(start)s, %(end)s)) AS within
    FROM segments WHERE "table" = %(table)s AND state <> 'detaching'
) found
WHERE NOT isempty(within) AND (newest >= %(start)s) IS NOT FALSE
    AND (oldest < %(end)s) IS NOT FALSE
ORDER BY high DESC, first_id DESC
"""


def statement(
    table: Table,
    visited: Iterable[Part],
    condition: Fragment,
    after: Cursor | None,
    limit: int,
) -> Fragment:
    """The newest rows of a few parts, newest first."""
    visited = list(visited)
    time = sql.Identifier("e", table.time)
    where = all_of([*bounds(time, visited, after), condition])
    arms = [sql.SQL("SELECT * FROM {}").format(sql.Identifier(p.name)) for p in visited]
    text = sql.SQL(
        "SELECT {columns} FROM ({arms}) e {overlay} WHERE {where}"
        " ORDER BY {time} DESC, e.id DESC LIMIT %s"
    ).format(
        columns=columns(table),
        arms=sql.SQL(" UNION ALL ").join(arms),
        overlay=overlay(table),
        where=where.text,
        time=time,
    )
    return Fragment(text, (*where.params, limit))


def bounds(
    time: sql.Composable, visited: list[Part], after: Cursor | None
) -> list[Fragment]:
    found = []
    if any(part.cut for part in visited):
        low = min(part.low for part in visited)
        high = max(part.high for part in visited)
        text = sql.SQL("{time} >= %s AND {time} <= %s").format(time=time)
        found.append(Fragment(text, (low, high)))
    if after is not None:
        text = sql.SQL("({}, e.id) < (%s, %s)").format(time)
        found.append(Fragment(text, (after.time, after.id)))
    return found


def overlay(table: Table) -> sql.Composable:
    """What was changed about an event after it was stored."""
    if table is not EVENTS:
        return sql.SQL("")
    return sql.SQL("LEFT JOIN event_state s ON s.event = e.id")


ADDRESSES = frozenset({"src", "dst", "source"})
# The exact line is read for one event alone.
LINE = ("head", "raw")


def columns(table: Table, line: bool = False) -> sql.Composable:
    """What a row is read as: addresses and JSON as text, the present rank."""
    names = ["id", *(name for name in table.schema if line or name not in LINE)]
    chosen = [column(table, name) for name in names]
    if table is EVENTS:
        chosen += [
            sql.SQL("coalesce(s.cleared, false) AS cleared"),
            sql.SQL("coalesce(s.verdict, '') AS verdict"),
        ]
    return sql.SQL(", ").join(chosen)


def column(table: Table, name: str) -> sql.Composable:
    stored, shown = sql.Identifier("e", name), sql.Identifier(name)
    if name in ADDRESSES:
        return sql.SQL("host({}) AS {}").format(stored, shown)
    if name == "data":
        return sql.SQL("{}::text AS {}").format(stored, shown)
    if name == "rank" and table is EVENTS:
        return sql.SQL("coalesce(s.rank, {}) AS {}").format(stored, shown)
    return stored


class SegmentGone(Exception):
    """A segment was dropped between the look at `segments` and the statement."""


def fetch(
    connection: Reader, asked: Fragment, milliseconds: int, filling: bool
) -> list[DictRow]:
    """Runs a statement for so long at most.

    errors.QueryCanceled when that was not enough; SegmentGone.
    """
    values = {"limit": str(milliseconds), "choice": "off" if filling else "on"}
    try:
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute(SETTINGS, values)
            return cursor.execute(asked.text, asked.params).fetchall()
    except (errors.UndefinedTable, errors.InternalError_) as error:
        raise SegmentGone(str(error)) from error


# A segment that is still filled has an index on time and no statistics: left to
# itself, the planner sorts all of it for a page.
SETTINGS = """
SELECT set_config('statement_timeout', %(limit)s, true),
       set_config('enable_seqscan', %(choice)s, true),
       set_config('enable_bitmapscan', %(choice)s, true),
       set_config('enable_hashjoin', %(choice)s, true),
       set_config('enable_sort', %(choice)s, true)
"""
