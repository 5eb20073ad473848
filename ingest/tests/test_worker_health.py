"""Ingest writes what it knows of the sensors' health while it works."""

from pathlib import Path

import pytest
from django.db import connection

from ingest import worker as worker_module
from ingest.journal import Writer
from ingest.tests.test_worker import BIG, append, until, working
from sensors.models import Sensor, SensorSample

pytestmark = pytest.mark.usefixtures("empty_store")


def test_frames_that_come_in_are_seen_at_their_sensor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "TOTALS_SECONDS", 0.05)
    default = Sensor.objects.get(is_default=True)
    rates = SensorSample.objects.filter(sensor=default.pk, received__gt=0)
    writer = Writer(tmp_path / "0", BIG)
    append(writer, "<13>one")
    with working(writer.folder):
        until(lambda: SensorSample.objects.exists())
        append(writer, "<13>two", "<13>three")
        until(lambda: rates.exists())
    sample = rates.get()
    assert sample.writer.startswith("0-")
    assert sample.dropped == 0
    connection.close()
