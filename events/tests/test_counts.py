"""Counts beside the segments: nothing is counted that a search would not find."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from django.conf import LazySettings

from events import counting, counts, database, retention, store, tally
from events.database import Connection
from events.segments import Keep
from events.store import Origin
from events.tables import EVENTS, FLOWS
from events.tests import frames
from sensors import locks

NOON = frames.NOON


@pytest.fixture(autouse=True)
def small_segments(settings: LazySettings) -> None:
    settings.SEGMENT_ROWS = 10


def save(link: Connection, count: int, **columns: Any) -> None:
    first = store.position(link, "j")
    frame = frames.events(count, **columns)
    store.save(link, Origin("j", first, first + count - 1), events=frame)


def kept(link: Connection) -> dict[str, tuple[bool, int]]:
    """Of each segment with rows: whether it is counted, and how many rows are."""
    found = {}
    for name, counted in link.execute(
        "SELECT name, counted FROM segments WHERE rows > 0 ORDER BY first_id"
    ).fetchall():
        blobs = link.execute(
            "SELECT hours, slots FROM counts WHERE segment = %s", [name]
        ).fetchall()
        hours = [counts.frame(hours) for hours, _ in blobs]
        slots = [counts.frame(slots)["n"].sum() for _, slots in blobs]
        every = [h.filter(pl.col("field") == tally.ALL)["n"].sum() for h in hours]
        assert sum(every) == sum(slots)
        found[str(name)] = bool(counted), int(sum(slots))
    return found


def value(link: Connection, column: str) -> dict[str | None, int]:
    found: dict[str | None, int] = {}
    for (hours,) in link.execute("SELECT hours FROM counts").fetchall():
        frame = counts.frame(hours).filter(pl.col("field") == tally.CODES[column])
        for text, n in frame.select("value", "n").iter_rows():
            found[text] = found.get(text, 0) + n
    return found


def test_a_batch_is_counted_with_it(link: Connection) -> None:
    save(link, 3, src=["10.0.0.1", "10.0.0.1", None], rank=[0, 50, -1])
    assert kept(link) == {"events_1": (True, 3)}
    assert value(link, "src") == {"10.0.0.1": 2, None: 1}
    assert value(link, "rank") == {"0": 1, "50": 1, "-1": 1}


def test_a_batch_over_a_border_is_counted_where_its_rows_lie(link: Connection) -> None:
    save(link, 25)
    assert kept(link) == {
        "events_1": (True, 10),
        "events_11": (True, 10),
        "events_21": (True, 5),
    }


def test_flows_are_counted_as_well(link: Connection) -> None:
    frame = frames.flows(4, src="10.0.0.1", proto=["tcp", "tcp", "udp", None])
    store.save(link, Origin("j", 0, 3), flows=frame)
    assert value(link, "proto") == {"tcp": 2, "udp": 1, None: 1}


def test_retention_takes_the_counts_with_the_events(link: Connection) -> None:
    save(link, 25)
    late = NOON + timedelta(days=10)
    retention.drop_due(link, EVENTS, Keep(86_400, 1 << 40, 10), late)
    assert kept(link) == {"events_21": (True, 5)}
    rest = link.execute("SELECT DISTINCT segment FROM counts").fetchall()
    assert rest == [("events_21",)]


def test_a_refused_batch_is_counted_when_its_segment_is_full(link: Connection) -> None:
    save(link, 3, src=["10.0.0.1", "no address", "10.0.0.1"])
    assert kept(link)["events_1"][0] is False
    save(link, 20)
    done = counting.count_due(link, EVENTS, 60)
    assert done[0] == "events_1 is counted, 0 segments are left"
    (there,) = link.execute("SELECT count(*) FROM events_1").fetchone() or (0,)
    assert kept(link)["events_1"] == (True, there)


def test_what_was_stored_before_is_counted_once(link: Connection) -> None:
    save(link, 25, src="10.0.0.1", user=["bob"] * 24 + [None])
    before = value(link, "user")
    link.execute("TRUNCATE counts")
    link.execute("UPDATE segments SET counted = false WHERE rows > 0")
    done = counting.count_due(link, EVENTS, 60)
    assert [text.split()[0] for text in done] == ["events_11", "events_1"]
    assert counting.count_due(link, EVENTS, 60) == []
    assert kept(link)["events_21"] == (False, 0)
    assert value(link, "user")["bob"] == 20
    assert before["bob"] == 24


def test_only_one_worker_counts(link: Connection) -> None:
    save(link, 25)
    link.execute("UPDATE segments SET counted = false")
    key = EVENTS.lock + locks.COUNTING
    with database.connect() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [key])
        assert counting.count_due(link, EVENTS, 60) == []
    assert counting.count_due(link, FLOWS, 60) == []


def test_merging_changes_no_count(link: Connection) -> None:
    for number in range(40):
        save(link, 1, src=f"10.0.0.{number % 3}", time=NOON + timedelta(hours=number))
    before, rows = value(link, "src"), kept(link)
    link.execute("UPDATE segments SET state = 'sealed' WHERE end_id <= 41")
    assert sorted(counts.merge_due(link)) == [
        "events_1",
        "events_11",
        "events_21",
        "events_31",
    ]
    assert counts.merge_due(link) == []
    assert (value(link, "src"), kept(link)) == (before, rows)


def test_rare_values_are_cut_and_the_loss_is_known() -> None:
    frame = frames.events(
        3_000,
        src=[f"10.0.{n // 250}.{n % 250}" for n in range(1_500)] * 2,
    )
    hours = tally.hours(EVENTS, frame)
    src = hours.filter(pl.col("field") == tally.CODES["src"])
    assert src.filter(~pl.col("rest")).height == tally.MOST
    assert src.filter("rest")["lost"].to_list() == [2]
    both = tally.summed_hours([hours, hours])
    rest = both.filter("rest", pl.col("field") == tally.CODES["src"])
    assert rest["lost"].sum() >= 4


@pytest.mark.parametrize("sensors", [1, 20])
def test_few_and_many_sensors_are_counted_alike(sensors: int) -> None:
    """The two ways of `tally.hours`."""
    frame = frames.events(
        40,
        sensor=[n % sensors for n in range(40)],
        src=[None if n % 3 else f"10.0.0.{n}" for n in range(40)],
    )
    hours = tally.hours(EVENTS, frame)
    assert hours.columns == list(tally.HOURS)
    src = hours.filter(pl.col("field") == tally.CODES["src"])
    assert src["n"].sum() == 40
    assert src.filter(pl.col("value").is_null())["n"].sum() == 26
    assert hours.filter(pl.col("field") == tally.ALL).height == sensors
