"""One walk under way: what was found, what is left, which way and how long to try.

A part is tried in one way for a short time, then in the other for longer, and so on:
together they cost little more than the better one alone. The way that came through is
the first one tried on the next part; open and sealed parts are told apart.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import takewhile

from psycopg import errors
from psycopg.rows import DictRow

from events import pools, statements, walk
from events.cursors import TICK
from events.orders import ByColumn
from events.pools import Reader
from events.query import Fragment
from events.statements import SegmentGone, Wanted, Way
from events.stopping import Stop
from events.turns import SHORT, Turns
from events.walk import Part, Span

STATEMENT_SECONDS = 2.5
SEALED_BUDGETS = (0.05, 0.4)
# Where nothing but the time has an index, the other way is a scan: it ends.
FILLING_BUDGETS = (0.05,)
MOST_PARTS = 8  # segments in one statement
QUICK = 0.1  # seconds; a statement that took less may take on more segments
RETRIES = 5  # times that segments may vanish under one search

TURNS = Turns()


class OutOfTime(Exception):
    """The search has had its time."""


@dataclass
class Trying:
    """How parts of one kind are tried: a way, and one budget (seconds a part) after
    the other; after the last of them STATEMENT_SECONDS."""

    way: Way
    budgets: tuple[float, ...]
    level: int = 0

    def seconds(self, parts: int) -> float:
        """The limit of the next statement."""
        if self.is_last():
            return STATEMENT_SECONDS
        return min(self.budgets[self.level] * parts, STATEMENT_SECONDS)

    def is_last(self) -> bool:
        return self.level >= len(self.budgets)

    def failed(self) -> None:
        """The other way is next; without budgets there is but one way."""
        if self.budgets:
            self.way = self.way.other
        self.level = min(self.level + 1, len(self.budgets))

    def succeeded(self, took: float) -> None:
        """The next part gets twice the time, if that is less."""
        enough = [n for n, budget in enumerate(self.budgets) if budget > took * 2]
        self.level = min(self.level, *enough) if enough else self.level


@dataclass
class Visit:
    wanted: Wanted
    span: Span
    seconds: float
    stop: Stop | None = None
    found: list[DictRow] = field(default_factory=list)
    width: int = 1  # parts in the next statement
    retries: int = RETRIES
    had: float = 0.0  # seconds of turns

    def __post_init__(self) -> None:
        self.started = time.monotonic()
        self.order = self.wanted.order
        self.left = self.look()
        self.all_rows = rows_of(self.left)
        self.trying = {
            True: self.first_try(FILLING_BUDGETS),
            False: self.first_try(SEALED_BUDGETS),
        }
        after = self.wanted.after
        if after and after.unfinished and after.unfinished.kept:
            kept = statements.kept(self.wanted, after.unfinished.kept)
            self.merge(self.run(kept, STATEMENT_SECONDS, False, Way.ORDERED))

    def first_try(self, budgets: tuple[float, ...]) -> Trying:
        """All matches are needed for another order than that of time."""
        if isinstance(self.order, ByColumn):
            return Trying(Way.GATHERED, ())
        return Trying(Way.ORDERED, budgets)

    def look(self) -> list[Part]:
        span = self.order.narrowed(self.span, self.wanted.after)
        with self.reader() as connection:
            found = walk.parts(connection, self.wanted.table, span)
        return self.order.visits(found)

    def goes_on(self) -> bool:
        return bool(self.left) and not self.is_full() and self.seconds_left() > 0

    def is_unfinished(self) -> bool:
        """Time ran out."""
        return bool(self.left) and not self.is_full()

    def is_full(self) -> bool:
        """Nothing that is left can come before the page's last row."""
        if len(self.found) < self.wanted.limit:
            return False
        return self.order.is_certain(self.found[-1], self.left[0])

    def seconds_left(self) -> float:
        return self.started + self.seconds - time.monotonic()

    def progress(self) -> float:
        """The share of the range's rows that need no visit any more."""
        if not self.all_rows:
            return 0.0
        return min(1.0, 1.0 - rows_of(self.left) / self.all_rows)

    def step(self) -> None:
        """Visits the next few parts. Stopped; SegmentGone when too many vanish."""
        if self.stop:
            self.stop.check()
        try:
            self.try_few(self.take())
        except OutOfTime:
            return
        except SegmentGone:
            self.retries -= 1
            if not self.retries:
                raise
            self.forget_dropped()

    def take(self) -> list[Part]:
        """The next few parts, as far as they can be read by one statement."""
        first, *others = self.left[: self.width]
        return [first, *takewhile(first.is_like, others)]

    def try_few(self, few: list[Part]) -> None:
        trying = self.trying[few[0].filling]
        began = time.monotonic()
        try:
            rows = self.read(few, trying)
        except errors.QueryCanceled:
            if self.stop:
                self.stop.check()
            self.was_slow(few, trying)
            return
        took = time.monotonic() - began
        trying.succeeded(took / len(few))
        self.left = self.left[len(few) :]
        self.merge(rows)
        self.width = min(self.width * 2, MOST_PARTS) if took < QUICK else 1

    def read(self, few: list[Part], trying: Trying) -> list[DictRow]:
        if len(self.found) >= self.wanted.limit:
            few = [self.order.cut(part, self.found[-1]) for part in few]
        asked = statements.statement(self.wanted, few)
        seconds = trying.seconds(len(few))
        if trying.is_last() and not is_divisible(few[0]):
            seconds = self.seconds
        return self.fetch(asked, seconds, few[0].filling, trying.way)

    def fetch(
        self, asked: Fragment, seconds: float, filling: bool, way: Way
    ) -> list[DictRow]:
        """OutOfTime when no turn came."""
        if seconds <= SHORT:
            return self.run(asked, seconds, filling, way)
        with TURNS.taken(self.had, self.seconds_left(), self.stop) as mine:
            if not mine:
                raise OutOfTime
            began = time.monotonic()
            try:
                return self.run(asked, seconds, filling, way)
            finally:
                self.had += time.monotonic() - began

    def run(
        self, asked: Fragment, seconds: float, filling: bool, way: Way
    ) -> list[DictRow]:
        with self.reader() as connection:
            alone = TURNS.look(connection)
            seconds = min(seconds, self.seconds_left())
            return statements.fetch(connection, asked, seconds, filling, way, alone)

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """A connection for one statement: nobody holds one who waits for a turn."""
        with (
            pools.readers().connection() as connection,
            self.stop.watching(connection) if self.stop else nullcontext(),
        ):
            yield connection

    def was_slow(self, few: Sequence[Part], trying: Trying) -> None:
        """Fewer parts, then another way with more time, then pieces of the part."""
        self.width = 1
        if len(few) > 1:
            return
        if trying.is_last() and is_divisible(few[0]):
            self.left[:1] = few[0].pieces()
            self.left = self.order.visits(self.left)
        trying.failed()

    def merge(self, rows: list[DictRow]) -> None:
        self.found = self.order.merged(self.found + rows)[: self.wanted.limit]

    def forget_dropped(self) -> None:
        there = {part.name for part in self.look()}
        self.left = [part for part in self.left if part.name in there]


def is_divisible(part: Part) -> bool:
    """Whether it has pieces: not when all its rows are of one instant."""
    return part.high - part.low > TICK


def rows_of(parts: Sequence[Part]) -> float:
    return sum(part.rows for part in parts)
