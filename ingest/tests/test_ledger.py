"""Every received frame is accounted for, and a lost one shows."""

import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from ingest import folder as folders
from ingest import ledger
from ingest.census import Census
from ingest.counters import Counters
from ingest.journal import Writer
from ingest.ledger import Journal
from ingest.lines import Gathered
from ingest.reader import drop_before
from ingest.tallies import Total
from ingest.tests.test_worker import append, work
from sensors import routing
from sensors.models import Domain, Membership, Role, Sensor, Source, User

BIG = 1 << 30


@pytest.fixture
def writer(tmp_path: Path, settings: Any, empty_store: None) -> Writer:
    settings.JOURNAL_DIR = tmp_path
    return Writer(tmp_path / "0", BIG)


@pytest.fixture
def root(empty_store: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def reject(writer: Writer, reason: str, count: int) -> None:
    batch = Gathered()
    batch.reject("10.0.0.1", reason, count)
    writer.append(None, batch.counted)


def total(client: Client) -> dict[str, object]:
    found: dict[str, object] = client.get("/api/v1/ledger").json()["total"]
    return found


def test_it_counts_each_where_it_happens(writer: Writer, root: Client) -> None:
    append(writer, "<13>one", "<13>two")
    work(writer.folder)
    append(writer, "<13>waits", peer="10.0.0.2")
    reject(writer, "empty", 3)
    found = root.get("/api/v1/ledger").json()
    assert found["total"] == {
        "received": 6,
        "stored": 2,
        "rejected": {"empty": 3},
        "ignored": 0,
        "duplicate": 0,
        "queued": 1,
        "made": 0,
        "kernel_drops": {},
        "difference": 0,
    }
    one, two = sorted(found["sources"], key=lambda row: str(row["source"]))
    assert (one["received"], one["stored"], one["rejected"]) == (5, 2, {"empty": 3})
    assert (two["received"], two["queued"], two["sensor"]) == (1, 1, "S-0.home")
    assert one["difference"] == two["difference"] == 0


def test_ignored_lines_are_accounted_for(writer: Writer, root: Client) -> None:
    Sensor.objects.update(log_management=False)
    routing.bump()
    append(writer, "<13>one", "<13>two")
    work(writer.folder)
    assert total(root) | {"received": 2, "ignored": 2, "difference": 0} == total(root)


def test_a_line_that_vanishes_shows(writer: Writer, root: Client) -> None:
    append(writer, "<13>one", "<13>two")
    work(writer.folder)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE source_totals SET stored = stored - 1")
    assert total(root)["difference"] == 1


def test_damage_is_a_reason(writer: Writer, root: Client) -> None:
    append(writer, "<13>one", "<13>two")
    with folders.files(writer.folder)[-1].path.open("r+b") as file:
        file.seek(writer.size - 10)
        file.write(b"\xff" * 5)
    append(writer, "<13>three")
    work(writer.folder)
    found = total(root)
    assert (found["rejected"], found["difference"]) == ({"journal_damaged": 2}, 0)


def test_a_new_folder_does_not_forget(writer: Writer, root: Client) -> None:
    append(writer, "<13>one", "<13>two")
    work(writer.folder)
    shutil.rmtree(writer.folder)
    again = Writer(writer.folder, BIG)
    append(again, "<13>three")
    work(again.folder)
    found = total(root)
    assert (found["received"], found["stored"], found["difference"]) == (3, 3, 0)


def test_the_counts_do_not_wait_for_deleted_files(
    tmp_path: Path, settings: Any, root: Client
) -> None:
    settings.JOURNAL_DIR = tmp_path
    writer = Writer(tmp_path / "0", BIG, file_bytes=400)
    for number in range(6):
        append(writer, f"<13>{number}" + "x" * 500)
        work(writer.folder)
        assert (total(root)["queued"], total(root)["difference"]) == (0, 0)
    assert total(root)["received"] == 6


def test_members_see_the_sources_of_their_sensors_only(
    writer: Writer, root: Client
) -> None:
    domain = Domain.objects.create(name="acme")
    sensor = Sensor.objects.create(domain=domain, name="S-1")
    Source.objects.create(sensor=sensor, network="10.0.0.2/32")
    routing.bump()
    user = User.objects.create_user("viewer")
    Membership.objects.create(user=user, domain=domain, role=Role.VIEWER)
    append(writer, "<13>a", peer="10.0.0.1")
    append(writer, "<13>b", "<13>c", peer="10.0.0.2")
    work(writer.folder)
    member = Client()
    member.force_login(user)
    found = member.get("/api/v1/ledger").json()
    assert [row["source"] for row in found["sources"]] == ["10.0.0.2"]
    assert found["total"]["received"] == 2
    page = member.get("/sources/").content.decode()
    assert "10.0.0.2" in page
    assert "10.0.0.1" not in page


def test_the_page_shows_sources_and_the_check(writer: Writer, root: Client) -> None:
    append(writer, "<13>one", peer="192.0.2.7")
    reject(writer, "empty", 1_234)
    work(writer.folder)
    page = root.get("/sources/").content.decode()
    assert "192.0.2.7" in page
    assert "Every received frame is accounted for" in page
    assert "1,234" in page
    assert root.get("/sources/table/").status_code == 200


def test_the_page_says_what_is_wrong(writer: Writer, root: Client) -> None:
    sentence = "The journal is full (<4096> MiB)"
    folders.write_json(writer.folder / "receive.json", {"trouble": sentence})
    page = root.get("/sources/").content.decode()
    assert "The journal is full (&lt;4096&gt; MiB)" in page


def test_the_page_names_a_process_that_is_silent(writer: Writer, root: Client) -> None:
    old = {"at": "2026-01-01T00:00:00+00:00"}
    folders.write_json(writer.folder / "receive.json", old)
    page = root.get("/sources/").content.decode()
    assert "Nothing is received into journal 0: its process has been silent" in page
    assert "Nothing is stored from journal 0: its process has not reported" in page


def test_an_empty_page_says_what_to_try(
    root: Client, tmp_path: Path, settings: Any
) -> None:
    settings.JOURNAL_DIR = tmp_path
    page = root.get("/sources/").content.decode()
    assert f"logger -n testserver -P {settings.SYSLOG_PORT} -T" in page


def test_the_page_takes_few_queries(
    writer: Writer, root: Client, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        append(writer, "<13>x", peer=f"10.1.0.{number}")
    work(writer.folder)
    with django_assert_max_num_queries(18):  # type: ignore[operator]
        root.get("/sources/table/")


COUNT = st.integers(0, 50)


@given(stored=COUNT, ignored=COUNT, rejected=COUNT, waiting=COUNT)
def test_the_sum_is_exact(
    stored: int, ignored: int, rejected: int, waiting: int
) -> None:
    end, until = Counters(), Counters()
    end.receive("a", 1, stored + ignored + waiting)
    end.source("a").lines = stored + ignored + waiting
    until.source("a").lines = stored + ignored
    end.reject("a", "empty", rejected)
    totals = [Total("a", 1, stored, 0, 0), Total("a", 2, 0, ignored, 0)]
    found = ledger.accounts([Journal(end, until)], totals)
    assert found["a"].difference == ledger.total_of(found.values()).difference == 0
    assert found["a"].queued == waiting


def test_the_census_agrees_with_the_lines_at_every_position(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "0", BIG, file_bytes=2_000)
    peers = []
    for number in range(12):
        names = [f"10.0.0.{n % 3}" for n in range(number)]
        for peer in names:
            append(writer, "x" * 100, peer=peer)
            peers.append(peer)
    census = Census(writer.folder)
    for position in range(len(peers) + 1):
        end, until = census.take(position)
        assert end.lines == len(peers)
        expected = {p: peers[:position].count(p) for p in set(peers[:position])}
        assert {p: s.lines for p, s in until.sources.items()} == expected
        drop_before(writer.folder, position)


def test_a_census_goes_on_quickly(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "0", BIG)
    for _ in range(3_000):
        append(writer, "x")
    census = Census(writer.folder)
    census.take(0)
    append(writer, "x")
    began = time.perf_counter()
    assert census.take(0)[0].lines == 3_001
    assert time.perf_counter() - began < 0.05
