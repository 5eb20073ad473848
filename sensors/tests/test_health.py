"""The health of sensors: samples of a day, as columns that a graph can draw."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from sensors import health
from sensors.health import Traffic
from sensors.models import Domain, Sensor, SensorSample
from sensors.tests.factories import make_sensor


@pytest.fixture
def sampled(sensor: Sensor) -> Callable[..., None]:
    """Puts a sample of the sensor so many seconds ago."""

    def put(
        seconds: float, received: float = 0, writer: str = "j", cpu: float = 0
    ) -> None:
        SensorSample.objects.create(
            sensor=sensor.pk,
            writer=writer,
            at=timezone.now() - timedelta(seconds=seconds),
            memory=40,
            cpu=cpu,
            received=received,
            dropped=received / 10,
        )

    return put


def test_what_is_saved_is_shown_with_memory_and_cpu(sensor: Sensor) -> None:
    health.save("j", [Traffic(sensor.pk, 12.5, 0.25)])
    found = health.series([sensor.pk], 60)
    (one,) = found["sensors"]
    assert found["step"] == 10
    assert (one["id"], one["sensor"]) == (sensor.pk, sensor.origin)
    assert (one["received"], one["dropped"]) == ([12.5], [0.25])
    assert 0 < one["memory"][0] <= 100
    assert 0 <= one["cpu"][0] <= 100
    assert one["at"][0].endswith("Z")


def test_only_sensors_of_the_scope_are_shown(site: Domain, sensor: Sensor) -> None:
    other = make_sensor(site, "S-2")
    health.save("j", [Traffic(sensor.pk, 1, 0), Traffic(other.pk, 2, 0)])
    assert [one["id"] for one in health.series([other.pk], 60)["sensors"]] == [other.pk]
    assert health.series([], 60)["sensors"] == []


def test_a_sensor_without_a_sample_has_empty_columns(sensor: Sensor) -> None:
    (one,) = health.series([sensor.pk], 60)["sensors"]
    assert one["at"] == one["received"] == []


def test_the_oldest_comes_first_and_what_is_before_the_range_not(
    sensor: Sensor, sampled: Callable[..., None]
) -> None:
    for seconds in (30, 90, 150, 4_000):
        sampled(seconds, received=seconds)
    (one,) = health.series([sensor.pk], 60)["sensors"]
    assert one["received"] == [150, 90, 30]
    assert one["at"] == sorted(one["at"])


def test_rates_of_several_writers_are_added(
    sensor: Sensor, sampled: Callable[..., None]
) -> None:
    sampled(0, received=30, writer="a", cpu=20)
    sampled(0, received=20, writer="b", cpu=40)
    (one,) = health.series([sensor.pk], 24 * 60)["sensors"]
    assert (one["received"], one["dropped"], one["cpu"]) == ([50], [5], [30])


def test_a_day_has_at_most_so_many_points(
    sensor: Sensor, sampled: Callable[..., None]
) -> None:
    now = timezone.now()
    SensorSample.objects.bulk_create(
        SensorSample(
            sensor=sensor.pk,
            writer="j",
            at=now - timedelta(seconds=10 * number),
            memory=1,
            cpu=1,
            received=7,
            dropped=0,
        )
        for number in range(8_640)
    )
    found = health.series([sensor.pk], 24 * 60)
    (one,) = found["sensors"]
    assert found["step"] == 240
    assert len(one["at"]) == health.MOST_POINTS
    assert set(one["received"]) == {7}


def test_what_is_older_than_a_day_is_forgotten(
    sensor: Sensor, sampled: Callable[..., None]
) -> None:
    sampled(24 * 3600 + 1)
    sampled(24 * 3600 - 60)
    health.save("j", [])
    assert SensorSample.objects.count() == 1
