"""Times as people write them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events import moments
from events.moments import MomentError, read
from events.query import parse, times
from events.query.days import WEEKDAYS
from events.query.tree import Between, Compare, Relative
from events.walk import Span

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 24, 12, tzinfo=BERLIN)  # a Tuesday

RANGES = [
    ("2026-11-17", "2026-11-17 00:00:00 to 2026-11-18 00:00:00"),
    ("17.11.2026", "2026-11-17 00:00:00 to 2026-11-18 00:00:00"),
    ("17 Nov", "2026-11-17 00:00:00 to 2026-11-18 00:00:00"),
    ("december 24", "2025-12-24 00:00:00 to 2025-12-25 00:00:00"),
    ("today", "2026-11-24 00:00:00 to 2026-11-25 00:00:00"),
    ("Last Tuesday", "2026-11-17 00:00:00 to 2026-11-18 00:00:00"),
    ("tue", "2026-11-24 00:00:00 to 2026-11-25 00:00:00"),
    ("last week", "2026-11-16 00:00:00 to 2026-11-23 00:00:00"),
    ("last month", "2026-10-01 00:00:00 to 2026-11-01 00:00:00"),
    ("2026-02", "2026-02-01 00:00:00 to 2026-03-01 00:00:00"),
    ("-3d", "2026-11-21 12:00:00 to 2026-11-24 12:00:00"),
    ("90 minutes ago", "2026-11-24 10:30:00 to 12:00:00"),
    ("last 2 hours", "2026-11-24 10:00:00 to 12:00:00"),
    ("yesterday 14:00", "2026-11-23 14:00:00 to 2026-11-24 12:00:00"),
    ("yesterday at 14:00 to 15:30", "2026-11-23 14:00:00 to 15:30:00"),
    ("11:45", "2026-11-24 11:45:00 to 12:00:00"),
    ("13:00", "2026-11-23 13:00:00 to 2026-11-24 12:00:00"),
    ("-3d to -1d", "2026-11-21 12:00:00 to 2026-11-23 12:00:00"),
    ("last tuesday to yesterday", "2026-11-17 00:00:00 to 2026-11-24 00:00:00"),
    ("2026-11-24T08:00:00Z to now", "2026-11-24 09:00:00 to 12:00:00"),
    ("2026-11-17 08:00..09:00", "2026-11-17 08:00:00 to 09:00:00"),
    ("11/17/2026", "2026-11-17 00:00:00 to 2026-11-18 00:00:00"),
    ("17/11/2026", "2026-11-17 00:00:00 to 2026-11-18 00:00:00"),
    ("11/11/2026", "2026-11-11 00:00:00 to 2026-11-12 00:00:00"),
    ("11/17 2pm", "2026-11-17 14:00:00 to 2026-11-24 12:00:00"),
    ("10:00-11:30", "2026-11-24 10:00:00 to 11:30:00"),
    ("14:00-15:00", "2026-11-23 14:00:00 to 15:00:00"),
    ("23:00-02:00", "2026-11-23 23:00:00 to 2026-11-24 02:00:00"),
    ("yesterday 22:00-24:00", "2026-11-23 22:00:00 to 2026-11-24 00:00:00"),
    ("9:30 am - 11am", "2026-11-24 09:30:00 to 11:00:00"),
    ("now-1h to now", "2026-11-24 11:00:00 to 12:00:00"),
    ("now-1d/d to now/d", "2026-11-23 00:00:00 to 2026-11-25 00:00:00"),
    ("-1d@d", "2026-11-23 00:00:00 to 2026-11-24 00:00:00"),
    ("@h", "2026-11-24 12:00:00 to 13:00:00"),
    ("November", "2026-11-01 00:00:00 to 2026-12-01 00:00:00"),
    ("dec", "2025-12-01 00:00:00 to 2026-01-01 00:00:00"),
    ("nov 2025", "2025-11-01 00:00:00 to 2025-12-01 00:00:00"),
    ("11/2026", "2026-11-01 00:00:00 to 2026-12-01 00:00:00"),
    ("2025", "2025-01-01 00:00:00 to 2026-01-01 00:00:00"),
    ("last year", "2025-01-01 00:00:00 to 2026-01-01 00:00:00"),
    ("sept - oct", "2026-09-01 00:00:00 to 2026-11-01 00:00:00"),
    ("1764000000", "2025-11-24 17:00:00 to 2026-11-24 12:00:00"),
    ("1764000000123 to 1764003600000", "2025-11-24 17:00:00 to 18:00:00"),
    ("1764000000-1764003600", "2025-11-24 17:00:00 to 18:00:00"),
    # The end is the first such after the start.
    ("mon - wed", "2026-11-23 00:00:00 to 2026-11-26 00:00:00"),
    ("fri-mon", "2026-11-20 00:00:00 to 2026-11-24 00:00:00"),
    ("last tuesday - fri 14:00", "2026-11-17 00:00:00 to 2026-11-20 14:00:00"),
    ("20 nov to 30 nov", "2026-11-20 00:00:00 to 2026-12-01 00:00:00"),
    ("24 dec to 2 jan", "2025-12-24 00:00:00 to 2026-01-03 00:00:00"),
    ("between 10:00 and 11:00", "2026-11-24 10:00:00 to 11:00:00"),
    ("since yesterday", "2026-11-23 00:00:00 to 2026-11-24 12:00:00"),
    ("from last week", "2026-11-16 00:00:00 to 2026-11-24 12:00:00"),
    ("since 2026-11-17 14:00", "2026-11-17 14:00:00 to 2026-11-24 12:00:00"),
    ("from 10:00-11:00", "2026-11-24 10:00:00 to 11:00:00"),
    # As they stand in logs.
    ("17/Nov/2026:14:00:00 +0100", "2026-11-17 14:00:00 to 2026-11-24 12:00:00"),
    ("Nov 17 14:00:00 to 15:00", "2026-11-17 14:00:00 to 15:00:00"),
    ("2026-11-17 14:00:00-05:00 to now", "2026-11-17 20:00:00 to 2026-11-24 12:00:00"),
    ("2026-11-17T02", "2026-11-17 02:00:00 to 2026-11-24 12:00:00"),
    # The night in which summer time ends is an hour longer.
    ("25 oct", "2026-10-25 00:00:00 to 2026-10-26 00:00:00"),
]


@pytest.mark.parametrize(("text", "meant"), RANGES)
def test_a_range_is_read(text: str, meant: str) -> None:
    assert moments.words(read(text, NOON)) == meant


def test_hours_are_those_that_pass() -> None:
    """Not those of the clock, which summer time moves."""
    morning = datetime(2026, 10, 25, 12, tzinfo=BERLIN)
    assert read("-24h", morning).start == morning.astimezone(UTC) - timedelta(hours=24)


WRONG = [
    ("soonish", "'soonish' is no time. Write a day .* a time .* or a length"),
    ("last tusday", "Did you mean last tuesday?"),
    ("2026-02-30", "'2026-02-30' is no day that there is. Write 2026-11-17,"),
    ("11/12/2026", "may be two days. Write 2026-11-12 or 2026-12-11."),
    ("11/12", "may be two days. Write 12 Nov or 11 Dec."),
    ("29 feb", "29 February needs its year"),
    ("2026-13", "no month that there is"),
    ("17x", "'17x' is no date. Write 2026-11-17, 17 Nov, 11/17/2026"),
    ("25:00", "'25:00' is no time of the day. Write 14:00,"),
    ("14:00 utc", "A zone needs a date before it: 2026-11-24 14:00Z."),
    ("yesterday 14:00+01:00", "A zone needs a date before it"),
    ("13pm", "no time of the day"),
    ("-3", "'-3' has no unit of time. Write s, m, h, d or w"),
    ("-3y", "no unit of time"),
    ("1764000000000000000", "is no date"),
    ("17640000001", "10 digits of seconds"),
    ("2026-11-17 08:00-09:00", "may be a range or a time with its offset"),
    ("now to -1d", "The end must be after the start."),
    ("1 to 2 to 3", "A range has one start and one end."),
    ("-999999w", "more than 100 years from now"),
    ("1850-01-01", "Years go from 1900 to 2199."),
    ("x" * 101, "A time has at most 100 characters."),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_what_is_no_range_is_said(text: str, sentence: str) -> None:
    with pytest.raises(MomentError, match=sentence):
        read(text, NOON)


ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia"])
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001
PIECES = (
    "last", "this", "tue", "nov", "17", "-3", "d", "days", "ago", "to", "now", "14:00",
    "2026", "-", "..", "11/17", "11/12/2026", "@d", "2pm", "24:00", "dec", "1764000000",
    "feb", "29", "-1d/w", "last year", "between", "and", "+01:00", "-05:00", "99",
    "2026-11-17", "today", "week", "at", "z", "t", "february",
)  # fmt: skip
WORDS = st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join)


@given(text=st.text(max_size=60) | WORDS, now=TIMES, zone=ZONES)
def test_any_text_is_a_range_or_refused(text: str, now: datetime, zone: str) -> None:
    try:
        span = read(text, now.replace(tzinfo=ZoneInfo(zone)))
    except MomentError:
        return
    assert span.start and span.end
    assert span.start.astimezone(UTC) < span.end.astimezone(UTC)


@given(text=WORDS, now=TIMES)
@example("last tuesday to fri 14:00", datetime(2026, 11, 24))  # noqa: DTZ001
@example("14:00", datetime(2026, 11, 24))  # noqa: DTZ001
def test_a_query_takes_what_the_box_takes(text: str, now: datetime) -> None:
    here = now.replace(tzinfo=UTC)
    try:
        span = read(text, here)
    except MomentError:
        return
    node = parse(f'time:"{text}"')
    assert isinstance(node, Compare | Between)
    start = node.low if isinstance(node, Between) else node.value
    assert isinstance(start, datetime | Relative)
    assert times.settled(start, here) == span.start


@given(start=TIMES, length=st.integers(1, 10**8))
def test_what_the_box_shows_is_read_back(start: datetime, length: int) -> None:
    """In UTC; where summer time ends, an hour of the clock is there twice."""
    first = start.replace(microsecond=0, tzinfo=UTC)
    span = Span(first, first + timedelta(seconds=length))
    assert read(moments.words(span), datetime(2050, 1, 1, tzinfo=UTC)) == span


@given(now=TIMES, name=st.sampled_from(WEEKDAYS), zone=ZONES)
def test_the_last_of_a_weekday_is_within_a_week_before_today(
    now: datetime, name: str, zone: str
) -> None:
    local = now.replace(tzinfo=ZoneInfo(zone))
    found = read(f"last {name}", local).start
    assert found
    assert WEEKDAYS[found.weekday()] == name
    assert 1 <= (local.date() - found.date()).days <= 7
