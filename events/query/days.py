"""Days, weeks, months and years as people write them → stretches of time.

What is named without its year is the latest there was; it stays as seen from now.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from difflib import get_close_matches

from events.query.tree import Anchor, Moment, Relative

DAY = timedelta(days=1)
WEEKDAYS = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august",
    "september", "october", "november", "december",
)  # fmt: skip
NEAR = {"today": 0, "yesterday": 1, "the day before yesterday": 2}
EXAMPLES = "Write 2026-11-17, 17 Nov, 11/17/2026 or last tuesday."


@dataclass(frozen=True)
class Stretch:
    """From `start`, inclusive, to `end`, exclusive; a moment where both are equal.

    A time of the clock (`is_clock`) lasts as long as its smallest written part.
    """

    start: Moment
    end: Moment
    is_clock: bool = False
    is_weekday: bool = False


def day(text: str, zone: tzinfo) -> Stretch | None:
    """One day; ValueError when it is none that there is."""
    if text in NEAR:
        back = timedelta(days=-NEAR[text])
        midnight = Anchor("day")
        return Stretch(Relative(back, midnight), Relative(back + DAY, midnight))
    named = WEEKDAY.fullmatch(text)
    if named and (number := place(WEEKDAYS, named["name"])) is not None:
        return weekday(number, bool(named["last"]))
    for pattern, order in DATES:
        found = pattern.fullmatch(text)
        if found:
            return order(found, zone)
    return None


def longer(text: str, zone: tzinfo) -> Stretch | None:
    """A week, a month, a year."""
    for pattern, reader in LONGER:
        found = pattern.fullmatch(text)
        if found:
            return reader(found, zone)
    return None


def place(names: tuple[str, ...], text: str) -> int | None:
    """Its place among the names; the first three letters do."""
    found = [n for n, name in enumerate(names) if name.startswith(text)]
    return found[0] if found and len(text) > 2 else None


def weekday(number: int, before: bool) -> Stretch:
    """The latest such day: today counts, unless it is asked for the last one."""
    anchor = Anchor("week", back=(number + before) * DAY)
    start = Relative(number * DAY, anchor)
    return Stretch(start, Relative(start.offset + DAY, anchor), is_weekday=True)


def moved(moment: Moment, distance: timedelta) -> Moment:
    """By the clock on the wall, which summer time moves."""
    if isinstance(moment, Relative):
        return replace(moment, offset=moment.offset + distance)
    return (moment.replace(tzinfo=None) + distance).replace(tzinfo=moment.tzinfo)


# -- dates


def dated(found: re.Match[str], zone: tzinfo) -> Stretch | None:
    """Day, month (a number or a name) and perhaps the year."""
    given = found.groupdict()
    number = int(given["month"]) if given.get("month") else 0
    if given.get("name"):
        named = place(MONTHS, given["name"])
        if named is None:
            return None
        number = named + 1
    return calendar(given.get("year"), number, int(given["day"]), found[0], zone)


def slashed(found: re.Match[str], zone: tzinfo) -> Stretch | None:
    """`11/17/2026` and `17/11/2026`: what is above 12 is the day."""
    first, second, year = int(found["first"]), int(found["second"]), found["year"]
    if first <= 12 and second <= 12 and first != second:
        one, other = (
            f"{year or 'YYYY'}-{month:02}-{number:02}"
            for month, number in ((first, second), (second, first))
        )
        if not year:
            one, other = (
                f"{second} {MONTHS[first - 1][:3].title()}",
                (f"{first} {MONTHS[second - 1][:3].title()}"),
            )
        raise ValueError(f"{found[0]} may be two days. Write {one} or {other}.")
    month, number = (second, first) if first > 12 else (first, second)
    return calendar(year, month, number, found[0], zone)


def calendar(
    year: str | None, month: int, number: int, text: str, zone: tzinfo
) -> Stretch:
    """A day of the calendar; without a year the latest there was."""
    try:
        first = date(int(year or 2000), month, number)
        if year:
            return whole(first, first + DAY, zone)
    except (ValueError, OverflowError):
        raise ValueError(f"{text[:40]!r} is no day that there is. {EXAMPLES}") from None
    if (month, number) == (2, 29):
        raise ValueError("29 February needs its year: write 2028-02-29.")
    back = (number - 1) * DAY
    anchor = Anchor("year", month - 1, back)
    start = Relative(back, anchor, month - 1)
    return Stretch(start, Relative(back + DAY, anchor, month - 1))


def whole(first: date, after: date, zone: tzinfo) -> Stretch:
    return Stretch(midnight(first, zone), midnight(after, zone))


def midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


NAME = r"(?P<name>[a-z]{3,9})\.?"
WEEKDAY = re.compile(r"(?:(?P<last>last) |this |on )?(?P<name>[a-z]{3,9})")
Reader = Callable[[re.Match[str], tzinfo], Stretch | None]


def table(*rows: tuple[str, Reader]) -> tuple[tuple[re.Pattern[str], Reader], ...]:
    return tuple((re.compile(pattern, re.ASCII), reader) for pattern, reader in rows)


DATES = table(
    (r"(?P<year>\d{4})[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)", dated),
    (r"(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4})?", dated),
    (rf"(?P<day>\d\d?)(?:st|nd|rd|th)?\.? {NAME}(?: (?P<year>\d{{4}}))?", dated),
    (rf"(?P<day>\d\d?)[/-]{NAME}[/-](?P<year>\d{{4}})", dated),
    (rf"{NAME} (?P<day>\d\d?)(?:st|nd|rd|th)?(?:,? (?P<year>\d{{4}}))?", dated),
    (r"(?P<first>\d\d?)/(?P<second>\d\d?)(?:/(?P<year>\d{4}))?", slashed),
)

# -- weeks, months, years


def near(found: re.Match[str], zone: tzinfo) -> Stretch:
    """`this week`, `last month`."""
    anchor, back = Anchor(found["unit"]), -1 if found["which"] == "last" else 0
    if found["unit"] == "week":
        start, end = (Relative((back + n) * 7 * DAY, anchor) for n in (0, 1))
    else:
        months = 12 if found["unit"] == "year" else 1
        start, end = (
            Relative(timedelta(0), anchor, (back + n) * months) for n in (0, 1)
        )
    return Stretch(start, end)


def named_month(found: re.Match[str], zone: tzinfo) -> Stretch | None:
    """`November`, `nov 2025`, `last november`: that of the year before the latest."""
    number = place(MONTHS, found["name"])
    if number is None:
        return None
    if found["year"]:
        return month_of(int(found["year"]), number + 1, found[0], zone)
    anchor = Anchor("year", number)
    return Stretch(
        Relative(timedelta(0), anchor, number),
        Relative(timedelta(0), anchor, number + 1),
    )


def numbered_month(found: re.Match[str], zone: tzinfo) -> Stretch:
    return month_of(int(found["year"]), int(found["month"]), found[0], zone)


def month_of(year: int, month: int, text: str, zone: tzinfo) -> Stretch:
    try:
        first = date(year, month, 1)
        return whole(first, (first + 31 * DAY).replace(day=1), zone)
    except (ValueError, OverflowError):
        raise ValueError(
            f"{text[:40]!r} is no month that there is. Write 2026-11 or Nov 2026."
        ) from None


def year(found: re.Match[str], zone: tzinfo) -> Stretch:
    number = int(found[0])
    return whole(date(number, 1, 1), date(number + 1, 1, 1), zone)


LONGER = table(
    (r"(?P<which>this|last) (?P<unit>week|month|year)", near),
    (rf"{NAME}(?: (?P<year>\d{{4}}))?", named_month),
    (r"(?P<year>\d{4})[-/](?P<month>\d\d)", numbered_month),
    (r"(?P<month>\d\d?)/(?P<year>\d{4})", numbered_month),
    (r"(?:19|20|21)\d\d", year),
)


def close(text: str) -> str | None:
    """The text with its words spelt as days and months are; None when none is like."""
    words = text.split()
    known = [*WEEKDAYS, *MONTHS, "today", "yesterday", "last", "this", "week", "month"]
    better = [
        word
        if word in known
        else (get_close_matches(word, known, 1, 0.75) or [word])[0]
        for word in words
    ]
    return " ".join(better) if better != words else None
