"""The journal's lines are in the store once each, whatever happens to the worker."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from events import database, store, turns
from events.models import HostName
from ingest import folder as folders
from ingest import learned
from ingest import worker as worker_module
from ingest.journal import Writer
from ingest.lines import Gathered
from ingest.stopping import Stopping
from ingest.worker import Worker
from sensors import routing
from sensors.models import Sensor

pytestmark = pytest.mark.usefixtures("empty_store")
BIG = 1 << 30


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    return Writer(tmp_path / "0", BIG)


def append(
    writer: Writer, *lines: str, peer: str = "10.0.0.1", port: int = 514
) -> None:
    batch = Gathered()
    encoded = [line.encode() for line in lines]
    batch.add(time.time_ns() // 1_000, peer, "udp", port, encoded)
    writer.append(batch.frame(), batch.counted)


def stored() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT message FROM events ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def work(folder: Path) -> None:
    """A worker that is told to stop at once: it stores what there is."""
    stopping = Stopping()
    stopping.set()
    run(folder, stopping)


def run(folder: Path, stopping: Stopping) -> None:
    found = Worker(folder, stopping)
    try:
        found.run()
    finally:
        os.close(found.lock)
        connection.close()


@contextmanager
def working(folder: Path) -> Iterator[None]:
    stopping = Stopping()
    thread = threading.Thread(target=run, args=(folder, stopping))
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(30)
        assert not thread.is_alive()


def test_journalled_lines_are_stored_in_order(writer: Writer) -> None:
    append(writer, "<13>one", "<13>two")
    append(writer, "<13>three")
    work(writer.folder)
    assert stored() == ["one", "two", "three"]


def test_a_second_worker_goes_on_where_the_first_ended(writer: Writer) -> None:
    append(writer, "<13>one")
    work(writer.folder)
    append(writer, "<13>two")
    work(writer.folder)
    work(writer.folder)
    assert stored() == ["one", "two"]


def test_new_lines_are_stored_as_they_come(writer: Writer) -> None:
    with working(writer.folder):
        for number in range(5):
            append(writer, f"<13>line {number}")
            until(lambda n=number: stored() == [f"line {i}" for i in range(n + 1)])  # type: ignore[misc]


def test_searches_need_not_wait_for_an_ingest_that_has_nothing_to_do(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "MUCH", 1)  # every batch is large, the last too
    with working(writer.folder), database.connect() as other:
        append(writer, "<13>one")
        until(lambda: stored() == ["one"])
        until(lambda: not turns.is_behind(other))


def test_what_lines_show_of_hosts_is_kept_with_them(writer: Writer) -> None:
    append(
        writer, "<13>Jul 26 11:59:58 fw1 app: one", "<13>Jul 26 11:59:58 fw1 app: two"
    )
    work(writer.folder)
    work(writer.folder)
    assert (learned.merge(), learned.merge()) == (1, 0)
    met = HostName.objects.values_list("peer", "name", "events")
    assert list(met) == [("10.0.0.1", "fw1", 2)]


def test_it_waits_for_a_journal(tmp_path: Path) -> None:
    with working(tmp_path / "0"):
        time.sleep(0.3)
        append(Writer(tmp_path / "0", BIG), "<13>late")
        until(lambda: stored() == ["late"])


def test_only_one_worker_per_journal(writer: Writer) -> None:
    found = Worker(writer.folder, Stopping())
    with pytest.raises(folders.JournalError, match="another ingest"):
        Worker(writer.folder, Stopping())
    os.close(found.lock)


def test_lines_of_a_sensor_without_log_management_are_counted_only(
    writer: Writer,
) -> None:
    Sensor.objects.update(log_management=False)
    routing.bump()
    append(writer, "<13>one", "<13>two")
    work(writer.folder)
    assert stored() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT source, stored, ignored FROM source_totals")
        assert cursor.fetchall() == [("10.0.0.1", 0, 2)]


def test_a_saved_change_is_in_force_at_once(writer: Writer) -> None:
    with working(writer.folder):
        append(writer, "<13>one")
        until(lambda: stored() == ["one"])
        Sensor.objects.update(log_management=False)
        routing.bump()
        append(writer, "<13>ignored")
        until(lambda: store_position(writer) == 2)
        Sensor.objects.update(log_management=True)
        routing.bump()
        append(writer, "<13>two")
        until(lambda: stored() == ["one", "two"])


def store_position(writer: Writer) -> int:
    name = folders.journal_name(writer.folder, writer.identity)
    with database.connect() as link:
        return store.position(link, name)


def test_the_sensors_ports_are_told_to_receive(writer: Writer) -> None:
    Sensor.objects.update(port=6_001)
    routing.bump()
    append(writer, "<13>one")
    work(writer.folder)
    file = writer.folder.parent / "ports.json"
    assert folders.read_json(file)["ports"] == [6_001]


def test_a_new_port_is_told_although_nothing_arrives(writer: Writer) -> None:
    file = writer.folder.parent / "ports.json"
    with working(writer.folder):
        until(lambda: folders.read_json(file).get("ports") == [])
        Sensor.objects.update(port=6_002)
        routing.bump()
        until(lambda: folders.read_json(file)["ports"] == [6_002])


def test_broken_connections_cost_no_line_and_double_none(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "BACKOFF", (0.02, 0.1))
    with working(writer.folder):
        for number in range(60):
            append(writer, f"<13>line {number}")
            if number % 4 == 0:
                cut_connections()
            time.sleep(0.03)
        until(lambda: len(stored()) >= 60)
    assert stored() == [f"line {number}" for number in range(60)]


def cut_connections() -> None:
    """Every connection but this one ends at once, in whatever it was doing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_stored_files_are_deleted(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "0", BIG, file_bytes=500)
    for number in range(5):
        append(writer, f"<13>line {number}" + "x" * 600)
    work(writer.folder)
    assert len(folders.files(writer.folder)) == 1


def test_a_database_ahead_of_the_journal_is_an_alarm(
    writer: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    name = folders.journal_name(writer.folder, writer.identity)
    with database.connect() as link:
        store.save(link, store.Origin(name, 0, 999))
    work(writer.folder)
    assert "ALARM" in caplog.text
    floor = folders.read_json(writer.folder / "floor.json")
    assert floor == {"journal": writer.identity, "position": 1_000}


def test_damage_is_counted_in_the_status(writer: Writer) -> None:
    append(writer, "<13>one", "<13>two")
    end = writer.size
    append(writer, "<13>three")
    with folders.files(writer.folder)[-1].path.open("r+b") as file:
        file.seek(end - 10)
        file.write(b"\xff" * 5)
    work(writer.folder)
    assert stored() == ["three"]
    assert folders.read_json(writer.folder / "ingest.json")["lost"] == 2
