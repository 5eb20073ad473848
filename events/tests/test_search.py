"""History pages: right whatever the segments, bounded in what they touch and take."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql

from events import (
    feed,
    pools,
    retention,
    sealing,
    search,
    segments,
    store,
    visit,
    walk,
)
from events.cursors import TICK, Cursor
from events.database import Connection
from events.orders import Sort
from events.query import Fragment, parse
from events.search import Search
from events.segments import Keep
from events.statements import Condition
from events.stopping import Stop, Stopped
from events.store import Origin
from events.tables import EVENTS, FLOWS
from events.tests import frames
from events.tests.frames import NOON
from events.walk import Span
from tests.product import eventually

SCOPE = frozenset({1})
MINUTE = timedelta(minutes=1)


def add(link: Connection, count: int = 1, **columns: Any) -> None:
    first = store.position(link, "t")
    batch = frames.events(count, **columns)
    store.save(link, Origin("t", first, first + count - 1), events=batch)


def found(q: str = "", **asked: Any) -> list[int]:
    """Ids of all pages, one after the other; every page but the last is full."""
    asked = {"limit": 7, "scope": SCOPE, **asked}
    ids: list[int] = []
    while True:
        page = search.run(Search(parse(q), **asked))
        assert page.complete
        ids += [row["id"] for row in page.rows]
        if page.next is None:
            return ids
        assert len(page.rows) == asked["limit"]
        asked["after"] = page.next


def small_segments(settings: Any, rows: int) -> None:
    settings.SEGMENT_ROWS = rows


def test_an_empty_store_has_no_rows(link: Connection) -> None:
    assert search.run(Search(parse(""), SCOPE)).rows == []


def test_nobody_sees_outside_of_their_sensors(link: Connection) -> None:
    add(link, 3, sensor=[1, 2, 1])
    assert found() == [3, 1]
    assert found(scope=frozenset()) == []
    assert found(scope=frozenset({1, 2})) == [3, 2, 1]
    assert search.event(2, SCOPE) is None
    assert search.event(1, SCOPE) is not None


@pytest.mark.parametrize("seed", range(4))
def test_pages_are_in_order_and_whole_however_times_and_segments_lie(
    link: Connection, settings: Any, seed: int
) -> None:
    small_segments(settings, 10)
    draw = Random(seed)
    times = [NOON + draw.choice([0, 1, 2, 60, 500]) * MINUTE for _ in range(90)]
    times[5], times[50] = datetime(1970, 1, 1, tzinfo=NOON.tzinfo), NOON.replace(2099)
    hosts = [draw.choice(["a", "b"]) for _ in times]
    for first in range(0, 90, 15):
        stop = first + 15
        add(link, 15, time=times[first:stop], host=hosts[first:stop])
    order = sorted(range(1, 91), key=lambda n: (times[n - 1], n), reverse=True)
    assert found() == order
    assert found("host:a") == [n for n in order if hosts[n - 1] == "a"]
    start, end = NOON + MINUTE, NOON + 60 * MINUTE
    assert found(span=Span(start, end)) == [
        n for n in order if start <= times[n - 1] < end
    ]


def test_rows_of_one_instant_are_paged_by_id(link: Connection, settings: Any) -> None:
    small_segments(settings, 8)
    add(link, 30)
    assert found() == list(range(30, 0, -1))


def test_sealed_and_open_segments_give_the_same(
    link: Connection, settings: Any
) -> None:
    small_segments(settings, 20)
    times = [NOON + n % 17 * MINUTE for n in range(100)]
    add(link, 100, time=times, src="10.0.0.1")
    before = found("src:10.0.0.1 message*")
    sealing.seal_due(link, EVENTS)
    assert len(before) == 100
    assert found("src:10.0.0.1 message*") == before


def test_what_was_changed_later_overlays_the_event(link: Connection) -> None:
    add(link, 2)
    link.execute(
        "INSERT INTO event_state (event, rank, cleared, verdict, by, at)"
        " VALUES (1, 50, true, '', 'x', now())"
    )
    (row,) = search.run(Search(parse("rank>0"), SCOPE)).rows
    assert (row["id"], row["rank"], row["cleared"]) == (1, 50, True)
    assert found("rank:0") == [2]
    alone = search.event(1, SCOPE)
    assert alone
    assert alone["rank"] == 50


def test_flows_are_searched_the_same_way(link: Connection) -> None:
    ends = [NOON + n * MINUTE for n in range(9)]
    batch = frames.flows(9, end=ends, dport=443, sensor=[1, 2, 1] * 3)
    store.save(link, Origin("t", 0, 8), flows=batch)
    assert found("dport:443", table=FLOWS, limit=2) == [9, 7, 6, 4, 3, 1]
    assert search.flow("flow-1", SCOPE) is None
    flow = search.flow("flow-2", SCOPE)
    assert flow
    assert flow["id"] == 3


def fill(link: Connection, count: int) -> None:
    """So many segments with two rows each, a minute a segment; the first row alone is
    of the host `rare`."""
    with link.transaction():
        for number in range(count):
            segments.make(link, EVENTS, 1 + number * 2, 3 + number * 2)
    times = [NOON + n // 2 * MINUTE for n in range(count * 2)]
    add(link, count * 2, time=times, host=["rare"] + ["often"] * (count * 2 - 1))
    # As if each segment had been filled by a batch of its own.
    link.execute(
        "UPDATE segments SET oldest = time, newest = time FROM events"
        " WHERE events.id = first_id AND oldest IS NOT NULL"
    )


def test_500_segments_stay_fast(link: Connection) -> None:
    fill(link, 500)
    took = []
    for _ in range(20):
        began = time.perf_counter()
        page = search.run(Search(parse(""), SCOPE, limit=50))
        took.append(time.perf_counter() - began)
    assert [row["id"] for row in page.rows] == list(range(1_000, 950, -1))
    assert min(took) < 0.05
    assert found("host:rare") == [1]


@pytest.mark.parametrize("newest", [True, False])
def test_what_cannot_be_finished_in_time_says_so_and_goes_on(
    link: Connection, newest: bool
) -> None:
    fill(link, 60)
    asked = Search(parse("host:rare"), SCOPE, seconds=0.01, sort=Sort("time", newest))
    ids: list[int] = []
    pages = 0
    while True:
        page = search.run(asked)
        pages += 1
        ids += [row["id"] for row in page.rows]
        if page.complete:
            break
        assert page.reached
        assert page.next
        assert page.progress < 1
        seconds = min(asked.seconds * 2, 5)
        asked = replace(asked, after=page.next, seconds=seconds)
    assert ids == [1]
    assert pages > 1


def test_a_stop_ends_the_statement_under_way(link: Connection) -> None:
    add(link)
    forever = Fragment(sql.SQL("pg_sleep(60) IS NULL"))
    asked, stop = Search(parse(""), SCOPE), Stop()
    steps = search.pages(asked, Condition(forever, forever), {}, stop)
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(search.last, steps)
        eventually(lambda: link.execute(SLEEPING).fetchone())
        stop.now()
        with pytest.raises(Stopped):
            answer.result(10)
    assert not link.execute(SLEEPING).fetchone()


SLEEPING = """
SELECT pid FROM pg_stat_activity
WHERE state = 'active' AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()
"""


def test_a_stop_after_the_end_touches_nobody_else(link: Connection) -> None:
    add(link)
    stop = Stop()
    assert search.run(Search(parse(""), SCOPE), stop).rows
    stop.now()
    assert found() == [1]
    with pytest.raises(Stopped):
        search.run(Search(parse(""), SCOPE), stop)


def test_a_segment_too_slow_for_one_statement_is_split_by_time(
    link: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit, "STATEMENT_SECONDS", 0.02)
    add(link, 3_000, time=[NOON + n * MINUTE for n in range(3_000)], host="x" * 400)
    slow = " ".join(f"-host:*z{n}*" for n in range(40))
    page = search.run(Search(parse(f"{slow} message:19"), SCOPE, limit=1_000))
    assert page.complete
    wanted = [n + 1 for n in range(3_000) if "19" in str(n)]
    assert [row["id"] for row in page.rows] == wanted[::-1]


@given(st.integers(0, 10**12), st.booleans())
def test_pieces_of_a_part_are_all_of_its_time(micros: int, cut: bool) -> None:
    high = NOON + timedelta(microseconds=micros)
    part = walk.Part("x", 1, 9, filling=True, low=NOON, high=high, cut=cut)
    pieces = part.pieces()
    assert (pieces[0].high, pieces[-1].low) == (high, NOON)
    assert min(2, max(micros, 1)) <= len(pieces) <= walk.PIECES
    for newer, older in pairwise(pieces):
        assert newer.low == older.high + TICK
        assert newer.low <= newer.high


def test_a_segment_dropped_on_the_way_is_left_out(
    link: Connection, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_segments(settings, 10)
    add(link, 30, time=[NOON + n * MINUTE for n in range(30)])
    look = walk.parts

    def then_dropped(*given: Any) -> list[walk.Part]:
        parts = look(*given)
        link.execute("DROP TABLE IF EXISTS events_11")
        link.execute("DELETE FROM segments WHERE name = 'events_11'")
        return parts

    monkeypatch.setattr(walk, "parts", then_dropped)
    assert found() == [*range(30, 20, -1), *range(10, 0, -1)]


def test_a_page_goes_on_where_a_cursor_says(link: Connection) -> None:
    add(link, 3, time=[NOON, NOON, NOON + MINUTE])
    assert found(after=Cursor(NOON, 2)) == [1]
    assert found(after=Cursor(NOON - MINUTE, 99)) == []


def test_ids_of_a_page_are_those_of_the_feed(link: Connection) -> None:
    add(link, 5)
    assert found() == [row["id"] for row in feed.read(link, EVENTS, 0, 9).rows][::-1]


def test_searches_go_on_while_segments_are_made_sealed_and_dropped(
    link: Connection, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_segments(settings, 100)
    options = pools.settings()["options"] + " -c lock_timeout=200ms"
    patient = {**pools.settings(), "options": options}
    monkeypatch.setattr(pools, "settings", lambda: patient)
    stop = threading.Event()
    queries = ["", "message:9", "-host:x src:*", "rank>0 OR type:log"]

    def searching(q: str) -> int:
        pages = 0
        while not stop.is_set():
            page = search.run(Search(parse(q), SCOPE, limit=300))
            keys = [(row["time"], row["id"]) for row in page.rows]
            assert keys == sorted(set(keys), reverse=True)
            pages += 1
        connections.close_all()
        return pages

    keep = Keep(seconds=1e9, bytes=400_000, segment_rows=100)
    with ThreadPoolExecutor() as pool:
        running = [pool.submit(searching, q) for q in queries]
        try:
            dropped: list[str] = []
            for n in range(40):
                add(link, 60, time=NOON + n * MINUTE)
                sealing.seal_due(link, EVENTS)
                dropped += retention.drop_due(link, EVENTS, keep, NOON)
        finally:
            stop.set()
        assert all(future.result(30) for future in running)
    assert dropped
