"""Writers, followers, searches and the life of segments, all at once."""

import contextlib
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from events import database, feed, retention, sealing, segments, store
from events.database import Connection
from events.segments import Keep
from events.store import Origin
from events.tables import EVENTS
from events.tests import frames

ROWS = 6_000
MOST_KILLS = 4
Seen = list[tuple[int, str]]


def writer(environment: dict[str, str], journal: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "events.tests.writer", journal, str(ROWS)]
    return subprocess.Popen(command, env=environment)


def run_and_kill(
    environment: dict[str, str], journal: str, link: Connection, chance: random.Random
) -> int:
    """Starts the writer until all is stored; how often it was killed on the way."""
    kills = 0
    while store.position(link, journal) < ROWS:
        process = writer(environment, journal)
        before = store.position(link, journal)
        while process.poll() is None and store.position(link, journal) == before:
            time.sleep(0.01)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.01, 0.3) if kills < MOST_KILLS else 60)
            continue
        process.kill()
        process.wait()
        kills += 1
    return kills


def follow(
    link: Connection, stop: threading.Event, seen: list[tuple[int, str]]
) -> None:
    """Reads the feed until told to stop and everything is read."""
    after = 0
    while not stop.is_set() or after < feed.head(link):
        page = feed.read(link, EVENTS, after, 1_000)
        seen += [(row["id"], row["message"]) for row in page.rows]
        after = page.upto


def test_a_follower_misses_nothing_of_two_writers_of_which_one_is_killed(
    link: Connection, process_environment: dict[str, str], settings: Settings
) -> None:
    stop = threading.Event()
    seen: Seen = []
    with database.connect() as other, ThreadPoolExecutor() as pool:
        reading = pool.submit(follow, other, stop, seen)
        steady = writer(process_environment, "steady")
        kills = run_and_kill(process_environment, "killed", link, random.Random(7))
        assert steady.wait(60) == 0
        stop.set()
        reading.result(60)
    assert kills >= 2
    ids = [number for number, _ in seen]
    assert ids == sorted(ids)
    expected = {f"{name} {n}" for name in ("steady", "killed") for n in range(ROWS)}
    assert {message for _, message in seen} == expected
    assert len(seen) == 2 * ROWS


@pytest.fixture
def until_stopped() -> Iterator[Callable[[Callable[[Connection], None]], None]]:
    """Runs a function over and over in a thread, on a connection that waits for no
    lock longer than 200 ms; a failure fails the test."""
    stop = threading.Event()
    pool = ThreadPoolExecutor()
    running = []

    def loop(work: Callable[[Connection], None]) -> None:
        with database.connect() as connection:
            connection.execute("SET lock_timeout = '200ms'")
            while not stop.is_set():
                work(connection)

    yield lambda work: running.append(pool.submit(loop, work))
    stop.set()
    for future in running:
        future.result(30)
    pool.shutdown()


def insert(connection: Connection) -> None:
    first = store.position(connection, "j")
    store.save(connection, Origin("j", first, first + 49), events=frames.events(50))


def search(connection: Connection) -> None:
    """Holds its snapshot for a while, as a slow search does."""
    with connection.transaction():
        for found in segments.all_of(connection, EVENTS)[-4:]:
            connection.execute(
                "SELECT count(*), pg_sleep(0.01) FROM events"
                " WHERE id >= %s AND id < %s AND message LIKE '%%age%%'",
                [found.first_id, found.end_id],
            ).fetchall()


def test_nobody_waits_for_a_lock_while_segments_come_and_go(
    link: Connection,
    until_stopped: Callable[[Callable[[Connection], None]], None],
    settings: Settings,
) -> None:
    settings.SEGMENT_ROWS = 200
    settings.RETENTION_BYTES = 2_000_000
    for _ in range(3):
        until_stopped(search)
    until_stopped(insert)
    sealed: set[str] = set()
    dropped: set[str] = set()
    deadline = time.monotonic() + 60
    while min(len(dropped), len(sealed)) < 6 and time.monotonic() < deadline:
        sealed |= set(sealing.seal_due(link, EVENTS))
        now = datetime.now(UTC)
        dropped |= set(retention.drop_due(link, EVENTS, store.keep(), now))
    assert min(len(dropped), len(sealed)) >= 6


def test_500_segments_are_filled_read_and_dropped(
    link: Connection, settings: Settings
) -> None:
    settings.SEGMENT_ROWS = 20
    with link.transaction():
        segments.extend(link, EVENTS, 500 * 20, store.keep())
    batch = frames.events(2_000)
    for first in range(0, 10_000, 2_000):
        store.save(link, Origin("j", first, first + 1_999), events=batch)
    assert len(segments.all_of(link, EVENTS)) >= 500
    started = time.monotonic()
    assert len(feed.read(link, EVENTS, 9_990, 100).rows) == 10
    plan = link.execute(
        "EXPLAIN SELECT * FROM events WHERE id > 9990 AND id <= 10000"
    ).fetchall()
    assert sum("Scan on events_" in line for (line,) in plan) <= 2
    assert time.monotonic() - started < 5
    keep = Keep(seconds=1e9, bytes=0, segment_rows=20)
    assert len(retention.drop_due(link, EVENTS, keep, frames.NOON)) == 500
