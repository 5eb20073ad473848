"""Times as seen from now, and counts of seconds: `-3d`, `3 days ago`, `now-1d/d`."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from events.query.days import Stretch
from events.query.durations import UNITS
from events.query.tree import Anchor, Moment, Relative

FARTHEST = timedelta(days=36_500)


def read(text: str) -> Stretch | None:
    for pattern, reader in READERS:
        found = pattern.fullmatch(text)
        if found:
            return reader(found)
    return None


def instant(moment: Moment) -> Stretch:
    return Stretch(moment, moment)


def distance(found: re.Match[str]) -> timedelta:
    count = 1 if found["count"] in {"a", "an", ""} else int(found["count"])
    length = count * UNITS[found["unit"][0]]
    if length > FARTHEST:
        raise ValueError(f"{found[0]!r} is more than 100 years from now.")
    return length


def back(found: re.Match[str]) -> Stretch:
    """`3 days ago`, `last 3 hours`: since then."""
    return instant(Relative(-distance(found)))


def seen(found: re.Match[str]) -> Stretch:
    """`now`, `-3d`, `now-1h`, and of Kibana and Splunk `now-1d/d`, `-1d@d`, `@h`."""
    length = distance(found) if found["count"] else timedelta(0)
    offset = -length if found["sign"] == "-" else length
    if not found["whole"]:
        return instant(Relative(offset))
    anchor = Anchor(ROUNDED[found["whole"]], back=-offset)
    return Stretch(
        Relative(timedelta(0), anchor), Relative(UNITS[found["whole"]], anchor)
    )


ROUNDED = {"m": "minute", "h": "hour", "d": "day", "w": "week"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COUNTS = {10: timedelta(seconds=1), 13: timedelta(milliseconds=1),
          16: timedelta(microseconds=1)}  # fmt: skip


def counted(found: re.Match[str]) -> Stretch:
    """Seconds, milliseconds or microseconds since 1970."""
    step = COUNTS.get(len(found["whole"]))
    if step is None:
        raise ValueError(
            f"{found[0]!r} is no time. Since 1970 it is 10 digits of seconds, 13 of "
            "milliseconds or 16 of microseconds."
        )
    micro = int((found["part"] or "")[:6].ljust(6, "0"))
    start = EPOCH + int(found["whole"]) * step + micro * step / 1_000_000
    return Stretch(start, start + step, is_clock=True)


UNIT = r"(?P<unit>s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)"
READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Stretch]], ...] = tuple(
    (re.compile(pattern, re.ASCII), reader)
    for pattern, reader in (
        (
            rf"(?=.)(?:now)?(?:(?P<sign>[+-]) ?(?P<count>\d{{1,9}}) ?{UNIT})?"
            r"(?:[/@](?P<whole>[mhdw]))?",
            seen,
        ),
        (rf"(?P<count>\d{{1,9}}|an?) ?{UNIT} ago", back),
        (rf"(?:last|past) (?P<count>\d{{1,9}}) ?{UNIT}", back),
        (r"(?:last|past) (?P<count>)(?P<unit>hour|minute)", back),
        (r"(?P<whole>\d{9,17})(?:\.(?P<part>\d{1,9}))?", counted),
    )
)
