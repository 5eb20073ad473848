"""The rates that a journal's growing counts tell, per sensor."""

import time

import pytest

from ingest.counters import Counters
from ingest.vitals import Vitals
from sensors.health import Traffic
from sensors.networks import parse
from sensors.routing import Route, Routes

ONE, TWO = Route(1, True, "UTC", ()), Route(2, True, "UTC", ())
ROUTES = Routes(1, ONE, {}, ((parse("10.0.0.0/8"), TWO),))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The first item is the time, in seconds."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def counted(one: int, two: int, refused: int = 0, drops: int = 0) -> Counters:
    found = Counters(drops={"udp 514": drops} if drops else {})
    found.receive("192.0.2.1", 514, one)
    found.receive("10.0.0.9", 514, two)
    found.reject("10.0.0.9", "empty", refused)
    return found


def test_the_first_look_knows_no_rate(clock: list[float]) -> None:
    assert Vitals().look(counted(5, 5), ROUTES, [1, 2]) == []


def test_rates_are_what_the_counts_grew_by(clock: list[float]) -> None:
    found = Vitals()
    found.look(counted(100, 100), ROUTES, [1, 2])
    clock[0] += 10
    assert found.look(counted(150, 300, refused=20), ROUTES, [1, 2]) == [
        Traffic(1, 5.0, 0.0),
        Traffic(2, 22.0, 2.0),
    ]


def test_a_silent_sensor_has_a_row_as_well(clock: list[float]) -> None:
    found = Vitals()
    found.look(counted(1, 1), ROUTES, [1, 2, 3])
    clock[0] += 10
    assert Traffic(3, 0.0, 0.0) in found.look(counted(1, 1), ROUTES, [1, 2, 3])


def test_each_sensor_shares_the_drops_of_the_kernel(clock: list[float]) -> None:
    found = Vitals()
    found.look(counted(1, 1), ROUTES, [1, 2])
    clock[0] += 10
    rows = found.look(counted(1, 1, drops=30), ROUTES, [1, 2])
    assert [row.dropped for row in rows] == [3.0, 3.0]


def test_a_journal_that_was_made_anew_gives_no_negative_rate(
    clock: list[float],
) -> None:
    found = Vitals()
    found.look(counted(100, 100, 5, 5), ROUTES, [1, 2])
    clock[0] += 10
    rows = found.look(counted(1, 1), ROUTES, [1, 2])
    assert rows == [Traffic(1, 0.0, 0.0), Traffic(2, 0.0, 0.0)]
