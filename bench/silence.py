"""Silent sources: false alarms per source and month, and the time to notice, over
cadences as devices have them.

    python -m bench.silence [SOURCES]

Each source (default 3 of a kind) lives 4 weeks that are only learned from, then 8 that
are judged, then it stops for good at a moment of its own; looked at once a minute.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median

from ingest.silence.cadence import Habit

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
MINUTE = timedelta(minutes=1)
WEEK = 7 * 24 * 60  # looks
LEARNED, JUDGED, LATEST = 4 * WEEK, 8 * WEEK, 8 * WEEK
MONTH = 30.4 * 24 * 60
Speaks = Callable[[datetime, int], bool]  # in this minute; its number
Cadence = Callable[[Random], Speaks]


def steady(mean: float) -> Cadence:
    """At random, a line every so many minutes in the mean."""
    return lambda random: lambda at, n: random.random() < min(1.0, 1 / mean)


def every(minutes: int, jitter: int = 0) -> Cadence:
    def made(random: Random) -> Speaks:
        due = [random.randrange(minutes)]

        def speaks(at: datetime, n: int) -> bool:
            if n < due[0]:
                return False
            due[0] += minutes
            while due[0] <= n:
                due[0] += minutes
            due[0] += random.randint(-jitter, jitter) if jitter else 0
            return True

        return speaks

    return made


def office(at: datetime) -> bool:
    return at.weekday() < 5 and 8 <= at.hour < 18


def worked(mean: float) -> Cadence:
    """In office hours that begin and end at another minute each day."""

    def made(random: Random) -> Speaks:
        def speaks(at: datetime, n: int) -> bool:
            shift = Random(at.toordinal()).randint(-50, 50)
            return office(at + timedelta(minutes=shift)) and random.random() < 1 / mean

        return speaks

    return made


def waves(busy: float, quiet: float) -> Cadence:
    """Many by day, few at night."""

    def made(random: Random) -> Speaks:
        return lambda at, n: (
            random.random() < 1 / (busy if 7 <= at.hour < 20 else quiet)
        )

    return made


def bursts(mean: float, length: int) -> Cadence:
    """A burst of so many minutes, then nothing for hours."""

    def made(random: Random) -> Speaks:
        until = [0, int(random.expovariate(1 / mean))]

        def speaks(at: datetime, n: int) -> bool:
            if n >= until[1]:
                until[0] = n + length
                until[1] = n + length + int(random.expovariate(1 / mean))
            return n < until[0]

        return speaks

    return made


def nightly(random: Random) -> Speaks:
    """A backup at 3, that ends within a quarter of an hour."""
    return lambda at, n: (
        at.hour == 3 and at.minute == Random(at.toordinal()).randrange(15)
    )


def workdays(random: Random) -> Speaks:
    """One line at 7 on working days."""
    return lambda at, n: at.weekday() < 5 and at.hour == 7 and at.minute == 0


CADENCES: dict[str, Cadence] = {
    "firewall, a line a second": steady(0.02),
    "server, every 5 minutes at random": steady(5),
    "switch, every 45 minutes at random": steady(45),
    "appliance, a mark every 20 minutes": every(20),
    "sensor, every hour, ± 9 minutes": every(60, 9),
    "device, every 6 hours at random": steady(360),
    "day and night: every minute, every half hour": waves(1, 30),
    "office hours, every 3 minutes": worked(3),
    "bursts of half an hour, every 4 hours": bursts(240, 30),
    "bursts of ten minutes, every 2 days": bursts(2_880, 10),
    "one line a day, at 3": nightly,
    "one line a working day": workdays,
}


def run(cadence: Cadence, seed: int) -> tuple[int, int, float | None]:
    """False alarms, looks that were judged, hours until its end was noticed."""
    random, habit = Random(seed), Habit()
    speaks = cadence(random)
    called, alarms, at = False, 0, START
    end = LEARNED + JUDGED + random.randrange(WEEK)
    for number in range(end + LATEST):
        spoke = number < end and speaks(at, number)
        habit.live(at, at + MINUTE, int(spoke), called)
        at += MINUTE
        if called:
            called = not spoke
        elif habit.is_silent:
            if number >= end:
                return alarms, end - LEARNED, (number - end) / 60
            called = True
            alarms += number >= LEARNED
    return alarms, end - LEARNED, None


def main(count: int) -> None:
    print("| cadence | false alarms a month | noticed after (median, most) |")
    print("|---|---|---|")
    for name, cadence in CADENCES.items():
        found = [run(cadence, seed) for seed in range(count)]
        months = sum(looks for _, looks, _ in found) / MONTH
        alarms = sum(alarms for alarms, _, _ in found) / months
        hours = sorted(hours for *_, hours in found if hours is not None)
        missed = f", {count - len(hours)} never" if len(hours) < count else ""
        times = f"{median(hours):.1f} h, {hours[-1]:.1f} h" if hours else "–"
        print(f"| {name} | {alarms:.2f} | {times}{missed} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
