"""The write door: exactly once, in order, whatever is in the batch."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from events import feed, store
from events.database import Connection
from events.schema import SchemaError
from events.store import Origin, OverlapError
from events.tables import EVENTS, FLOWS
from events.tests import frames


def messages(link: Connection) -> list[str]:
    return [row["message"] for row in feed.read(link, EVENTS, 0, 10_000).rows]


def test_a_batch_is_stored_in_its_order(link: Connection) -> None:
    saved = store.save(link, Origin("j", 0, 2), events=frames.events(3))
    assert (saved.head, saved.events, saved.duplicate) == (3, 3, False)
    assert messages(link) == ["message 0", "message 1", "message 2"]


def test_a_replayed_range_stores_nothing(link: Connection) -> None:
    origin = Origin("j", 0, 2)
    store.save(link, origin, events=frames.events(3))
    again = store.save(link, origin, events=frames.events(3))
    assert again.duplicate
    assert again.head == 3
    assert len(messages(link)) == 3
    assert store.position(link, "j") == 3


def test_a_range_that_is_stored_in_part_is_refused(link: Connection) -> None:
    store.save(link, Origin("j", 0, 2), events=frames.events(3))
    with pytest.raises(OverlapError, match="0–2 of 5"):
        store.save(link, Origin("j", 0, 5), events=frames.events(6))
    assert len(messages(link)) == 3


def test_a_batch_of_ignored_lines_moves_the_position_only(link: Connection) -> None:
    store.save(link, Origin("j", 0, 9), events=frames.events(0))
    assert store.position(link, "j") == 10
    assert feed.head(link) == 0


def test_flows_have_their_own_ids_and_feed(link: Connection) -> None:
    store.save(link, Origin("j", 0, 4), events=frames.events(2), flows=frames.flows(3))
    assert feed.head(link) == 2
    page = feed.read(link, FLOWS, 0, 10)
    assert [row["uid"] for row in page.rows] == ["flow-0", "flow-1", "flow-2"]


def test_a_wrong_frame_is_a_bug_and_says_which_column(link: Connection) -> None:
    wrong = frames.events().with_columns(pl.lit("x").alias("sport"))
    with pytest.raises(SchemaError, match="sport"):
        store.save(link, Origin("j", 0, 0), events=wrong)


HOSTILE = {
    "a NUL": {"message": "a\0b"},
    "an address that is none": {"src": "999.1.1.1"},
    "JSON that is none": {"data": "{broken"},
    "a NUL in JSON": {"data": '{"a": "\\u0000"}'},
    "a year that is too late": {"time": datetime(9999, 12, 31, tzinfo=UTC)},
}


@pytest.mark.parametrize("columns", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_bad_value_never_costs_a_batch(
    link: Connection, columns: dict[str, object]
) -> None:
    batch = pl.concat(
        [frames.events(20), frames.events(1, **columns), frames.events(9)]
    )
    saved = store.save(link, Origin("j", 0, 29), events=batch)
    assert saved.events == 30
    assert len(messages(link)) == 30


def test_a_refused_row_keeps_its_text_its_line_and_the_reason(
    link: Connection,
) -> None:
    bad = frames.events(1, message="log\0in", head="<13>", src="nonsense")
    store.save(link, Origin("j", 0, 0), events=bad)
    (row,) = feed.read(link, EVENTS, 0, 10).rows
    assert row["message"] == "log\\x00in"
    assert row["raw"] == b"<13>log\0in"
    assert "invalid" in row["data"]["refused"]


TEXTS = [
    "\\.",
    "\\N",
    "\\t",
    "\t",
    "\\",
    "a\n\\.\nb",
    '"',
    "",
    "a,b",
    "\r\n",
    "\\x41",
    "\ufeff",
    "\u2028",
    "'",
]


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_comes_back_as_it_was(link: Connection, text: str) -> None:
    store.save(
        link, Origin("j", 0, 0), events=frames.events(1, message=text, host=text)
    )
    (found,) = feed.read(link, EVENTS, 0, 10).rows
    assert (found["message"], found["host"], found["app"]) == (text, text, None)


@limits(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=40), max_size=8))
def test_no_text_breaks_a_batch(link: Connection, texts: list[str]) -> None:
    start = store.position(link, "h")
    before = feed.head(link)
    batch = frames.events(len(texts), message=texts)
    store.save(link, Origin("h", start, start + len(texts)), events=batch)
    rows = feed.read(link, EVENTS, before, 100).rows
    assert [row["message"] for row in rows] == [
        text if "\0" not in text else ascii(text)[1:-1] for text in texts
    ]


def test_counts_per_source_add_up(link: Connection) -> None:
    tally = pl.DataFrame(
        {
            "source": ["10.0.0.1", "10.0.0.2"],
            "sensor": [1, 1],
            "stored": [2, 0],
            "ignored": [0, 1],
            "seen": [frames.NOON] * 2,
        }
    )
    for first in (0, 3, 3):
        origin = Origin("j", first, first + 2)
        store.save(link, origin, events=frames.events(2), tallies=tally)
    rows = link.execute(
        "SELECT source, stored, ignored FROM source_totals ORDER BY source"
    ).fetchall()
    assert rows == [("10.0.0.1", 4, 0), ("10.0.0.2", 0, 2)]
