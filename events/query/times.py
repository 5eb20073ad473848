"""Times as people write them in a query: a day, a minute, a moment, or seen from now.

What is written is a stretch: `2026-11-24` is a whole day, `2026-11-24T02:11` a minute.
A time without an offset is UTC. What is seen from now stays so in the tree.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from events.query.tree import Relative

Moment = datetime | Relative

UNITS = {
    "ms": timedelta(milliseconds=1), "s": timedelta(seconds=1),
    "m": timedelta(minutes=1), "min": timedelta(minutes=1), "h": timedelta(hours=1),
    "d": timedelta(days=1), "w": timedelta(weeks=1),
}  # fmt: skip
FARTHEST = timedelta(days=36_500)
DAY = timedelta(days=1)
DAYS = {"today": timedelta(0), "yesterday": -DAY, "now/d": timedelta(0)}

ABSOLUTE = re.compile(
    r"(\d{4})-(\d{2})(?:-(\d{2})(?:[T ](\d{2})"
    r"(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?)?"
    r"\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?",
    re.ASCII | re.IGNORECASE,
)
OFFSET = re.compile(r"(now)?(?:([+-])(\d{1,9})\s?([a-z]{1,3}))?", re.ASCII)
LENGTH = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s?([a-z]{1,3})?", re.ASCII)


@dataclass(frozen=True)
class Stretch:
    """From `start`, inclusive, to `end`, exclusive; a moment where both are equal."""

    start: Moment
    end: Moment


def stretch(text: str) -> Stretch:
    """ValueError says in one sentence what is wrong."""
    text = text.strip()
    found = relative(text.lower()) or absolute(text)
    if found is None:
        raise ValueError(
            f"{text[:40]!r} is no time; write 2026-11-24, 2026-11-24T02:11Z, "
            "-2h, today or yesterday."
        )
    return found


def relative(text: str) -> Stretch | None:
    if text in DAYS:
        begin = DAYS[text]
        return Stretch(Relative(begin, True), Relative(begin + DAY, True))
    found = OFFSET.fullmatch(text)
    if not text or not found or (found[4] and found[4] not in UNITS):
        return None
    distance = int(found[3]) * UNITS[found[4]] if found[3] else timedelta(0)
    if distance > FARTHEST:
        raise ValueError(f"{text!r} is more than 100 years from now.")
    moment = Relative(-distance if found[2] == "-" else distance)
    return Stretch(moment, moment)


def absolute(text: str) -> Stretch | None:
    found = ABSOLUTE.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second = (
        int(one or 0) for one in found.groups()[:6]
    )
    fraction = (found[7] or "").ljust(6, "0")
    try:
        start = datetime(
            year, month, day or 1, hour, minute, second, int(fraction), UTC
        ) - offset(found[8])
        return Stretch(start, start + step(found, start))
    except (ValueError, OverflowError):
        raise ValueError(f"{text[:40]!r} is no time that there is.") from None


def step(found: re.Match[str], start: datetime) -> timedelta:
    """How long the smallest part that is written lasts."""
    if found[7]:
        return timedelta(microseconds=10 ** (6 - len(found[7])))
    for part, unit in ((6, "s"), (5, "m"), (4, "h"), (3, "d")):
        if found[part]:
            return UNITS[unit]
    return (start + 31 * DAY).replace(day=1) - start


def offset(text: str | None) -> timedelta:
    if not text or text in "Zz":
        return timedelta(0)
    hours, minutes = int(text[1:3]), int(text[3:].strip(":") or 0)
    if hours > 14 or minutes > 59:
        raise ValueError(text)
    found = timedelta(hours=hours, minutes=minutes)
    return -found if text[0] == "-" else found


def length(text: str) -> timedelta:
    """A duration: seconds, or a number with a unit. ValueError."""
    found = LENGTH.fullmatch(text.strip().lower())
    if not found or (found[2] and found[2] not in UNITS):
        raise ValueError(
            f"{text[:40]!r} is no duration; write seconds, or 250ms, 90s, 5m, 2h, 1d."
        )
    try:
        return float(found[1]) * UNITS[found[2] or "s"]
    except OverflowError:
        raise ValueError(f"{text[:40]!r} is too long.") from None


def spoken(value: timedelta) -> str:
    """A distance in its largest whole unit: `90 minutes`, `2 hours`."""
    for unit, name in (("d", "day"), ("h", "hour"), ("m", "minute"), ("s", "second")):
        if value and value % UNITS[unit] == timedelta(0):
            count = value // UNITS[unit]
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{value.total_seconds():g} seconds"
