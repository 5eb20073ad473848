"""The addresses on top of the last minutes, for graphs that ask every few seconds.

By highest rank, number of flows or number of events, either side counted. Bounded by
rows, not by hope: of a busy window only the newest part is read, and the answer says
which. Equal questions within a few seconds share one answer.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from psycopg import sql
from psycopg.rows import TupleRow

from events import rows
from events.overview import look, pieces, scan
from events.overview.asked import Asked
from events.overview.fields import expression
from events.overview.pieces import Piece
from events.overview.reading import Reading, again, reading
from events.query import Fragment
from events.stopping import Stop
from events.tables import EVENTS, FLOWS
from events.terms import term
from events.walk import Span

MOST_ROWS = 100_000  # that are read for one answer
SECONDS = 5.0  # of one question
FRESH = 4.0  # seconds that an answer is shared
MOST_SHARED = 200  # answers that are kept

# What is counted, in which table.
KINDS = {"rank": EVENTS, "flows": FLOWS, "count": EVENTS}
Answer = dict[str, Any]


@dataclass(frozen=True)
class Top:
    """`asked.span` ends now; equal questions differ in nothing but that."""

    of: str
    asked: Asked
    limit: int = 20

    @property
    def key(self) -> object:
        span = self.asked.span
        assert span.start and span.end  # noqa: S101  (`last` made it)
        sensors = tuple(sorted(self.asked.sensors.items()))
        return self.of, self.asked.query, sensors, span.end - span.start, self.limit


def window(minutes: int, now: datetime) -> Span:
    return Span(now - timedelta(minutes=minutes), now)


def top(wanted: Top) -> Answer:
    """PoolTimeout or OperationalError when the database is away."""
    return shared.answer(wanted.key, lambda: ask(wanted))


def ask(wanted: Top) -> Answer:
    with reading(Stop(), SECONDS) as link:
        return next(again(lambda: iter([answer(link, wanted)])))


def answer(link: Reading, wanted: Top) -> Answer:
    every = [seen.piece for seen in look.look(link, wanted.asked)]
    newest = newer(every)
    found: list[TupleRow] = []
    for few in newest:
        found += link.fetch(statement(wanted, few), few.part.filling)
    cut = pieces.rows_of(newest) < pieces.rows_of(every)
    begin = min((row[4] for row in found if row[4]), default=None) if cut else None
    span = wanted.asked.span
    return {
        "of": wanted.of,
        "start": rows.moment(begin or span.start),
        "end": rows.moment(span.end),
        "complete": not cut,
        "values": [value(*row) for row in summed(found, wanted)],
    }


def newer(every: list[Piece]) -> list[Piece]:
    """The newest rows, as many as are read for one answer."""
    chosen, left = [], float(MOST_ROWS)
    for piece in every:
        if left <= 0:
            break
        part, _ = piece.newer(left)
        chosen.append(part)
        left -= part.rows
    return chosen


def statement(wanted: Top, piece: Piece) -> Fragment:
    """Rows of: address, n, rank, its last time, the oldest time that was read."""
    table = wanted.asked.table
    source = scan.matching(table, [piece], wanted.asked.condition(piece.part.changed))
    text = TEMPLATE.format(
        source=source.text,
        time=sql.Identifier("e", table.time),
        rank=expression(table, "rank", piece.part.changed),
        ranked=sql.SQL("WHERE rank > 0" if wanted.of == "rank" else ""),
    )
    return Fragment(text, source.params)


TEMPLATE = sql.SQL("""
WITH rows AS MATERIALIZED (
    SELECT src, nullif(dst, src) AS dst, {time} AS time, {rank} AS rank FROM {source}
), sides AS (
    SELECT side.address, time, rank
    FROM rows CROSS JOIN LATERAL (VALUES (src), (dst)) side (address) {ranked}
)
SELECT host(address), count(*), max(rank), max(time), (SELECT min(time) FROM rows)
FROM sides WHERE address IS NOT NULL GROUP BY address
""")


def summed(found: list[TupleRow], wanted: Top) -> list[tuple[str, int, int, datetime]]:
    """Pieces together, in order, as many as are wanted."""
    sums: dict[str, tuple[int, int, datetime]] = {}
    for address, n, rank, at, _ in found:
        before = sums.get(address, (0, rank, at))
        sums[address] = n + before[0], max(rank, before[1]), max(at, before[2])

    def order(pair: tuple[str, tuple[int, int, datetime]]) -> tuple[Any, ...]:
        address, (n, rank, _) = pair
        return (-rank, -n, address) if wanted.of == "rank" else (-n, address)

    best = sorted(sums.items(), key=order)[: wanted.limit]
    return [(address, *figures) for address, figures in best]


def value(address: str, count: int, rank: int, last: datetime) -> Answer:
    return {
        "value": address,
        "label": address,
        "count": count,
        "rank": rank,
        "last": rows.moment(last),
        "query": term("ip", address) or "",
    }


class Shared:
    """Answers of the last seconds; of equal questions one is asked, the others wait."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.answers: dict[object, tuple[float, Answer]] = {}
        self.asking: dict[object, Lock] = {}

    def answer(self, key: object, ask: Callable[[], Answer]) -> Answer:
        with self.lock:
            turn = self.asking.setdefault(key, Lock())
        with turn:
            at, found = self.answers.get(key, (0.0, {}))
            if not found or time.monotonic() - at > FRESH:
                found = ask()
                self.keep(key, found)
        return found

    def keep(self, key: object, found: Answer) -> None:
        with self.lock:
            old = sorted(self.answers, key=lambda key: self.answers[key][0])
            for stale in old[: max(len(old) - MOST_SHARED, 0)]:
                del self.answers[stale]
                self.asking.pop(stale, None)
            self.answers[key] = time.monotonic(), found


shared = Shared()
