"""What is written in the box for a range of time → the range, in the user's zone. Pure.

`events/query/times.py` reads it, as it reads `time:` in a query. A day alone means the
whole day; a time alone, or a distance, means from then until now.
"""

from datetime import UTC, datetime, timedelta

from events.query import times
from events.query.tree import Relative
from events.walk import Span

LONGEST = times.LONGEST
YEARS = range(1900, 2200)


class MomentError(ValueError):
    """The text is no range of time; the message is a sentence for who wrote it."""


def read(text: str, now: datetime) -> Span:
    """The range that the text names, in the zone of `now`; both ends are set."""
    try:
        first, last = ends(text, now)
    except OverflowError:
        raise MomentError(f"{text.strip()[:40]!r} is no time that there is.") from None
    except ValueError as error:
        raise MomentError(str(error)) from None
    if first.year not in YEARS or last.year not in YEARS:
        raise MomentError(f"Years go from {YEARS[0]} to {YEARS[-1]}.")
    if first.timestamp() >= last.timestamp():  # of one zone: by the clock otherwise
        raise MomentError("The end must be after the start.")
    return Span(first, last)


def ends(text: str, now: datetime) -> tuple[datetime, datetime]:
    first, last = times.sides(text, now.tzinfo or UTC)
    start = times.settled(first.start, now)
    if last is None:
        is_since = first.is_clock or first.start == first.end
        return start, now if is_since else times.settled(first.end, now)
    return start, times.settled(last.start if last.is_clock else last.end, now)


def earlier(now: datetime, length: timedelta) -> datetime:
    """By time that passes, not by the clock, which summer time moves."""
    return Relative(-length).at(now)


def words(span: Span) -> str:
    """A bounded range as the box shows it, to the second; `read` takes it back."""
    if span.start is None or span.end is None:
        return ""
    first, last = f"{span.start:%Y-%m-%d %H:%M:%S}", f"{span.end:%Y-%m-%d %H:%M:%S}"
    return f"{first} to {last[11:] if first[:10] == last[:10] else last}"
