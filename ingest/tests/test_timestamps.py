"""Stamps → instants, received on 26 July 2026 at noon UTC unless said otherwise."""

import json
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest

from ingest.pipeline import prepare
from ingest.tests.parsing import HOME, NOW, event, journal
from sensors.routing import Route, Routes

BERLIN = Routes(1, Route(1, True, "Europe/Berlin", HOME), {}, ())


def time(stamp: str, received: datetime = NOW, routes: Routes = BERLIN) -> str:
    """The device's time, believed whatever it is."""
    line = f"<13>{stamp} box app: x".encode()
    events = prepare(journal([line], received), routes, retention=None).events
    found: datetime = events["time"][0]
    return found.isoformat().replace("+00:00", "Z")


STAMPS = {
    "Jul 26 12:00:00": "2026-07-26T10:00:00Z",  # the zone of the source
    "Jul 26 12:00:00.5": "2026-07-26T10:00:00.500000Z",
    "Jul 26 12:00:00 UTC": "2026-07-26T12:00:00Z",
    "Jul 26 12:00:00 PDT": "2026-07-26T19:00:00Z",
    "Jul 26 12:00:00 GMT+2": "2026-07-26T10:00:00Z",
    "Jul 26 2019 12:00:00": "2019-07-26T10:00:00Z",
    "2019 Jul 26 12:00:00": "2019-07-26T10:00:00Z",
    "Jul 26 12:00:00 2019": "2019-07-26T10:00:00Z",
    "Fri Jul 26 12:00:00 UTC 2019": "2019-07-26T12:00:00Z",
    "2026-07-26T12:00:00+05:30": "2026-07-26T06:30:00Z",
    "2026-07-26T12:00:00.123456789Z": "2026-07-26T12:00:00.123456Z",
    "2026-07-26 12:00:00": "2026-07-26T10:00:00Z",
    "2026/07/26 12:00:00,250": "2026-07-26T10:00:00.250000Z",
    "1785067200": "2026-07-26T12:00:00Z",
    "1785067200.25": "2026-07-26T12:00:00.250000Z",
    "1785067200250": "2026-07-26T12:00:00.250000Z",
    "2026-07-26T12:00:00.25000000000Z": "2026-07-26T12:00:00.250000Z",
    "Jul 26 2026 02:00:00 PM.250 UTC": "2026-07-26T14:00:00.250000Z",
    "Jul 26 2026 12:00:00 AM UTC": "2026-07-26T00:00:00Z",
    "26 Jul 2026 12:00:00": "2026-07-26T10:00:00Z",
    "26.07.2026 12:00:00": "2026-07-26T10:00:00Z",
    "Jul 26 12:00:00+05:30": "2026-07-26T06:30:00Z",
    "07/26/2026:12:00:00 GMT": "2026-07-26T12:00:00Z",
    "2016-12-31T23:59:60Z": "2016-12-31T23:59:59.999000Z",
    "Feb 29 12:00:00": "2024-02-29T11:00:00Z",  # the nearest leap year
    "Jul 27 13:00:00": "2026-07-27T11:00:00Z",  # ahead, less than 26 hours
    "Jul 28 13:00:00": "2025-07-28T11:00:00Z",  # further ahead: last year's
    "Mar 29 02:30:00": "2026-03-29T01:30:00Z",  # skipped: shifted forward
    "2026-02-30T12:00:00Z": "2026-07-26T12:00:00Z",  # no such day: received
    "0000-01-01T00:00:00Z": "2026-07-26T12:00:00Z",
}


@pytest.mark.parametrize(("stamp", "expected"), STAMPS.items())
def test_stamps(stamp: str, expected: str) -> None:
    assert time(stamp) == expected


