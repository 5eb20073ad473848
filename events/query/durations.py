"""Lengths of time as people write them: `90s`, `5m`, `2h`, seconds without a unit."""

import re
from datetime import timedelta

UNITS = {
    "ms": timedelta(milliseconds=1), "s": timedelta(seconds=1),
    "m": timedelta(minutes=1), "min": timedelta(minutes=1), "h": timedelta(hours=1),
    "d": timedelta(days=1), "w": timedelta(weeks=1),
}  # fmt: skip
LENGTH = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s?([a-z]{1,3})?", re.ASCII)


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
