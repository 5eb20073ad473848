"""What an address of the Historical page asks for."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from events.cursors import Cursor
from events.history import HistoryForm, Place, address, span
from events.walk import Span

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def asked(**given: str) -> Span:
    form = HistoryForm(given)
    assert form.is_valid(), form.errors
    return span(form, NOW)


def test_the_last_24_hours_at_first() -> None:
    assert asked() == Span(NOW - timedelta(hours=24))


def test_a_preset_wins_over_the_times_that_stand_beside_it() -> None:
    found = asked(range="1h", start="2026-11-01 00:00:00", end="nonsense")
    assert found == Span(NOW - timedelta(hours=1))


def test_times_are_read_in_the_users_zone() -> None:
    with timezone.override(ZoneInfo("Europe/Berlin")):
        found = asked(start="2026-11-24 02:00", end="2026-11-24 03:00")
    assert found.start == datetime(2026, 11, 24, 1, tzinfo=UTC)
    assert found.end == datetime(2026, 11, 24, 2, tzinfo=UTC)


def test_times_with_an_offset_are_exact() -> None:
    with timezone.override(ZoneInfo("Europe/Berlin")):
        found = asked(start="2026-11-24T02:00:00Z")
    assert found == Span(datetime(2026, 11, 24, 2, tzinfo=UTC), None)


WRONG = [
    ({"start": "yesterday"}, "start", "Enter a valid date/time."),
    ({"start": "0001-01-01"}, "start", "Years go from 1900 to 2199."),
    ({"end": "9999-12-31"}, "end", "Years go from 1900 to 2199."),
    ({"start": "2026-01-02", "end": "2026-01-01"}, "end", "must be after the start"),
    ({"range": "1y"}, "range", "Select a valid choice"),
    ({"q": "x" * 2001}, "q", "at most 2000 characters"),
    ({"q": "\0"}, "q", "Null characters are not allowed."),
]


@pytest.mark.parametrize(("given", "field", "sentence"), WRONG)
def test_what_cannot_be_read_is_said(
    given: dict[str, str], field: str, sentence: str
) -> None:
    assert sentence in HistoryForm(given).errors.as_data()[field][0].messages[0]


def test_pages_lead_back_the_way_they_came() -> None:
    first = Place()
    second = first.older(Cursor(NOW, 20))
    third = second.older(Cursor(NOW, 10))
    assert third.newer() == second
    assert second.newer() == first
    assert first.newer() is None


def test_a_place_survives_its_address() -> None:
    place = Place().older(Cursor(NOW, 20)).older(Cursor(NOW, 10))
    assert Place.read(place.parameters()) == place
    assert address({"q": "a b", "range": "1h"}, Place()) == "?q=a+b&range=1h"
