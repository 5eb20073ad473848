"""The health of sensors: how busy the machine is that serves them, and how many log
frames come in and are lost. Samples of the last day; the ingest processes write them.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import psutil
from django.db import connection, transaction
from django.utils import timezone

from sensors.models import Sensor, SensorSample

KEPT = dt.timedelta(hours=24)
EVERY = 10  # seconds between two samples of a writer
MOST_POINTS = 360  # of a series


@dataclass(frozen=True)
class Traffic:
    """Log frames a second of a sensor: received, and of these rejected or, before
    anything saw them, dropped by the kernel."""

    sensor: int
    received: float
    dropped: float


def save(writer: str, found: Iterable[Traffic]) -> None:
    """Writes what one writer (a journal) has seen since its last sample, with the
    memory and CPU in use on this machine, in percent; forgets what is too old."""
    at = timezone.now()
    memory, cpu = psutil.virtual_memory().percent, psutil.cpu_percent()
    samples = [
        SensorSample(
            writer=writer,
            at=at,
            memory=memory,
            cpu=cpu,
            sensor=one.sensor,
            received=one.received,
            dropped=one.dropped,
        )
        for one in found
    ]
    with transaction.atomic():
        SensorSample.objects.filter(at__lt=at - KEPT).delete()
        SensorSample.objects.bulk_create(samples)


def series(scope: Collection[int], minutes: int) -> dict[str, Any]:
    """The last minutes of every sensor in the scope, as `GET /api/v1/health/sensors`
    gives them: columns of at most MOST_POINTS points, the oldest first."""
    step = max(EVERY, -(-minutes * 60 // MOST_POINTS))
    names = {
        sensor.pk: sensor.origin
        for sensor in Sensor.objects.filter(pk__in=scope).select_related("domain")
    }
    found: dict[int, dict[str, list[Any]]] = {number: empty() for number in names}
    values: dict[str, Any] = {
        "sensors": list(names),
        "step": step,
        "points": points(minutes, step),
    }
    with connection.cursor() as cursor:
        cursor.execute(SERIES, values)
        for number, *point in cursor.fetchall():
            for column, value in zip(found[number].values(), point, strict=True):
                column.append(value)
    return {
        "step": step,
        "sensors": [
            {"id": number, "sensor": names[number], **found[number]}
            for number in sorted(names, key=names.__getitem__)
        ],
    }


def points(minutes: int, step: int) -> int:
    return max(1, minutes * 60 // step)


def empty() -> dict[str, list[Any]]:
    return {name: [] for name in ("at", "memory", "cpu", "received", "dropped")}


# Writers see different frames, so their rates are added; of machines the mean is shown.
SERIES = """
SELECT sensor, to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       round(avg(memory)::numeric, 1)::float8, round(avg(cpu)::numeric, 1)::float8,
       round(sum(received)::numeric, 2)::float8, round(sum(dropped)::numeric, 2)::float8
FROM (
    SELECT sensor, writer, avg(memory) AS memory, avg(cpu) AS cpu,
           avg(received) AS received, avg(dropped) AS dropped,
           to_timestamp(floor(extract(epoch FROM at) / %(step)s) * %(step)s) AS moment
    FROM sensor_samples
    WHERE sensor = ANY(%(sensors)s)
        AND at >= to_timestamp(
            (floor(extract(epoch FROM now()) / %(step)s) - %(points)s + 1) * %(step)s
        )
    GROUP BY sensor, writer, moment
) written
GROUP BY sensor, moment ORDER BY sensor, moment
"""
