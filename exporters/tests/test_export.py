"""`manage.py export`: what a destination would get, on standard output."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import cefp
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from events.tests.frames import NOON
from exporters import writing
from sensors.models import AuditEntry, Sensor
from sensors.tests.factories import make_sensor

Save = Callable[..., int]
Exported = Callable[..., list[str]]


@pytest.fixture
def exported(capsysbinary: pytest.CaptureFixture[bytes]) -> Exported:
    def run(*arguments: str) -> list[str]:
        call_command("export", *arguments)
        return capsysbinary.readouterr().out.decode().splitlines()

    return run


def test_the_lines_of_a_destination_newest_first(
    save: Save, exported: Exported
) -> None:
    save(2, time=[NOON, NOON + timedelta(seconds=1)])
    assert exported("--format", "syslog") == [
        "Mar  4 12:00:01 S-0.home: {5,0} event 1 {IP} ->",
        "Mar  4 12:00:00 S-0.home: {5,0} event 0 {IP} ->",
    ]


def test_more_than_a_page(
    save: Save, exported: Exported, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PAGE", 7)
    save(50)
    assert len(set(exported())) == 50


def test_cef_reads_back_and_data_is_found(save: Save, exported: Exported) -> None:
    save(1, type=9, src="2001:db8::1", data='{"report": "https://r/1"}')
    [line] = exported("--format", "cef")
    read = cefp.parse(line)["extension"]
    assert (read["src"], read["report"]) == ("2001:db8::1", "https://r/1")


def test_json_lines_are_the_rows_of_the_api(save: Save, exported: Exported) -> None:
    save(1, src="10.0.0.1")
    [line] = exported("--format", "jsonl")
    row = json.loads(line)
    assert (row["sensor"], row["type_name"], row["src"]) == (
        "S-0.home",
        "log",
        "10.0.0.1",
    )


def test_query_range_and_sensor_bound_it(
    save: Save, exported: Exported, sensor: Sensor
) -> None:
    other = make_sensor(sensor.domain, "S-9")
    hours = [NOON + timedelta(hours=hour) for hour in range(4)]
    save(4, time=hours, src=["10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.1"])
    save(1, sensor=other.pk)
    bounds = ["--start", "2026-03-04T13:00:00Z", "--end", "2026-03-04T15:00Z"]
    found = exported("--query", "src:10.0.0.1", *bounds, "--sensor", "S-0")
    messages = [line.partition(": ")[2] for line in found]
    assert messages == ["{5,0} event 1 {IP} 10.0.0.1:0 ->"]
    assert len(exported("--sensor", "S-9.home")) == 1


def test_flow_summaries_are_left_out(save: Save, exported: Exported) -> None:
    save(2, type=[4, 5])
    assert len(exported()) == 1


def test_the_header_of_the_wire_on_demand(save: Save, exported: Exported) -> None:
    save(1)
    assert exported("--header")[0].startswith("<133>Mar  4 ")


def test_an_export_is_in_the_trail(save: Save, exported: Exported) -> None:
    save(2)
    exported("--query", "event")
    entry = AuditEntry.objects.get(action="events exported")
    assert entry.target == "2 events"
    assert entry.detail["query"] == "event"


WRONG = [
    (["--query", "src:("], "--query: "),
    (["--sensor", "nowhere"], "There is no sensor 'nowhere'."),
    (["--start", "yesterday"], "invalid moment value"),
    (["--start", "2026-03-05", "--end", "2026-03-04"], "The end must be after"),
    (["--format", "pigeon"], "invalid choice"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("arguments", "why"), WRONG)
def test_what_is_wrong_is_said_in_a_sentence(arguments: list[str], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        call_command("export", *arguments)


def test_a_reader_that_has_seen_enough_is_no_error(
    save: Save, process_environment: dict[str, str]
) -> None:
    save(5_000)
    done = subprocess.run(  # noqa: S602
        f"{sys.executable} manage.py export | head -n 1",
        shell=True,  # a pipe, as users write it
        cwd=settings.BASE_DIR,
        env=process_environment,
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.count(b"\n") == 1
    assert b"Traceback" not in done.stderr and b"BrokenPipe" not in done.stderr
