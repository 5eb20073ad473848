"""Times as people write them, for `time:` in a query and for the box of a page. Pure.

A day, a month or a minute is a stretch and is meant whole; `last tuesday`, `-3d` and
`14:00` are seen from now, and stay so until `settled`. A time without an offset is one
of the zone that is given: of a query UTC, of the box that of the user.
"""

import re
from datetime import UTC, datetime, tzinfo

from events.query import clocks, days, distances, ends
from events.query.days import Stretch, moved
from events.query.tree import Anchor, Moment, Relative

LONGEST = 100  # characters
EXAMPLES = (
    "Write a day (2026-11-17, last tuesday), a time (yesterday 14:00 to 15:30) "
    "or a length (-3d, last 2 hours)."
)


def stretch(text: str, zone: tzinfo = UTC) -> Stretch:
    """One time, or a range of two; ValueError says in one sentence what is wrong."""
    first, last = sides(text, zone)
    if last is None:
        return first
    ends.check_order(first, last)
    return Stretch(first.start, last.start if last.is_clock else last.end)


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
    since = re.fullmatch(r"(?:from|since) (.+)", plain)
    parts = divided(since[1] if since else plain)
    return [*parts, "now"] if since and len(parts) == 1 else parts


def divided(plain: str) -> list[str]:
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


def after(first: Stretch, text: str, zone: tzinfo) -> Stretch:
    """The end of a range, beside its start."""
    alone = re.fullmatch(clocks.CLOCK, text, re.ASCII)
    return ends.beside(first, one(text, zone), clocks.read(text) if alone else None)


# -- one time


def one(text: str, zone: tzinfo) -> Stretch:
    """ValueError when it is none."""
    try:
        known = (
            distances.read(text)
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


ZONED = re.compile(rf"(?:[a-z ]+ )?(?:{clocks.CLOCK}) ?(?:{clocks.ZONE})", re.ASCII)


def wrong(text: str) -> ValueError:
    """The kind of time that it looks like, with examples."""
    if ZONED.fullmatch(text):
        return ValueError("A zone needs a date before it: 2026-11-24 14:00Z.")
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