def test_the_turn_of_the_year() -> None:
    january = datetime(2027, 1, 1, 0, 0, 5, tzinfo=UTC)
    december = datetime(2026, 12, 31, 23, 59, 55, tzinfo=UTC)
    utc = Routes(1, Route(1, True, "UTC", ()), {}, ())
    assert time("Dec 31 23:59:59", january, utc) == "2026-12-31T23:59:59Z"
    assert time("Jan  1 00:00:02", december, utc) == "2027-01-01T00:00:02Z"


@pytest.mark.parametrize(
    ("received", "expected"),
    [(0, "2026-10-25T00:45:00Z"), (1, "2026-10-25T01:45:00Z")],
)
def test_a_clock_time_that_occurs_twice_is_the_nearer_one(
    received: int, expected: str
) -> None:
    at = datetime(2026, 10, 25, received, 45, 2, tzinfo=UTC)
    assert time("Oct 25 02:45:00", at) == expected


def test_a_live_clock_more_than_a_day_ahead_is_not_believed() -> None:
    found = event("<13>2026-07-27T13:00:00Z box app: x")
    assert found["time"] == NOW
    assert json.loads(found["data"]) == {
        "device_time": "2026-07-27T13:00:00Z",
        "time_doubt": "more than a day ahead",
    }


def test_a_live_stamp_older_than_retention_is_not_believed() -> None:
    found = event("<13>1970-01-01T00:00:00Z box app: x")
    assert (found["time"], "older than retention" in found["data"]) == (NOW, True)


def test_a_live_stamp_within_retention_is_believed() -> None:
    found = event("<13>2026-05-01T00:00:00Z box app: x")
    assert (found["time"], found["data"]) == (datetime(2026, 5, 1, tzinfo=UTC), None)


def test_a_stamp_that_is_no_date_is_told() -> None:
    data = json.loads(event("<13>2026-02-30T00:00:00Z box app: x")["data"])
    assert data == {"time_doubt": "not understood"}


def test_a_given_year_is_taken() -> None:
    lines = journal([b"<13>Dec 31 23:59:59 box app: x"])
    events = prepare(lines, BERLIN, retention=None, year=2015).events
    assert events["time"][0] == datetime(2015, 12, 31, 22, 59, 59, tzinfo=UTC)


def test_each_line_has_the_zone_of_its_source() -> None:
    lines = [b"<13>Jul 26 12:00:00 box app: x"]
    both = journal(lines, peer="10.0.0.1").vstack(journal(lines, peer="10.0.0.2"))
    tokyo = (ip_network("10.0.0.2"), Route(2, True, "Asia/Tokyo", ()))
    routes = Routes(1, BERLIN.default, {}, (tokyo,))
    berlin, japan = prepare(both, routes).events["time"]
    assert berlin - japan == timedelta(hours=7)


IN_MESSAGE = {
    "[2026-07-26 11:00:00,5] [INFO] x": "2026-07-26T09:00:00.500000Z",
    "[Sun Jul 26 11:00:00.25 2026] [error] x": "2026-07-26T09:00:00.250000Z",
    '10.0.0.1 - - [26/Jul/2026:11:00:00 +0000] "GET /"': "2026-07-26T11:00:00Z",
    '<13>date=2026-07-26 time=11:00:00 tz="-0500" x=1': "2026-07-26T16:00:00Z",
    '<13>{"ts": 1785063600.5, "x": 1}': "2026-07-26T11:00:00.500000Z",
    '{"@timestamp":"2026-07-26T11:00:00Z"}': "2026-07-26T11:00:00Z",
    "type=X msg=audit(1785063600.123:7): y": "2026-07-26T11:00:00.123000Z",
    f"<13>{'word ' * 20} 2026-07-25 11:00:00": "2026-07-26T12:00:00Z",  # too far on
}


@pytest.mark.parametrize(("line", "expected"), IN_MESSAGE.items())
def test_a_header_without_a_stamp_has_that_of_its_message(
    line: str, expected: str
) -> None:
    found: datetime = event(line, BERLIN)["time"]
    assert found.isoformat().replace("+00:00", "Z") == expected
