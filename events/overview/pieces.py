"""What is to be read, in pieces that one statement reads in well under a second. Pure.

A piece is a part of the walk, or a stretch of one: of its ids where all of its rows are
in the range, else of its time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from events.cursors import TICK
from events.walk import Part

MOST_PARTS = 8  # segments in one statement


@dataclass(frozen=True)
class Piece:
    """`first` and `end` bound the ids when `by_id`; `rows` is about how many."""

    part: Part
    rows: float
    first: int = 0
    end: int = 0
    by_id: bool = False

    def newer(self, rows: float) -> tuple["Piece", "Piece | None"]:
        """The newest so many rows, and what is left."""
        share = rows / self.rows if self.rows else 1.0
        if share >= 1:
            return self, None
        cut = self.cut_by_time if self.part.cut else self.cut_by_id
        return cut(share)

    def cut_by_id(self, share: float) -> tuple["Piece", "Piece | None"]:
        first, end = (
            (self.first, self.end)
            if self.by_id
            else (self.part.first_id, self.part.end_id)
        )
        middle = end - max(int((end - first) * share), 1)
        if middle <= first:
            return self, None
        new = replace(self, first=middle, end=end, by_id=True, rows=self.rows * share)
        old = replace(new, first=first, end=middle, rows=self.rows * (1 - share))
        return new, old

    def cut_by_time(self, share: float) -> tuple["Piece", "Piece | None"]:
        part = self.part
        middle = part.high - (part.high - part.low) * share
        if middle <= part.low or middle >= part.high:
            return self, None
        new = replace(self, part=part.above(middle + TICK), rows=self.rows * share)
        old = replace(self, part=part.below(middle), rows=self.rows * (1 - share))
        return new, old

    @property
    def is_whole(self) -> bool:
        return not self.by_id and not self.part.cut


def rows_of(left: Iterable[Piece]) -> float:
    return sum(piece.rows for piece in left)


def take(left: Sequence[Piece], rows: float) -> tuple[list[Piece], list[Piece]]:
    """The next pieces for one statement, about so many rows, and the others."""
    head, rest = left[0].newer(rows)
    if rest is not None or not head.is_whole:
        return [head], [*([rest] if rest else []), *left[1:]]
    chosen, total = [head], head.rows
    for piece in left[1:MOST_PARTS]:
        total += piece.rows
        if total > rows or not piece.is_whole or not head.part.is_like(piece.part):
            break
        chosen.append(piece)
    return chosen, list(left[len(chosen) :])
