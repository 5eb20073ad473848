"""The buckets of a histogram: nice steps, aligned to UTC. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime

MOST = 400  # buckets
DAY = 86_400
STEPS = (
    *(1, 2, 5, 10, 30),
    *(60 * minutes for minutes in (1, 2, 5, 10, 15, 30)),
    *(3_600 * hours for hours in (1, 2, 3, 6, 12)),
    *(DAY * days for days in (1, 2, 7, 14, 30, 90, 365, 3_650, 36_500)),
)


@dataclass(frozen=True)
class Steps:
    """`count` buckets of `step` seconds; the first begins at `start` (since 1970)."""

    start: int
    step: int
    count: int

    @property
    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.start, UTC)


def steps(start: datetime, end: datetime, buckets: int) -> Steps:
    """The finest buckets that cover the range and are at most so many."""
    first, last = int(start.timestamp() // 1), int(-(-end.timestamp() // 1))
    for step in STEPS:
        begin = first // step * step
        count = max(-(-(last - begin) // step), 1)
        if count <= buckets:
            break
    return Steps(begin, step, min(count, MOST))
