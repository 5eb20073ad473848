"""Segments are made ahead, filled across borders, sealed and dropped."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from events import database, feed, retention, sealing, segments, store
from events.database import Connection
from events.segments import Keep
from events.store import Origin
from events.tables import EVENTS, FLOWS
from events.tests import frames

NOW = datetime(2026, 3, 5, tzinfo=UTC)
FOREVER = Keep(seconds=1e9, bytes=1 << 60, segment_rows=100)


@pytest.fixture(autouse=True)
def small_segments(settings: Settings) -> None:
    settings.SEGMENT_ROWS = 100


def fill(link: Connection, count: int, **columns: object) -> None:
    first = store.position(link, "j")
    origin = Origin("j", first, first + count - 1)
    store.save(link, origin, events=frames.events(count, **columns))


def states(link: Connection) -> list[tuple[int, int, str, int]]:
    return [
        (found.first_id, found.end_id, found.state, found.rows)
        for found in segments.all_of(link, EVENTS)
    ]


def test_one_segment_is_always_ready_ahead(link: Connection) -> None:
    fill(link, 10)
    assert states(link) == [(1, 101, "open", 10), (101, 201, "open", 0)]


def test_a_border_inside_a_batch_splits_the_counts(link: Connection) -> None:
    fill(link, 90)
    fill(link, 30)
    assert states(link)[:2] == [(1, 101, "open", 100), (101, 201, "open", 20)]


def test_a_batch_larger_than_a_segment_fills_several(link: Connection) -> None:
    fill(link, 350)
    assert [rows for *_, rows in states(link)] == [100, 100, 100, 50, 0]
    assert len(feed.read(link, EVENTS, 0, 1000).rows) == 350


def test_events_of_1970_and_2099_are_found_by_their_hours(link: Connection) -> None:
    years = [datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, 23, tzinfo=UTC)]
    fill(link, 2, time=years)
    row = link.execute("SELECT oldest, newest, hours::text FROM segments").fetchone()
    assert row is not None
    assert list(row[:2]) == years
    assert row[2].count("[") == 2


def test_a_full_segment_is_sealed_and_then_gets_its_text_index(
    link: Connection,
) -> None:
    fill(link, 100)
    assert sealing.backlog(link, EVENTS) == 1
    done = sealing.seal_due(link, EVENTS)
    assert done == ["events_1 is sealed", "events_1 has its text index"]
    assert [state for *_, state, _rows in states(link)] == ["indexed", "open"]
    query = "SELECT count(*) FROM pg_indexes WHERE tablename = 'events_1'"
    row = link.execute(query).fetchone()
    assert row == (2 + len(EVENTS.read_indexes) + 1,)
    assert sealing.seal_due(link, EVENTS) == []


def test_a_segment_that_is_being_filled_is_not_sealed(link: Connection) -> None:
    fill(link, 99)
    assert sealing.seal_due(link, EVENTS) == []


def test_sealing_waits_for_a_writer_that_holds_the_segment(link: Connection) -> None:
    fill(link, 100)
    with database.connect() as other, other.transaction():
        other.execute("LOCK TABLE events_1 IN ROW EXCLUSIVE MODE")
        assert sealing.seal_due(link, EVENTS) == []
    assert "events_1 is sealed" in sealing.seal_due(link, EVENTS)


def test_flows_are_sealed_without_a_text_index(link: Connection) -> None:
    store.save(link, Origin("j", 0, 99), flows=frames.flows(100))
    assert len(sealing.seal_due(link, FLOWS)) == 2


def test_retention_by_age_drops_the_oldest(link: Connection) -> None:
    fill(link, 100)
    fill(link, 150, received=NOW)
    sealing.seal_due(link, EVENTS)
    keep = Keep(seconds=3600, bytes=1 << 60, segment_rows=100)
    assert retention.drop_due(link, EVENTS, keep, NOW) == ["events_1"]
    assert [first for first, *_ in states(link)] == [101, 201, 301]
    assert len(feed.read(link, EVENTS, 0, 1000).rows) == 150


def test_retention_by_size_keeps_the_newest(link: Connection) -> None:
    fill(link, 250)
    keep = Keep(seconds=1e9, bytes=1, segment_rows=100)
    assert retention.drop_due(link, EVENTS, keep, NOW) == ["events_1", "events_101"]
    assert len(feed.read(link, EVENTS, 0, 1000).rows) == 50


def test_retention_keeps_everything_that_is_neither_old_nor_much(
    link: Connection,
) -> None:
    fill(link, 250)
    assert retention.drop_due(link, EVENTS, FOREVER, NOW) == []


def test_a_drop_that_a_crash_interrupted_is_finished(link: Connection) -> None:
    fill(link, 250)
    link.execute("UPDATE segments SET state = 'detaching' WHERE first_id = 1")
    link.execute("ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY")
    assert retention.drop_due(link, EVENTS, FOREVER, NOW) == ["events_1"]


def test_a_follower_that_is_behind_is_told_what_it_missed(
    link: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    fill(link, 250)
    follower = feed.Position(link, "export:7")
    follower.load()
    follower.save(40)
    keep = Keep(seconds=3600, bytes=1 << 60, segment_rows=100)
    retention.drop_due(link, EVENTS, keep, NOW + timedelta(days=1))
    assert follower.load() == 200
    assert follower.missed() == 160
    assert "export:7" in caplog.text


def test_the_size_of_a_segment_grows_with_the_rate(link: Connection) -> None:
    fill(link, 100, received=[NOW + timedelta(seconds=n) for n in range(100)])
    sealing.seal_due(link, EVENTS)
    year = Keep(seconds=365 * 86_400, bytes=1 << 60, segment_rows=100)
    assert 70_000 < segments.rows_per_segment(link, EVENTS, year) < 90_000


def test_positions_above_everything_stored_are_an_alarm(link: Connection) -> None:
    fill(link, 10)
    follower = feed.Position(link, "f")
    follower.load()
    follower.save(11)
    with pytest.raises(feed.FeedError, match="position 11"):
        follower.load()
