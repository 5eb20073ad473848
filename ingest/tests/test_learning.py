"""A clock's zone is learned from arrival times, through the real tallies."""

from datetime import UTC, datetime, timedelta
from random import Random

import polars as pl
import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from events.models import Clock
from events.schema import TIME
from ingest import clocks, learned, learning, sightings

START = datetime(2026, 7, 26, 12, 0, tzinfo=UTC)
QUARTERS = st.integers(-48, 56)  # the zones that there are
Line = tuple[float, float]  # seconds after the start: arrived, happened


def learn(lines: list[Line], east: int = 0, clock: Clock | None = None) -> Clock:
    """What is known after lines whose clock is `east` quarters from UTC."""
    ahead = timedelta(minutes=15 * east)
    at = [START + timedelta(seconds=arrived) for arrived, _ in lines]
    stamps = [START + timedelta(seconds=happened) + ahead for _, happened in lines]
    columns = {"received": at, "device": stamps}
    times = pl.DataFrame(columns, schema={"received": TIME, "device": TIME})
    frame = times.with_columns(
        sender=pl.lit(0, pl.UInt32),
        sensor=pl.lit(1),
        peer=pl.lit("10.0.0.1"),
        host=pl.lit("fw1"),
        zone=pl.lit("UTC"),
        said=pl.lit(None, pl.String),
        zoned=pl.lit(False),
    )
    clock = clock or Clock(sensor=1, peer="10.0.0.1", host="fw1", kind="local")
    for rows in clocks.clocks_of(sightings.of(frame)).values():
        clocks.add(clock, rows, "UTC")
    return clock


def live(begin: int = 0, minutes: int = 12) -> st.SearchStrategy[list[Line]]:
    """A few lines in each of so many minutes, never long on the way."""

    def made(by: Random) -> list[Line]:
        some = [60 * (begin + n // 2) + by.uniform(0, 39) for n in range(2 * minutes)]
        return [(happened + by.uniform(0, 20), happened) for happened in some]

    return st.randoms(use_true_random=False).map(made)


@st.composite
def bulk(draw: st.DrawFn) -> list[Line]:
    """Up to 20 hours of lines, held back, and delivered in up to half an hour."""
    held, took = draw(st.integers(3_600, 72_000)), draw(st.integers(1, 1_800))
    count = draw(st.integers(20, 200))
    return [(n * took / count, (n / count - 1) * held) for n in range(count)]


FEW = settings(max_examples=60, deadline=None)


@FEW
@given(live(), QUARTERS, st.floats(-20, 20))
def test_any_zone_is_learned(lines: list[Line], east: int, wrong: float) -> None:
    found = learn([(at, happened + wrong) for at, happened in lines], east)
    assert found.offset == east * 900
    assert found.late is not None
    assert found.spread is not None
    assert abs(found.late + found.offset) <= 40


@FEW
@given(bulk(), QUARTERS)
def test_lines_that_were_held_back_teach_nothing(lines: list[Line], east: int) -> None:
    assert learn(lines, east).offset is None


@FEW
@given(live(), bulk(), QUARTERS)
def test_held_back_lines_do_not_move_what_is_known(
    now: list[Line], old: list[Line], east: int
) -> None:
    clock = learn(now, east)
    late = [(at + 800, happened) for at, happened in old]
    assert learn(late, east, clock).offset == east * 900


@FEW
@given(live(minutes=60), QUARTERS, QUARTERS, st.integers(1, 100))
def test_forged_times_beside_true_ones_do_not_move_what_is_known(
    lines: list[Line], east: int, forged: int, times: int
) -> None:
    clock, later = learn(lines[:24], east), lines[24:]
    lies = [(at, at + (forged - east) * 900) for at, _ in later for _ in range(times)]
    assert learn([*later, *lies], east, clock).offset == east * 900


@FEW
@given(live(), live(begin=12), QUARTERS, st.sampled_from([-4, -2, 2, 4]))
def test_summer_time_is_followed(
    before: list[Line], after: list[Line], east: int, moved: int
) -> None:
    east = max(-44, min(52, east))
    clock = learn(before, east)
    assert learn(after, east + moved, clock).offset == (east + moved) * 900


@FEW
@given(live(), live(begin=12), live(begin=24, minutes=60), QUARTERS, QUARTERS)
def test_another_zone_takes_an_hour(
    first: list[Line], soon: list[Line], later: list[Line], east: int, west: int
) -> None:
    if abs(east - west) in {0, 2, 4}:
        west = east - 8 if east > 0 else east + 8
    clock = learn(first, east)
    assert learn(soon, west, clock).offset == east * 900
    assert learn(later, west, clock).offset == west * 900


def test_a_zone_is_named_as_that_of_the_sensor_where_it_may_be() -> None:
    steady = [(60.0 * minute, 60.0 * minute) for minute in range(12)]
    assert learn(steady).zone == "UTC"
    assert learn(steady, east=23).zone == "+05:45"


def test_a_clock_that_is_set_shows_a_step() -> None:
    lines = [(60.0 * n, 60.0 * n - (7 if n < 20 else 0)) for n in range(30)]
    found = learn(lines[:23], clock=None)
    assert (found.step, found.stepped) == (-7, START + timedelta(minutes=20))


def test_a_clock_that_loses_shows_drift() -> None:
    lines = [(600.0 * n, 600.0 * n * (1 - 5 / 86_400)) for n in range(60)]
    found = learn(lines)
    assert found.drift is not None
    assert abs(found.drift - 5) < 0.1
    assert found.step is None


@pytest.mark.django_db
def test_a_clock_of_ours_that_was_ahead_ends_no_learning() -> None:
    now = timezone.now()
    for begin in (now + timedelta(days=900), now - timedelta(hours=2)):
        times = [begin + timedelta(minutes=number) for number in range(70)]
        minutes = [int(at.timestamp()) // 60 for at in times]
        rows = [
            ROW | {"first": at, "last": at, "minute": minute}
            for at, minute in zip(times, minutes, strict=True)
        ]
        learned.add(pl.DataFrame(rows, sightings.SEEN))
    clock = Clock.objects.get()
    assert [at for at, *_ in clock.state["minutes"]] == minutes[-learning.MINUTES :]
    assert clock.last_seen < timezone.now()


ROW = {
    "sensor": 1, "peer": "10.0.0.1", "host": "fw1", "zoned": False, "zone": "UTC",
    "from": "sensor", "cell": 4, "lines": 2, "lag": 3600.0, "spread": 0.0,
}  # fmt: skip
