"""The walk of a search over segments: which ones there are in a range of time, and what
their rows are read as. What one statement reads is in `events/statements.py`.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from psycopg import sql

from events.cursors import TICK
from events.pools import Reader
from events.tables import ADDRESSES, EVENTS, Table

PIECES = 4  # of a part that is too much for one statement
LAST_TIME = datetime.max.replace(tzinfo=UTC) - TICK


@dataclass(frozen=True)
class Part:
    """A segment, or a stretch of its time: what the walk has still to visit.

    `low` and `high` bound the rows in question, both inclusive; `cut` when the segment
    has others as well. `changed` when a rank of it was changed later. `rows` is about
    how many there are. A `piece` goes into a statement of its own.
    """

    name: str
    first_id: int
    end_id: int
    filling: bool
    low: datetime
    high: datetime
    cut: bool
    rows: float = 0
    changed: bool = True
    piece: bool = False

    def is_like(self, other: "Part") -> bool:
        """Whether one statement can read both."""
        mine = self.filling, self.changed, self.piece
        return not self.piece and mine == (other.filling, other.changed, other.piece)

    def pieces(self) -> list["Part"]:
        """Stretches of its time, the newest first; itself when it is one instant."""
        step = max((self.high - self.low) / PIECES, TICK)
        piece = replace(self, cut=True, piece=True, rows=self.rows / PIECES)
        found: list[Part] = []
        high = self.high
        while high - self.low > step and len(found) < PIECES - 1:
            found.append(replace(piece, low=high - step + TICK, high=high))
            high -= step
        return [*found, replace(piece, high=high)]

    def above(self, time: datetime) -> "Part":
        return replace(self, low=max(self.low, time), cut=True)

    def below(self, time: datetime) -> "Part":
        return replace(self, high=min(self.high, time), cut=True)


@dataclass(frozen=True)
class Span:
    """A range of time, `start` inclusive, `end` exclusive; None is without a bound."""

    start: datetime | None = None
    end: datetime | None = None

    def below(self, time: datetime) -> "Span":
        """Up to the time, inclusive."""
        end = min(time, LAST_TIME) + TICK
        return replace(self, end=end if self.end is None else min(self.end, end))

    def above(self, time: datetime) -> "Span":
        """From the time on, inclusive."""
        return replace(self, start=max(self.start, time) if self.start else time)


def parts(connection: Reader, table: Table, span: Span) -> list[Part]:
    """Every segment that has rows in the span, the one with the newest row first."""
    values = {"table": table.name, "start": span.start, "end": span.end}
    return [Part(**row) for row in connection.execute(PARTS, values)]


# `hours` narrows what one stray row of 1970 or 2099 would stretch.
PARTS = """
SELECT name, first_id, end_id, state = 'open' AS filling, rows,
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


def overlay(table: Table) -> sql.Composable:
    """What was changed about an event after it was stored."""
    if table is not EVENTS:
        return sql.SQL("")
    return sql.SQL("LEFT JOIN event_state s ON s.event = e.id")


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
