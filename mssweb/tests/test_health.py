"""/healthz: 200 when every part is up, 503 with the names of those that are not."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from mssweb import journals

pytestmark = pytest.mark.django_db


@pytest.fixture
def journal(tmp_path: Path, settings: Any) -> Path:
    settings.JOURNAL_DIR = tmp_path
    folder = tmp_path / "main"
    folder.mkdir()
    for name, position in (("receive", 12), ("ingest", 9)):
        (folder / f"{name}.json").write_text(json.dumps({"position": position}))
    return folder


def test_all_up_is_200_without_a_log_in(client: Client, journal: Path) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["parts"]["database"] == "up"
    assert answer.json()["ok"] is True


def test_a_silent_receiver_is_named(client: Client, journal: Path) -> None:
    os.utime(journal / "receive.json", (1, 1))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["down"] == ["receive"]


def test_redis_away_is_named_without_its_password(
    client: Client, journal: Path, settings: Any
) -> None:
    settings.REDIS_URL = "redis://:hidden@127.0.0.1:1/0"
    answer = client.get("/healthz")
    assert answer.json()["down"] == ["redis"]
    assert b"hidden" not in answer.content


def test_no_journal_at_all_means_both_are_down(
    client: Client, tmp_path: Path, settings: Any
) -> None:
    settings.JOURNAL_DIR = tmp_path / "none"
    assert client.get("/healthz").json()["down"] == ["receive", "ingest"]


def test_writing_is_refused(client: Client, journal: Path) -> None:
    assert client.post("/healthz").status_code == 405


def test_the_backlog_is_what_is_received_and_not_stored(journal: Path) -> None:
    assert journals.backlog(journal.parent) == 3
    journal.rename(journal.with_name("sniff"))
    assert journals.backlog(journal.parent, sniffed=False) == 0


def test_a_half_written_status_is_no_backlog(journal: Path) -> None:
    (journal / "receive.json").write_text('{"posit')
    assert journals.backlog(journal.parent) == 0
