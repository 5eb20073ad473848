"""docker-compose.yml is valid and runs the same processes as script/server."""

import re
from typing import Any

import pytest
from compose_spec import PyCompose

from mssweb.launcher.home import ROOT
from mssweb.launcher.processes import PROCESSES, Process

TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE = PyCompose.from_yaml(TEXT)
SERVICES: dict[str, Any] = COMPOSE.to_dict()["services"]
OURS = [each for each in PROCESSES if not each.embedded and not each.demo]


def test_it_is_valid_by_the_compose_specification() -> None:
    COMPOSE.validate()


def test_its_services_are_the_processes_and_the_one_that_prepares() -> None:
    names = {each.name for each in PROCESSES if not each.demo}
    assert set(SERVICES) == names | {"prepare"}


@pytest.mark.parametrize("process", OURS, ids=lambda process: process.name)
def test_each_runs_the_same_command(process: Process) -> None:
    values = SERVICES[process.name]["environment"] | {"MSS_WEB_PORT": "8000"}
    expected = [word.format_map(values) for word in process.command.split()]
    assert SERVICES[process.name]["command"] == ["python", *expected]


@pytest.mark.parametrize("process", OURS, ids=lambda process: process.name)
def test_each_has_as_long_to_end(process: Process) -> None:
    grace = SERVICES[process.name].get("stop_grace_period", "10s")
    count, unit = re.fullmatch(r"(\d+)([sm])", grace).groups()  # type: ignore[union-attr]
    seconds = int(count) * (60 if unit == "m" else 1)
    assert seconds >= process.stop_seconds or process.stop_seconds <= 20


@pytest.mark.parametrize("process", OURS, ids=lambda process: process.name)
def test_each_knows_what_is_sniffed(process: Process) -> None:
    assert "MSS_SNIFF" in SERVICES[process.name]["environment"]


def test_no_secret_stands_in_the_file() -> None:
    for name in ("POSTGRES_PASSWORD", "VALKEY_PASSWORD", "MSS_SECRET_KEY"):
        assert re.search(rf"\$\{{{name}:\?", TEXT)


def test_only_the_receiver_writes_and_the_pages_read_the_journal() -> None:
    assert SERVICES["web"]["volumes"] == ["journal:/journal:ro", "tls:/tls:ro"]
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["web"]["ports"])
