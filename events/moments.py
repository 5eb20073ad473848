"""Times as people write them → a range. Pure: the clock and its zone are an argument.

`2026-11-17`, `last tuesday`, `-3d`, `yesterday 14:00`, `17 nov 08:00 to 12:00`. A day
alone means the whole day; a time alone means from then until now.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from events.walk import Span

LONGEST = 100  # characters of a range
YEARS = range(1900, 2200)
EXAMPLES = "Write it as 2026-11-17, last tuesday, -3d or yesterday 14:00 to 15:30."

DAYS = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august",
    "september", "october", "november", "december",
)  # fmt: skip
UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


class MomentError(ValueError):
    """The text is no range of time; the message is a sentence for who wrote it."""


@dataclass(frozen=True)
class Period:
    """What one side of a range names: a stretch, or an instant without an end."""

    start: datetime
    end: datetime | None = None


def read(text: str, now: datetime) -> Span:
    """The range that the text names, in the zone of `now`; both ends are set."""
    plain = " ".join(text.lower().split())
    if len(plain) > LONGEST:
        raise MomentError(f"A range has at most {LONGEST} characters.")
    try:
        first, last = sides(plain, now)
    except (ValueError, OverflowError) as error:
        raise said(error, text) from None
    if first.year not in YEARS or last.year not in YEARS:
        raise MomentError(f"Years go from {YEARS[0]} to {YEARS[-1]}.")
    if first.timestamp() >= last.timestamp():  # of one zone: by the clock otherwise
        raise MomentError("The end must be after the start.")
    return Span(first, last)


def said(error: Exception, text: str) -> MomentError:
    if isinstance(error, MomentError):
        return error
    return MomentError(f"{text.strip()[:40]!r} is no range of time. {EXAMPLES}")


def sides(plain: str, now: datetime) -> tuple[datetime, datetime]:
    first, *others = BETWEEN.split(plain)
    if len(others) > 1:
        raise MomentError(f"A range has one start and one end. {EXAMPLES}")
    begins = period(first, now)
    if not others:
        return begins.start, begins.end or now
    ends = period(on_its_day(others[0], begins.start), now)
    return begins.start, ends.end or ends.start


BETWEEN = re.compile(r"\s*(?:\s(?:to|until|till|-)\s|\.\.|–|—)\s*")


def on_its_day(text: str, start: datetime) -> str:
    """`15:30` after `yesterday 14:00 to` is yesterday's."""
    return f"{start:%Y-%m-%d} {text}" if CLOCK.fullmatch(text) else text


def period(text: str, now: datetime) -> Period:
    """One side of a range; ValueError when it is none."""
    for pattern, reader in READERS:
        found = pattern.fullmatch(text)
        if found:
            return reader(found, now)
    return dated(text, now)


def dated(text: str, now: datetime) -> Period:
    """A day, a day with a time, or a time alone."""
    found = WITH_CLOCK.fullmatch(text)
    if found and not found["day"]:
        return Period(latest(clock(found["clock"]), now))
    if found:
        return Period(at(day(found["day"], now), clock(found["clock"]), now))
    return whole(day(text, now), 1, now)


CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,6}))?)?")
WITH_CLOCK = re.compile(rf"(?:(?P<day>.*?\S)(?: |t| at ))?(?P<clock>{CLOCK.pattern})")


def clock(text: str) -> time:
    found = CLOCK.fullmatch(text)
    if not found:
        raise ValueError(text)
    hour, minute, second, fraction = found.groups(default="0")
    return time(int(hour), int(minute), int(second), int(fraction.ljust(6, "0")))


def latest(when: time, now: datetime) -> datetime:
    """The time today, or yesterday when today's is still to come."""
    today = at(now.date(), when, now)
    if today.timestamp() <= now.timestamp():
        return today
    return at(now.date() - timedelta(days=1), when, now)


def at(day: date, when: time, now: datetime) -> datetime:
    return datetime.combine(day, when, tzinfo=now.tzinfo)


def whole(first: date, days: int, now: datetime) -> Period:
    after = first + timedelta(days=days)
    return Period(at(first, time(), now), at(after, time(), now))


def day(text: str, now: datetime) -> date:
    """A date or the name of a day; ValueError when it is neither."""
    today = now.date()
    if text in NEAR:
        return today - timedelta(days=NEAR[text])
    named = NAMED_DAY.fullmatch(text)
    if named:
        return weekday(number(DAYS, named["name"]), bool(named["last"]), today)
    for pattern in DATES:
        found = pattern.fullmatch(text)
        if found:
            return calendar(found.groupdict(), today)
    raise ValueError(text)


