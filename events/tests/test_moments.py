"""Times as people write them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import moments
from events.moments import DAYS, MomentError, read
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
    ("soonish", "'soonish' is no range of time. Write it as 2026-11-17"),
    ("2026-02-30", "'2026-02-30' is no range of time."),
    ("25:00", "'25:00' is no range of time."),
    ("now to -1d", "The end must be after the start."),
    ("1 to 2 to 3", "A range has one start and one end."),
    ("-999999w", "'-999999w' is no range of time."),
    ("1850-01-01", "Years go from 1900 to 2199."),
    ("x" * 101, "A range has at most 100 characters."),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_what_is_no_range_is_said(text: str, sentence: str) -> None:
    with pytest.raises(MomentError, match=sentence):
        read(text, NOON)


ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia"])
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001
PIECES = (
    "last", "this", "tue", "nov", "17", "-3", "d", "days", "ago", "to", "now", "14:00",
    "2026", "-", "..", "2026-11-17", "today", "week", "at", "z", "t", "99", "february",
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


@given(start=TIMES, length=st.integers(1, 10**8))
def test_what_the_box_shows_is_read_back(start: datetime, length: int) -> None:
    """In UTC; where summer time ends, an hour of the clock is there twice."""
    first = start.replace(microsecond=0, tzinfo=UTC)
    span = Span(first, first + timedelta(seconds=length))
    assert read(moments.words(span), datetime(2050, 1, 1, tzinfo=UTC)) == span


@given(now=TIMES, name=st.sampled_from(DAYS), zone=ZONES)
def test_the_last_of_a_weekday_is_within_a_week_before_today(
    now: datetime, name: str, zone: str
) -> None:
    local = now.replace(tzinfo=ZoneInfo(zone))
    found = read(f"last {name}", local).start
    assert found
    assert DAYS[found.weekday()] == name
    assert 1 <= (local.date() - found.date()).days <= 7
