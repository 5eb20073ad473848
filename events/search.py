"""History: newest first, a page at a time, in bounded time.

The walk visits the segment with the newest row first and stops when the page is full
and no segment left can hold a newer row than the page's last. What it cannot finish in
time it says: the page is then complete down to `reached`, and its cursor goes on there.
"""

import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import takewhile

from psycopg import errors, sql
from psycopg.rows import DictRow

from events import origins, pools, walk
from events.cursors import LAST_ID, Cursor
from events.pools import Reader
from events.query import Fragment, Node, Sensors, compile_sql
from events.query.sql import all_of
from events.query.tree import EVERYTHING
from events.tables import EVENTS, FLOWS, Table
from events.walk import Part, Span

STATEMENT_SECONDS = 2.5
TOTAL_SECONDS = 10.0
MOST_PARTS = 8  # segments in one statement
QUICK = 0.1  # seconds; a statement that took less may take on more segments
RETRIES = 5  # times that segments may vanish under one search


@dataclass(frozen=True)
class Search:
    """What is asked. `scope` is the sensors that the user may read."""

    query: Node
    scope: frozenset[int]
    span: Span = Span()
    limit: int = 100
    after: Cursor | None = None
    table: Table = EVENTS
    seconds: float = TOTAL_SECONDS


@dataclass(frozen=True)
class Page:
    """Rows, newest first; `next` is None at the end of the range.

    Not `complete`: time ran out; all rows newer than `reached` were found.
    """

    rows: list[DictRow]
    next: Cursor | None
    complete: bool = True
    reached: datetime | None = None


def run(asked: Search) -> Page:
    """One page. PoolTimeout or OperationalError when the database is away."""
    if not asked.scope:
        return Page([], None)
    with pools.readers().connection() as connection:
        names = origins.names(asked.scope)
        return Walk(connection, asked, conditions(asked, names)).page()


# The filter on segments where a rank was changed later (True) and on the others.
Conditions = dict[bool, Fragment]


def conditions(asked: Search, names: Sensors) -> Conditions:
    """The filter; always bound to the scope."""
    return {
        changed: all_of(
            [
                within(asked.scope),
                compile_sql(asked.query, asked.table, names, overlay=changed),
            ]
        )
        for changed in (True, False)
    }


def within(scope: frozenset[int]) -> Fragment:
    return Fragment(sql.SQL("e.sensor = ANY(%s::int[])"), (sorted(scope),))


@dataclass
class Walk:
    connection: Reader
    asked: Search
    conditions: Conditions
    found: list[DictRow] = field(default_factory=list)
    width: int = 1  # parts in the next statement

    def __post_init__(self) -> None:
        self.started = time.monotonic()
        self.left = self.look()

    def look(self) -> list[Part]:
        span = self.asked.span.below(self.asked.after)
        return walk.parts(self.connection, self.asked.table, span)

    def page(self) -> Page:
        retries = RETRIES
        while self.left and not self.is_full():
            if self.seconds_left() <= 0:
                return self.partial()
            try:
                self.step()
            except walk.SegmentGone:
                retries -= 1
                if not retries:
                    raise
                self.forget_dropped()
        return self.whole()

    def step(self) -> None:
        """Visits the next few parts; one that is too slow is split by time."""
        few = self.take()
        began = time.monotonic()
        try:
            rows = self.read(few)
        except errors.QueryCanceled:
            self.width = 1
            if len(few) == 1 and few[0].high - few[0].low > walk.TICK:
                self.left[:1] = few[0].halves()
                self.left.sort(key=lambda part: part.high, reverse=True)
            return
        self.left = self.left[len(few) :]
        self.merge(rows)
        quick = time.monotonic() - began < QUICK
        self.width = min(self.width * 2, MOST_PARTS) if quick else 1

    def take(self) -> list[Part]:
        """The next few parts, as far as they can be read by one statement."""
        first, *others = self.left[: self.width]
        return [first, *takewhile(first.is_like, others)]

    def read(self, few: list[Part]) -> list[DictRow]:
        wanted = self.asked.limit + 1
        if len(self.found) >= wanted:
            floor = self.found[-1][self.asked.table.time]
            few = [replace(part, low=max(part.low, floor), cut=True) for part in few]
        statement = walk.statement(
            self.asked.table,
            few,
            self.conditions[few[0].changed],
            self.asked.after,
            wanted,
        )
        limit = min(STATEMENT_SECONDS, self.seconds_left())
        milliseconds = max(int(limit * 1000), 1)
        return walk.fetch(self.connection, statement, milliseconds, few[0].filling)

    def merge(self, rows: list[DictRow]) -> None:
        both = sorted(self.found + rows, key=self.key, reverse=True)
        self.found = both[: self.asked.limit + 1]

    def key(self, row: DictRow) -> tuple[datetime, int]:
        return row[self.asked.table.time], row["id"]

    def is_full(self) -> bool:
        """Nothing that is left can be newer than the page's last row."""
        if len(self.found) <= self.asked.limit:
            return False
        return bool(self.key(self.found[-1])[0] > self.left[0].high)

    def seconds_left(self) -> float:
        return self.started + self.asked.seconds - time.monotonic()

    def forget_dropped(self) -> None:
        there = {part.name for part in self.look()}
        self.left = [part for part in self.left if part.name in there]

    def whole(self) -> Page:
        rows = self.found[: self.asked.limit]
        more = len(self.found) > len(rows)
        return Page(rows, Cursor(*self.key(rows[-1])) if more else None)

    def partial(self) -> Page:
        """What is certain: the rows above everything that was not visited."""
        reached = self.left[0].high
        rows = [row for row in self.found if self.key(row)[0] > reached]
        after = Cursor(reached, LAST_ID)
        if self.asked.after and self.asked.after.time <= reached:
            after = self.asked.after
        return Page(rows, after, complete=False, reached=reached)


def event(number: int, scope: frozenset[int]) -> DictRow | None:
    """One event with its exact line (`head`, `raw`); None outside of the scope."""
    query = sql.SQL(
        "SELECT {} FROM events e {} WHERE e.id = %s AND e.sensor = ANY(%s::int[])"
    ).format(walk.columns(EVENTS, line=True), walk.overlay(EVENTS))
    with pools.readers().connection() as connection:
        return connection.execute(query, [number, sorted(scope)]).fetchone()


def flow(uid: str, scope: frozenset[int]) -> DictRow | None:
    """The newest flow record of this id; None outside of the scope."""
    asked = Search(EVERYTHING, scope, limit=1, table=FLOWS)
    named = Fragment(sql.SQL("e.uid = %s"), (uid,))
    with pools.readers().connection() as connection:
        where = all_of([within(scope), named])
        page = Walk(connection, asked, {True: where, False: where}).page()
    return page.rows[0] if page.rows else None