NEAR = {"today": 0, "yesterday": 1, "the day before yesterday": 2}
MONTH = r"(?P<name>[a-z]{3,9})\.?"
NAMED_DAY = re.compile(r"(?:(?P<last>last) |on )?(?P<name>[a-z]{3,9})")
DATES = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)"),
    re.compile(r"(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4})?"),
    re.compile(rf"(?P<day>\d\d?)\.? {MONTH}(?: (?P<year>\d{{4}}))?"),
    re.compile(rf"{MONTH} (?P<day>\d\d?)(?:,? (?P<year>\d{{4}}))?"),
)


def number(names: tuple[str, ...], text: str) -> int:
    """Its place among the names; the first three letters do."""
    found = [n for n, name in enumerate(names) if name.startswith(text)]
    if len(text) < 3 or not found:
        raise ValueError(text)
    return found[0]


def weekday(wanted: int, before: bool, today: date) -> date:
    """The latest such day: today counts, unless it is asked for the last one."""
    back = (today.weekday() - wanted) % 7
    return today - timedelta(days=back or (7 if before else 0))


def calendar(found: dict[str, str | None], today: date) -> date:
    """Without a year, the latest such day there was."""
    named = found.get("name")
    month = number(MONTHS, named) + 1 if named else int(found.get("month") or 0)
    chosen, year = int(found["day"] or 0), found.get("year")
    if year:
        return date(int(year), month, chosen)
    this = date(today.year, month, chosen)
    return this if this <= today else date(today.year - 1, month, chosen)


# -- what is no day


def instant(_found: re.Match[str], now: datetime) -> Period:
    return Period(now)


def back(found: re.Match[str], now: datetime) -> Period:
    """`-3d`, `3 days ago`."""
    return Period(earlier(now, int(found["count"]) * UNITS[found["unit"][0]]))


def past(found: re.Match[str], now: datetime) -> Period:
    """`last 3 hours`: until now."""
    length = int(found["count"] or 1) * UNITS[found["unit"][0]]
    return Period(earlier(now, length), now)


def earlier(now: datetime, length: timedelta) -> datetime:
    """By time that passes, not by the clock, which summer time moves."""
    zone = now.tzinfo
    return datetime.fromtimestamp(now.timestamp() - length.total_seconds(), zone)


def week(found: re.Match[str], now: datetime) -> Period:
    monday = now.date() - timedelta(days=now.weekday())
    weeks = 1 if found["which"] == "last" else 0
    return whole(monday - timedelta(weeks=weeks), 7, now)


def month(found: re.Match[str], now: datetime) -> Period:
    first = now.date().replace(day=1)
    if found["which"] == "last":
        first = (first - timedelta(days=1)).replace(day=1)
    return of_month(first, now)


def numbered_month(found: re.Match[str], now: datetime) -> Period:
    return of_month(date(int(found["year"]), int(found["month"]), 1), now)


def of_month(first: date, now: datetime) -> Period:
    following = (first + timedelta(days=31)).replace(day=1)
    return whole(first, (following - first).days, now)


def exact(found: re.Match[str], now: datetime) -> Period:
    """ISO 8601 with an offset."""
    time = datetime.fromisoformat(found[0].replace(" ", "T").upper())
    return Period(time.astimezone(now.tzinfo))


UNIT = r"(?P<unit>s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)"
READERS: tuple[tuple[re.Pattern[str], Callable[..., Period]], ...] = (
    (re.compile(r"now"), instant),
    (re.compile(rf"-(?P<count>\d{{1,6}}) ?{UNIT}"), back),
    (re.compile(rf"(?P<count>\d{{1,6}}) ?{UNIT} ago"), back),
    (re.compile(rf"(?:last|past) (?P<count>\d{{1,6}}) ?{UNIT}"), past),
    (re.compile(r"(?:last|past) (?P<count>)(?P<unit>hour|minute)"), past),
    (re.compile(r"(?P<which>this|last) week"), week),
    (re.compile(r"(?P<which>this|last) month"), month),
    (re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)"), numbered_month),
    (
        re.compile(
            r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?"
            r"(?:z|[+-]\d\d:?\d\d)"
        ),
        exact,
    ),
)  # fmt: skip


def words(span: Span) -> str:
    """A bounded range as the box shows it, to the second; `read` takes it back."""
    if span.start is None or span.end is None:
        return ""
    first, last = f"{span.start:%Y-%m-%d %H:%M:%S}", f"{span.end:%Y-%m-%d %H:%M:%S}"
    return f"{first} to {last[11:] if first[:10] == last[:10] else last}"
