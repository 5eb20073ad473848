"""Times as people write them, for `time:` in a query and for the box of a page. Pure.

A day, a month or a minute is a stretch and is meant whole; `last tuesday`, `-3d` and
`14:00` are seen from now, and stay so until `settled`. A time without an offset is one
of the zone that is given: of a query UTC, of the box that of the user.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo

from events.query import clocks, days
from events.query.days import Stretch
from events.query.durations import UNITS
from events.query.tree import Anchor, Moment, Relative

LONGEST = 100  # characters
FARTHEST = timedelta(days=36_500)
EXAMPLES = (
    "Write a day (2026-11-17, last tuesday), a time (yesterday 14:00 to 15:30) "
    "or a length (-3d, last 2 hours)."
)
DAY, NOW = timedelta(days=1), Relative(timedelta(0))


def stretch(text: str, zone: tzinfo = UTC) -> Stretch:
    """One time, or a range of two; ValueError says in one sentence what is wrong."""
    first, last = sides(text, zone)
    if last is None:
        return first
    check_order(first, last)
    ends = last.start if last.is_clock else last.end
    return Stretch(first.start, ends)


def sides(text: str, zone: tzinfo) -> tuple[Stretch, Stretch | None]:
    plain = " ".join(text.lower().split())
    if len(plain) > LONGEST:
        raise ValueError(f"A time has at most {LONGEST} characters.")
    parts = parted(plain)
    if len(parts) > 2:
        raise ValueError(f"A range has one start and one end. {EXAMPLES}")
    first = one(parts[0], zone)
    return (first, after(first, parts[1], zone)) if len(parts) == 2 else (first, None)


BETWEEN = re.compile(r"\s+(?:to|until|till|-)\s+|\s*(?:\.\.|–|—)\s*")
# A dash between two times of the clock, two names, two counts of seconds.
DASHED = re.compile(
    rf"(.*?(?:{clocks.CLOCK}))-((?:{clocks.CLOCK}).*)"
    r"|([a-z]{3,9})-([a-z]{3,9})|(\d{10,16})-(\d{10,16})",
    re.ASCII,
)
# A date with a time and an offset as ISO 8601 has it, or as Python prints it.
STAMP = re.compile(
    r"\d{4}-\d\d-\d\d(?P<sign>[t ])\d\d:\d\d(?P<second>:[\d.,]+)?-\d\d:?\d\d", re.ASCII
)


def parted(plain: str) -> list[str]:
    """The text at the word or sign that stands between two times."""
    between = re.fullmatch(r"between (.+?) and (.+)", plain)
    if between:
        return [between[1], between[2]]
    plain = re.sub(r"^(?:from|since) ", "", plain)
    parts = BETWEEN.split(plain)
    dashed = DASHED.fullmatch(plain) if len(parts) == 1 else None
    if not dashed or is_stamp(plain):
        return parts
    return [part for part in dashed.groups() if part]


def is_stamp(plain: str) -> bool:
    """`2026-11-17T14:00-05:00`; what may be a range as well is refused."""
    found = STAMP.fullmatch(plain)
    if not found:
        return False
    first, last = plain[11:16], plain[-5:]
    if found["sign"] == " " and not found["second"] and first < last <= "14:00":
        raise ValueError(
            f"{plain!r} may be a range or a time with its offset. "
            f"Write {plain[:16]} to {last}, or {plain[:10]}T{plain[11:]}."
        )
    return found["sign"] == "t" or bool(found["second"]) or last <= first


# -- one time


def one(text: str, zone: tzinfo) -> Stretch:
    """ValueError when it is none."""
    try:
        known = (
            seen_from_now(text)
            or days.day(text, zone)
            or clocked(text, zone)
            or days.longer(text, zone)
        )
    except OverflowError:
        raise ValueError(f"{text[:40]!r} is no time that there is.") from None
    if known is None:
        raise wrong(text)
    return known


WITH_CLOCK = re.compile(
    rf"(?:(?P<day>.*?\S)(?: at | |t|(?<=/\d{{4}}):))?(?P<clock>{clocks.CLOCK})"
    rf"(?: ?(?P<zone>{clocks.ZONE}))?",
    re.ASCII,
)
CLOCK_FIRST = re.compile(
    rf"(?P<clock>{clocks.CLOCK})(?: on)? (?P<day>[a-z0-9].*)(?P<zone>)", re.ASCII
)
HOUR = re.compile(
    rf"(?P<day>\d{{4}}-\d\d-\d\d)[t ](?P<clock>\d\d) ?(?P<zone>{clocks.ZONE})?",
    re.ASCII,
)


def clocked(text: str, zone: tzinfo) -> Stretch | None:
    """A time of the clock: of a day, else the latest there was."""
    for pattern in (WITH_CLOCK, HOUR, CLOCK_FIRST):
        found = pattern.fullmatch(text)
        if not found:
            continue
        clock = clocks.read(found["clock"])
        if not found["day"]:
            return None if found["zone"] else latest(clock)
        written = clocks.zone(found["zone"]) if found["zone"] else zone
        of = days.day(found["day"], written)
        if of and not (found["zone"] and isinstance(of.start, Relative)):
            start = moved(of.start, clock.since)
            return Stretch(start, moved(start, clock.step), True, of.is_weekday)
    return None


def latest(clock: clocks.Clock) -> Stretch:
    anchor = Anchor("day", back=clock.since)
    start = Relative(clock.since, anchor)
    return Stretch(start, moved(start, clock.step), is_clock=True)


def moved(moment: Moment, distance: timedelta) -> Moment:
    """By the clock on the wall, which summer time moves."""
    if isinstance(moment, Relative):
        return replace(moment, offset=moment.offset + distance)
    return (moment.replace(tzinfo=None) + distance).replace(tzinfo=moment.tzinfo)


# -- as seen from now, and counts of seconds


def seen_from_now(text: str) -> Stretch | None:
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

# -- the end of a range


def after(first: Stretch, text: str, zone: tzinfo) -> Stretch:
    """The end, as it is meant beside the start: a time on its day, the next such
    weekday, the next such date."""
    last = one(text, zone)
    if re.fullmatch(clocks.CLOCK, text, re.ASCII):
        return on_its_day(first, clocks.read(text))
    if not isinstance(first.start, Relative) or not isinstance(last.start, Relative):
        return last
    if first.is_weekday and last.is_weekday:
        return next_weekday(first.start, last)
    if unit(first.start) == unit(last.start) == "year":
        return next_date(first.start, last)
    return last


def unit(moment: Relative) -> str:
    return moment.anchor.unit if moment.anchor else ""


def on_its_day(first: Stretch, clock: clocks.Clock) -> Stretch:
    """`15:30` after `yesterday 14:00 to` is yesterday's; `02:00` after `23:00 to` is
    of the day after."""
    start = moved(midnight(first.start), clock.since)
    if first.is_clock and not is_before(first.start, start):
        start = moved(start, DAY)
    return Stretch(start, moved(start, clock.step), is_clock=True)


def midnight(moment: Moment) -> Moment:
    if isinstance(moment, datetime):
        return moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if moment.anchor is None or moment.anchor.unit in {"hour", "minute"}:
        return Relative(timedelta(0), Anchor("day", back=-moment.offset))
    return replace(moment, offset=timedelta(days=moment.offset.days))


def next_weekday(first: Relative, last: Stretch) -> Stretch:
    """The first such day from the start on."""
    start, end = relative(last)
    ahead = (start.offset.days - first.offset.days) % 7
    begins = first.offset.days + ahead - start.offset.days
    return replace(
        last,
        start=replace(first, offset=start.offset + begins * DAY),
        end=replace(first, offset=end.offset + begins * DAY),
    )


def relative(stretch: Stretch) -> tuple[Relative, Relative]:
    if isinstance(stretch.start, Relative) and isinstance(stretch.end, Relative):
        return stretch.start, stretch.end
    raise TypeError(stretch)


def next_date(first: Relative, last: Stretch) -> Stretch:
    """In the year of the start, or in the one after."""
    start, end = relative(last)
    is_later = (start.months, start.offset) >= (first.months, first.offset)
    later = 0 if is_later else 12
    return replace(
        last,
        start=replace(start, anchor=first.anchor, months=start.months + later),
        end=replace(end, anchor=first.anchor, months=end.months + later),
    )


def check_order(first: Stretch, last: Stretch) -> None:
    ends = last.start if last.is_clock else last.end
    if is_before(ends, first.start) or ends == first.start:
        raise ValueError("The end must be after the start.")


def is_before(one: Moment, other: Moment) -> bool:
    """As far as it holds whatever the time is."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    if isinstance(one, Relative) and isinstance(other, Relative):
        same = one.anchor == other.anchor
        return same and (one.months, one.offset) < (other.months, other.offset)
    return False


# -- what is wrong


LENGTH = r"(?:now)?[-+] ?\d.*|\d+ ?[a-z]+ ago|(?:last|past) \d+.*"
UNITS_WRITTEN = "Write s, m, h, d or w after the number: -90m, -3d, last 2 hours."
LOOKS = tuple(
    (re.compile(pattern, re.ASCII), said)
    for pattern, said in (
        (r".*\d:\d.*", f"is no time of the day. {clocks.EXAMPLES}"),
        (LENGTH, f"has no unit of time. {UNITS_WRITTEN}"),
        (r".*\d.*", f"is no date. {days.EXAMPLES}"),
    )
)


def wrong(text: str) -> ValueError:
    """The kind of time that it looks like, with examples."""
    better = days.close(text)
    said = [said for pattern, said in LOOKS if pattern.fullmatch(text)]
    if better:
        said = [f"is no time. Did you mean {better}?"]
    return ValueError(f"{text[:40]!r} {said[0] if said else f'is no time. {EXAMPLES}'}")


def settled(moment: Moment, now: datetime) -> datetime:
    """In the zone of `now`."""
    if isinstance(moment, Relative):
        return moment.at(now)
    return moment.astimezone(now.tzinfo)
