"""What an address of the Historical page asks for, and the addresses beside it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from events import places
from events.cursors import Cursor
from events.history import HistoryForm, flattened, grouped, span
from events.places import Place, address, of_flows
from events.walk import Span

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def asked(**given: str) -> Span:
    return span(valid(**given))


def valid(**given: str) -> HistoryForm:
    form = HistoryForm(given, NOW)
    assert form.is_valid(), form.errors
    return form


def test_the_last_24_hours_at_first() -> None:
    assert asked() == Span(NOW - timedelta(hours=24), NOW)


def test_a_preset_wins_over_the_times_that_stand_beside_it() -> None:
    found = asked(range="1h", start="2026-11-01 00:00:00", end="nonsense")
    assert found == Span(NOW - timedelta(hours=1), NOW)


def test_days_are_those_of_the_users_zone() -> None:
    with timezone.override(BERLIN):
        assert asked(range="yesterday") == Span(
            datetime(2026, 11, 22, 23, tzinfo=UTC),
            datetime(2026, 11, 23, 23, tzinfo=UTC),
        )
        assert asked(range="today") == Span(datetime(2026, 11, 23, 23, tzinfo=UTC), NOW)


def test_times_are_read_in_the_users_zone() -> None:
    with timezone.override(BERLIN):
        found = asked(start="2026-11-24 02:00", end="2026-11-24 03:00")
    assert found.start == datetime(2026, 11, 24, 1, tzinfo=UTC)
    assert found.end == datetime(2026, 11, 24, 2, tzinfo=UTC)


def test_times_with_an_offset_are_exact() -> None:
    with timezone.override(BERLIN):
        found = asked(start="2026-11-24T02:00:00Z")
    assert found == Span(datetime(2026, 11, 24, 2, tzinfo=UTC), NOW)


def test_one_end_alone_is_a_range_with_two() -> None:
    assert asked(end="2026-11-20 00:00") == Span(
        datetime(2026, 11, 19, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
    )
    later = datetime(2026, 11, 25, tzinfo=UTC)
    assert asked(start="2026-11-25 00:00") == Span(later, later)


WRONG = [
    ({"start": "yesterday"}, "start", "Enter a valid date/time."),
    ({"start": "0001-01-01"}, "start", "Years go from 1900 to 2199."),
    ({"end": "9999-12-31"}, "end", "Years go from 1900 to 2199."),
    ({"start": "2026-01-02", "end": "2026-01-01"}, "end", "must be after the start"),
    ({"range": "1y"}, "range", "Select a valid choice"),
    ({"q": "x" * 2001}, "q", "at most 2000 characters"),
    ({"q": "\0"}, "q", "Null characters are not allowed."),
    ({"was": "24h", "when": "soonish"}, "when", "'soonish' is no time."),
    ({"group": "src,raw"}, "group", "Rows cannot be grouped by raw."),
    ({"group": "src,dst,app,host,user"}, "group", "Group by at most 4 columns."),
    ({"group": "host", "table": "flows"}, "group", "Rows cannot be grouped by host."),
    ({"columns": "a;b"}, "columns", "not ones that can be shown"),
]


@pytest.mark.parametrize(("given", "field", "sentence"), WRONG)
def test_what_cannot_be_read_is_said(
    given: dict[str, str], field: str, sentence: str
) -> None:
    assert sentence in HistoryForm(given).errors.as_data()[field][0].messages[0]


# -- a submitted form

SHOWN = {
    "was": "24h",
    "start": "2026-11-23T12:00:00.250000Z",
    "end": "2026-11-24T12:00:00.250000Z",
    "when": "2026-11-23 12:00:00 to 2026-11-24 12:00:00",
}


def test_a_range_that_was_not_touched_stays_what_it_was() -> None:
    assert address(valid(**SHOWN, q="a").cleaned_data) == "?q=a"
    exact = valid(**SHOWN | {"was": "custom"}).cleaned_data
    assert exact["start"] == datetime(2026, 11, 23, 12, 0, 0, 250_000, UTC)


def test_what_is_written_in_the_box_wins() -> None:
    form = valid(**SHOWN | {"when": "last tuesday"})
    assert span(form) == Span(
        datetime(2026, 11, 17, tzinfo=UTC), datetime(2026, 11, 18, tzinfo=UTC)
    )
    assert address(form.cleaned_data) == (
        "?start=2026-11-17T00:00:00Z&end=2026-11-18T00:00:00Z"
    )


def test_a_preset_that_is_pressed_wins_over_the_box() -> None:
    form = valid(**SHOWN | {"when": "soonish", "range": "7d"})
    assert address(form.cleaned_data) == "?range=7d"


def test_an_empty_box_is_the_usual_range() -> None:
    form = valid(**SHOWN | {"was": "7d", "when": " "})
    assert address(form.cleaned_data) == "?range=24h"


def test_columns_of_a_group_come_one_by_one_or_together() -> None:
    apart = QueryDict("group=src&group=&group=dst&group=src")
    assert grouped(flattened(apart)) == ["src", "dst"]
    assert grouped(flattened(QueryDict("group=src,dst"))) == ["src", "dst"]


# -- addresses


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


def test_an_address_has_only_what_is_not_usual() -> None:
    form = valid(q="a&b", range="24h", table="events", by="type", order="-count")
    assert address(form.cleaned_data) == "?q=a%26b"
    assert address(form.cleaned_data, group="src,dst") == "?q=a%26b&group=src,dst"


TIMES = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001
    datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(start=TIMES, seconds=st.integers(1, 10**8))
def test_a_range_moves_by_its_length(start: datetime, seconds: int) -> None:
    length = timedelta(seconds=seconds)
    within = Span(start, start.astimezone(UTC) + length)
    earlier = places.shifted(within, -1)
    assert earlier.end == within.start
    assert places.shifted(earlier, 1) == within
    wider = places.widened(within)
    assert wider.start and wider.end
    assert wider.end - wider.start == 2 * length


@given(start=TIMES, seconds=st.integers(1, 10**8))
def test_an_address_keeps_a_range_to_the_microsecond(
    start: datetime, seconds: int
) -> None:
    within = Span(start, start.astimezone(UTC) + timedelta(seconds=seconds))
    query = QueryDict(places.at({}, within)[1:])
    assert asked(**flattened(query)) == within


FLOWS = [
    ("type:flow", ""),
    ("type:flow src:10.0.0.1", "src:10.0.0.1"),
    ("dport:443 TYPE:Flow app:tls", "dport:443 app:tls"),
    ("type:flow OR type:log", None),
    ('"type:flow"', None),
    ("-type:flow", None),
    ("type:flows", None),
    ("src:10.0.0.1", None),
]


@pytest.mark.parametrize(("query", "rest"), FLOWS)
def test_type_flow_alone_asks_for_flows(query: str, rest: str | None) -> None:
    assert of_flows(query) == rest
