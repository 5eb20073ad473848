"""An overview, line by line: what is known at once, then, with progress, the rest.

1. Counts of ingest, where nothing but sensors is asked for: exact but for the edges.
2. What is then left to be read: at once when it is little; else a sample or the edges'
   share first, and all of it only if `exact` is asked for.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from psycopg import errors

from events import tally
from events.overview import answer, kept, look, scan
from events.overview.asked import Overview, only_of_sensors
from events.overview.look import Seen
from events.overview.pieces import MOST_PARTS, Piece, rows_of
from events.overview.reading import TOTAL_SECONDS, OutOfTime, Reading, again, reading
from events.overview.scan import Sample
from events.overview.totals import Totals
from events.stopping import Stop

LITTLE = 10_000  # rows that are read without a sample
SAMPLED = 100_000  # rows that a sample has, about
LEAST_SHARE, MOST_SHARE = 0.0001, 0.25

Line = dict[str, Any]


def lines(
    asked: Overview, stop: Stop | None = None, seconds: float = TOTAL_SECONDS
) -> Iterator[Line]:
    """PoolTimeout or OperationalError when the database is away; Stopped."""
    with reading(stop or Stop(), seconds) as link:
        yield from again(lambda: Run(link, asked).lines())


class Run:
    """One question. What is `known` is certain; of what is `left` to be read there may
    be a `guess`, which is shown until all of it `was_read`."""

    def __init__(self, link: Reading, asked: Overview) -> None:
        self.link = link
        self.asked = asked
        self.known = Totals()
        self.guess = Totals()
        self.was_read = Totals()
        self.left: list[Piece] = []
        self.stage = "counted"
        self.share: float | None = None  # of a sample
        self.guessed = False

    def lines(self) -> Iterator[Line]:
        try:
            yield from self.steps()
        except (OutOfTime, errors.QueryCanceled):
            yield self.line(0.0) | {"reason": scan.TOO_LONG}

    def steps(self) -> Iterator[Line]:
        edges = self.sort(look.look(self.link, self.asked.asked))
        if rows_of(self.left) + rows_of(edges) > LITTLE:
            self.sample()
            self.guessed = bool(edges or self.share)
            done = not self.asked.exact
            yield self.line(float(done)) | {"done": done}
            if not self.asked.exact:
                return
        self.left += edges
        yield from self.read()
        yield self.line(1.0) | {"done": True}

    # -- what is known at once

    def sort(self, seen: Sequence[Seen]) -> list[Piece]:
        """Takes what is counted; the edges of that. All else is left to be read."""
        sensors = only_of_sensors(self.asked.asked.query, self.asked.asked.sensors)
        fine = self.asked.steps.step % tally.SLOT != 0
        if sensors is None or fine:
            self.stage = "exact"
            self.left = [each.piece for each in seen]
            return []
        self.left = [each.piece for each in seen if not each.counted]
        edges: list[Piece] = []
        usable = [each for each in seen if each.counted]
        for found in kept.kept(self.link, self.asked, sensors, usable):
            if isinstance(found, Seen):
                self.left.append(found.piece)
            else:
                self.known.add(found.whole)
                self.guess.add(found.edges)
                edges += found.pieces
        return edges

    def sample(self) -> None:
        """Guesses what is left, except where it is so little that it can be read."""
        rows = rows_of(self.left)
        if rows <= LITTLE:
            return
        self.stage = "sample"
        self.share = max(min(SAMPLED / rows, MOST_SHARE), LEAST_SHARE)
        for few in groups(self.left):
            found = scan.counted(self.link, self.asked, few, Sample(self.share))
            self.guess.add(found.scaled(self.share))

    # -- all of it

    def read(self) -> Iterator[Line]:
        total = rows_of(self.left)
        if self.guessed or total > LITTLE:
            self.stage = "exact"
        for left in scan.walked(self.left, self.read_few):
            yield self.line(1 - rows_of(left) / total)
        self.guessed, self.share = False, None

    def read_few(self, few: Sequence[Piece]) -> None:
        self.was_read.add(scan.counted(self.link, self.asked, few))

    # -- the line

    def line(self, progress: float) -> Line:
        found = self.known.with_all(self.guess if self.guessed else self.was_read)
        return {
            "stage": self.stage,
            "progress": round(progress, 3),
            "done": False,
            "sampled": self.share,
            "estimated": self.guessed,
            **answer.figures(self.asked, found),
        }


def groups(left: Sequence[Piece]) -> Iterator[Sequence[Piece]]:
    """A few pieces for each statement of a sample; those that are cut one by one."""
    whole = [piece for piece in left if piece.is_whole]
    for first in range(0, len(whole), MOST_PARTS):
        yield whole[first : first + MOST_PARTS]
    for piece in left:
        if not piece.is_whole:
            yield [piece]
