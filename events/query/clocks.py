"""Times of the clock as people write them: `14:00`, `9:30 pm`; offsets from UTC."""

import re
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone, tzinfo

CLOCK = r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[ap]m)?|\d{1,2} ?[ap]m"
ZONE = r"z|utc|gmt|[+-]\d\d(?::?\d\d)?"
PARTS = re.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d)(?::(?P<second>\d\d)"
    r"(?:[.,](?P<fraction>\d{1,9}))?)?)? ?(?P<half>[ap]m)?",
    re.ASCII,
)
EXAMPLES = "Write 14:00, 14:00:30 or 2pm, with a day as in yesterday 14:00."


@dataclass(frozen=True)
class Clock:
    """How long after midnight, and how long its smallest written part lasts."""

    since: timedelta
    step: timedelta


def read(text: str) -> Clock:
    """ValueError says that there is no such time of the day."""
    found = PARTS.fullmatch(text)
    if not found:
        raise wrong(text)
    hour, minute, second = (int(found[name] or 0) for name in PARTS_OF)
    fraction = (found["fraction"] or "")[:6]
    if found["half"]:
        if not 1 <= hour <= 12:
            raise wrong(text)
        hour = hour % 12 + (12 if found["half"] == "pm" else 0)
    micro = int(fraction.ljust(6, "0"))
    since = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micro)
    if minute > 59 or second > 59 or since > timedelta(hours=24):
        raise wrong(text)
    return Clock(since, step(found, fraction))


PARTS_OF = ("hour", "minute", "second")


def step(found: re.Match[str], fraction: str) -> timedelta:
    if fraction:
        return timedelta(microseconds=10 ** (6 - len(fraction)))
    if found["second"]:
        return timedelta(seconds=1)
    return timedelta(minutes=1) if found["minute"] else timedelta(hours=1)


def wrong(text: str) -> ValueError:
    return ValueError(f"{text[:40]!r} is no time of the day. {EXAMPLES}")


def zone(text: str) -> tzinfo:
    """`z`, `utc`, `+01:00`, `-0500`, `+01`; ValueError."""
    if text in {"z", "utc", "gmt"}:
        return UTC
    hours, minutes = int(text[1:3]), int(text[3:].strip(":") or 0)
    if hours > 14 or minutes > 59:
        raise ValueError(
            f"{text!r} is no offset from UTC. Write Z, +01:00 or -05:00 after the time."
        )
    found = timedelta(hours=hours, minutes=minutes)
    return timezone(-found if text[0] == "-" else found)
