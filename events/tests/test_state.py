"""Rank and clearing overlay what is stored, and go with it."""

import pytest
from pytest_django import Settings

from events import feed, retention, state, store
from events.database import Connection
from events.segments import Keep
from events.store import Origin
from events.tables import EVENTS
from events.tests import frames


@pytest.fixture(autouse=True)
def ten_events(link: Connection, settings: Settings) -> None:
    settings.SEGMENT_ROWS = 10
    store.save(link, Origin("j", 0, 9), events=frames.events(10))


def test_a_new_rank_is_read_instead_of_the_stored_one(link: Connection) -> None:
    state.set_rank(link, [3], 80, by="alice")
    ranks = [row["rank"] for row in feed.read(link, EVENTS, 0, 10).rows]
    assert ranks == [0, 0, 80, 0, 0, 0, 0, 0, 0, 0]
    assert link.execute("SELECT rank FROM events WHERE id = 3").fetchone() == (0,)


def test_clearing_keeps_the_rank_and_can_be_taken_back(link: Connection) -> None:
    state.set_rank(link, [3], 80, by="alice")
    for cleared in (True, False):
        state.set_cleared(link, [3], cleared, by="bob")
        row = feed.read(link, EVENTS, 2, 1).rows[0]
        assert (row["rank"], row["cleared"]) == (80, cleared)


def test_a_rank_out_of_range_is_refused(link: Connection) -> None:
    with pytest.raises(ValueError, match="from -100 to 100, not 101"):
        state.set_rank(link, [1], 101, by="alice")


def test_an_event_that_does_not_exist_gets_no_state(link: Connection) -> None:
    state.set_rank(link, [99], 1, by="alice")
    assert link.execute("SELECT count(*) FROM event_state").fetchone() == (0,)


def test_state_is_dropped_with_its_segment(link: Connection) -> None:
    state.set_rank(link, [3], 80, by="alice")
    keep = Keep(seconds=0, bytes=0, segment_rows=10)
    retention.drop_due(link, EVENTS, keep, frames.NOON)
    assert link.execute("SELECT count(*) FROM event_state").fetchone() == (0,)
