"""The habit of one source, and whether its silence is longer than that. Pure: no clock,
no database.

A source has a clock of its own that goes only when it usually speaks: in each hour of
the week as fast as the share of the last eight such hours in which it said something.
So a night, a weekend, a line a day at three need no rule of their own. A silence is
measured by that clock and compared with the longest that were usual. While a source is
silent its clock does not change its ways: an hour without a line is remembered when the
next line shows that the source lives.
"""

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

HOURS = 168  # of a week, from Monday midnight in the sensor's zone
MEMORY = 8  # weeks; the hours of the week as bits, one a week
FLOOR = 0.25  # hours: a shorter silence is none, whatever the habit
FACTOR = 1.5  # times the longest silence that was usual
GRACE = 0.5  # hours that every source gets after an outage of our own
NEEDED = 8  # silences that ended, before a source is watched
FIRST_DAY = 24  # whole hours, enough for a source that speaks in each of them
TWO_WEEKS = 2  # each hour of the week twice, for all others
SHARE = 0.05  # of the newest in the usual gap
WAITING = HOURS * MEMORY
BITS = 2**MEMORY - 1


@dataclass
class Habit:
    """What is remembered of a source; about a kilobyte as JSON."""

    present: bytearray = field(default_factory=lambda: bytearray(HOURS))  # bits
    lived: bytearray = field(default_factory=lambda: bytearray(HOURS))  # ≤ MEMORY
    longest: list[float] = field(default_factory=list)  # of each week, newest last
    week: int = 0  # the one that is last in `longest`
    gaps: int = 0  # silences that ended
    run: float = 0.0  # how long it is silent, by its own clock
    spoke: bool = False  # in this hour
    whole: bool = False  # this hour was watched from its beginning
    waiting: bytearray = field(default_factory=bytearray)  # silent hours, not yet known
    odd: float = 0.0  # the last silence that was called one
    usual: float | None = None  # logarithm of the seconds between two lines
    since: datetime | None = None  # the look that saw it speak last

    @property
    def is_steady(self) -> bool:
        """It has spoken in every hour that it has lived through."""
        return HOURS - self.lived.count(0) >= FIRST_DAY and all(
            bits.bit_count() == lived
            for bits, lived in zip(self.present, self.lived, strict=True)
        )

    @property
    def is_watched(self) -> bool:
        if self.gaps < NEEDED or not self.longest:
            return False
        return min(self.lived) >= TWO_WEEKS or self.is_steady

    @property
    def limit(self) -> float:
        """The silence, by its own clock, that is too long."""
        return max(FLOOR, FACTOR * max(self.longest, default=0.0))

    @property
    def is_silent(self) -> bool:
        return self.is_watched and self.run > self.limit

    @property
    def usual_gap(self) -> float | None:
        """Seconds."""
        return None if self.usual is None else math.exp(self.usual)

    def pace(self, hour: int) -> float:
        """How fast its clock goes in an hour of the week."""
        if self.lived[hour]:
            return self.present[hour].bit_count() / self.lived[hour]
        return 1.0 if self.is_steady else 0.0

    def live(
        self, start: datetime, end: datetime, lines: int, called: bool = False
    ) -> None:
        """A short stretch of time, in the sensor's zone, in which it sent so many
        lines; `called`: it is known to be silent."""
        # Two times of one zone differ by what its clocks show: by an hour more or less
        # where summer time begins or ends.
        seconds = end.timestamp() - start.timestamp()
        before, hour = hour_of(start), hour_of(end)
        if lines:
            self.speak(start, end, seconds, lines, called)
        else:
            self.run += self.pace(before) * seconds / 3_600
        if before != hour:
            self.end_hour(before, called and not lines)

    def speak(
        self, start: datetime, end: datetime, seconds: float, lines: int, called: bool
    ) -> None:
        silence = self.run + self.pace(hour_of(start)) * seconds / 3_600
        if called:
            # A new habit has to show twice: one failure makes nobody less watchful.
            silence, self.odd = min(silence, self.odd), silence
            self.waiting.clear()
        self.learn_hours()
        if silence >= 0 and self.is_judged(start):
            self.learn_silence(silence, end)
        self.learn_usual(end, seconds, lines)
        self.spoke, self.run, self.since = True, 0.0, end

    def is_judged(self, at: datetime) -> bool:
        """Whether a silence that ends here was measured by a clock that goes."""
        return bool(self.lived[hour_of(at)]) or self.is_steady

    def learn_hours(self) -> None:
        for hour in self.waiting:
            self.learn_hour(hour, False)
        self.waiting.clear()

    def learn_hour(self, hour: int, spoke: bool) -> None:
        self.present[hour] = (self.present[hour] << 1 | spoke) & BITS
        self.lived[hour] = min(MEMORY, self.lived[hour] + 1)

    def learn_silence(self, silence: float, at: datetime) -> None:
        week = at.toordinal() // 7
        if week != self.week or not self.longest:
            self.longest, self.week = [*self.longest, 0.0][-MEMORY:], week
        self.longest[-1] = max(self.longest[-1], silence)
        self.gaps = min(NEEDED, self.gaps + 1)

    def learn_usual(self, at: datetime, seconds: float, lines: int) -> None:
        passed = seconds if self.since is None else (at - self.since).total_seconds()
        if passed <= 0:
            return
        gap = math.log(passed / lines)
        self.usual = gap if self.usual is None else self.usual
        self.usual += SHARE * (gap - self.usual)

    def end_hour(self, hour: int, called: bool) -> None:
        if self.spoke:
            self.learn_hour(hour, True)
        elif self.whole and not called and len(self.waiting) < WAITING:
            self.waiting.append(hour)
        self.spoke, self.whole = False, True

    def miss(self, heard: datetime | None = None) -> None:
        """A time of which nothing is known, but whether it sent something: it counts
        for nothing, and whoever sends has some more to come back."""
        self.run, self.whole, self.since = -GRACE, False, heard

    def spoke_since(self, at: datetime) -> bool:
        return self.since is not None and self.since >= at

    def as_json(self) -> dict[str, Any]:
        texts = {name: getattr(self, name).hex() for name in BYTES}
        return vars(self) | texts | {"since": self.since and self.since.isoformat()}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        since = found.get("since")
        texts = {name: bytearray.fromhex(found[name]) for name in BYTES}
        at = datetime.fromisoformat(since) if since else None
        return cls(**found | texts | {"since": at})


BYTES = ("present", "lived", "waiting")


def hour_of(at: datetime) -> int:
    """The hour of the week, from Monday midnight."""
    return at.weekday() * 24 + at.hour
