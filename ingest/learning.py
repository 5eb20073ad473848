"""What arrival times tell of a clock: zone, lag, drift, the last step. Pure.

A device that writes no zone is late by its distance from UTC, ever the same number of
quarters of an hour. That number is believed when nearly every minute that had lines
shows it, most lines have it, and no other one shows as often. So old lines that come in
bulk teach nothing (they are late by ever less), nor do forged times beside true ones,
however many: then there are two. A clock that was known changes by an hour or half of
one as soon as that, which is summer time; by anything else it takes an hour.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from statistics import median

LEAST_LINES, LEAST_MINUTES, LEAST_SPAN = 10, 5, 9  # until a first answer
WINDOW = 10  # minutes with lines that are looked at
MOVED_MINUTES, MOVED_SPAN = 30, 59  # when the clock is in another part of the world
SUMMER_TIME = frozenset({2, 4})  # quarters of an hour
PRESENT = 0.05  # share of a minute's lines that is no accident
NEARLY_ALL, RARELY = 0.8, 0.2  # of the minutes
MOST_LINES = 0.6  # of all lines
WEST, EAST = -12 * 4, 14 * 4  # the zones that there are
STEP_SECONDS, STEP_MINUTES, STEADY = 5.0, 3, 2.0
QUARTER = 900  # seconds
MINUTES, HOURS = 64, 72  # that are remembered
DAY = 86_400


@dataclass
class Minute:
    """A minute that had lines; `votes` are quarters of an hour east of UTC and how many
    lines show them, `late` the mean of received − stamp read as UTC, in seconds."""

    at: int  # minutes since 1970
    lines: int
    votes: dict[int, int] = field(default_factory=dict)
    late: float = 0.0
    spread: float = 0.0

    def shows(self) -> set[int]:
        return {q for q, n in self.votes.items() if n >= PRESENT * self.lines}


def offset(minutes: Sequence[Minute], known: int | None) -> int | None:
    """Quarters of an hour east of UTC; `known` while nothing else is certain."""
    found = steady(minutes[-WINDOW:])
    if found is None or found == known or goes_on(minutes[-WINDOW:], known):
        return known
    if known is None or abs(found - known) in SUMMER_TIME:
        return found
    window = moved(minutes)
    return found if span(window) >= MOVED_SPAN and steady(window) == found else known


def goes_on(window: Sequence[Minute], known: int | None) -> bool:
    """Whether the known offset still shows, however many lines show another one."""
    return sum(known in minute.votes for minute in window) > RARELY * len(window)


def moved(minutes: Sequence[Minute]) -> Sequence[Minute]:
    """An hour, and at least so many minutes that had lines."""
    hour = [one for one in minutes if one.at >= minutes[-1].at - MOVED_SPAN]
    return hour if len(hour) >= MOVED_MINUTES else minutes[-MOVED_MINUTES:]


def steady(window: Sequence[Minute]) -> int | None:
    """The one offset that these minutes show."""
    lines = sum(minute.lines for minute in window)
    if len(window) < LEAST_MINUTES or lines < LEAST_LINES or span(window) < LEAST_SPAN:
        return None
    shown = [minute.shows() for minute in window]
    every = {q for some in shown for q in some if WEST <= q <= EAST}
    often = {q: sum(q in some for some in shown) / len(window) for q in every}
    found = [q for q, share in often.items() if share >= NEARLY_ALL]
    if len(found) != 1 or sum(share > RARELY for share in often.values()) > 1:
        return None
    votes = sum(minute.votes.get(found[0], 0) for minute in window)
    return found[0] if votes >= MOST_LINES * lines else None


def span(window: Sequence[Minute]) -> int:
    return window[-1].at - window[0].at if window else 0


def lag(minutes: Sequence[Minute]) -> tuple[float, float] | None:
    """How late stamps are of late, read as UTC: the median and how far lines lie from
    it, in seconds."""
    recent = minutes[-WINDOW:]
    if not recent:
        return None
    middle = median(minute.late for minute in recent)
    apart = median(abs(minute.late - middle) for minute in recent)
    return middle, max(apart, median(minute.spread for minute in recent))


def step(minutes: Sequence[Minute]) -> tuple[int, float] | None:
    """When the clock was set of late, and by how many seconds stamps are later since:
    three minutes agree, the three before them agreed, and not on the same."""
    if len(minutes) < 2 * STEP_MINUTES:
        return None
    after = [minute.late for minute in minutes[-STEP_MINUTES:]]
    before = [minute.late for minute in minutes[-2 * STEP_MINUTES : -STEP_MINUTES]]
    apart = max(max(some) - min(some) for some in (after, before))
    moved = median(after) - median(before)
    if apart > STEADY or abs(moved) < STEP_SECONDS:
        return None
    return minutes[-STEP_MINUTES].at, moved


def drift(hours: Sequence[tuple[int, float]]) -> float | None:
    """Seconds a day by which stamps get later: the median slope between the hours that
    had lines (Theil–Sen), each with its lateness; None for less than six of them."""
    if len(hours) < 6:
        return None
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) * 24 for a, b in combinations(hours, 2)]
    return median(slopes)
