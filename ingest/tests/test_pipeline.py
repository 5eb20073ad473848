"""A batch as a whole: nothing is lost, nothing raises, everything can be stored."""

import json
from collections.abc import Iterator
from typing import LiteralString

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from events import database, schema, store
from events.database import Connection
from ingest.pipeline import prepare
from ingest.tests.parsing import NOW, ROUTES, event, journal, parsed
from sensors.routing import Route, Routes

PIECES = [
    b"<34>", b"<", b">", b"1 ", b"Jul 26 11:59:58 ", b"2026-07-26T11:59:58Z ", b"- ",
    b"box ", b"app[7]: ", b'[a b="c"]', b"\\", b'"', b"\x00", b"\x01", b"\xff", b"\xc3",
    b"\xed\xa0\x80", b"192.0.2.1", b":4711", b"2001:db8::1", b"::", b"src=", b"user=",
    b"PROTO=", b"%ASA-4-106023: ", b"\n", b"\t", b" ", b"9999999999999999999999",
    b"Feb 29 24:61:61 ", b"0000-00-00T99:99:99+99:99 ", "\u2028\U0001f600é".encode(),
]  # fmt: skip
LINE = st.one_of(
    st.binary(max_size=200), st.lists(st.sampled_from(PIECES)).map(b"".join)
)


def exact(row: dict[str, object]) -> bytes:
    """The line as it was received, from what is stored of it."""
    if row["raw"] is not None:
        assert isinstance(row["raw"], bytes)
        return row["raw"]
    return f"{row['head']}{row['message']}".encode()


@given(st.lists(LINE, max_size=30))
@example([b""])
@settings(max_examples=150, deadline=None)
def test_any_bytes_become_events_in_order_with_the_exact_line(
    lines: list[bytes],
) -> None:
    events = parsed(lines).events
    schema.check(events, schema.EVENT)
    assert [exact(row) for row in events.iter_rows(named=True)] == lines
    assert all(json.loads(data) for data in events["data"].drop_nulls())
    assert not any("\x00" in text for text in events["message"])


@pytest.fixture
def connection(empty_store: None) -> Iterator[Connection]:
    with database.connect() as connection:
        yield connection


def save(connection: Connection, events: pl.DataFrame) -> None:
    """Stores a batch; a value that had to be given up would leave a reason."""
    first = store.position(connection, "test")
    origin = store.Origin("test", first, first + len(events) - 1)
    store.save(connection, origin, events=events)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(lines=st.lists(LINE, min_size=1, max_size=40))
def test_everything_can_be_stored(connection: Connection, lines: list[bytes]) -> None:
    before = count(connection, "SELECT count(*) FROM events")
    save(connection, parsed(lines).events)
    assert count(connection, "SELECT count(*) FROM events") == before + len(lines)
    assert count(connection, REFUSED) == 0


REFUSED = "SELECT count(*) FROM events WHERE data ? 'refused'"


def count(connection: Connection, query: LiteralString) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def test_an_empty_batch_has_no_events_and_no_tallies() -> None:
    found = parsed([])
    assert (len(found.events), len(found.tallies)) == (0, 0)


def test_tallies_count_per_peer_and_sensor() -> None:
    lines = journal([b"a", b"b"], peer="192.0.2.1").vstack(journal([b"c"], peer=""))
    found = prepare(lines, ROUTES).tallies.sort("source")
    counts = found.select("source", "sensor", "stored", "ignored", "duplicate", "seen")
    assert counts.rows() == [("", 1, 1, 0, 0, NOW), ("192.0.2.1", 1, 2, 0, 0, NOW)]


def test_lines_of_a_sensor_that_is_off_are_only_counted() -> None:
    off = Route(2, False, "UTC", ())
    lines = journal([b"a", b"b"], port=6001).vstack(journal([b"c"]))
    found = prepare(lines, Routes(1, ROUTES.default, {6001: off}, ()))
    assert found.events["message"].to_list() == ["c"]
    tallies = found.tallies.sort("sensor").select("sensor", "stored", "ignored")
    assert tallies.rows() == [(1, 1, 0), (2, 0, 2)]


def test_the_port_chooses_the_sensor() -> None:
    other = Route(7, True, "UTC", ())
    found = parsed([b"a"], Routes(1, ROUTES.default, {6001: other}, ()), port=6001)
    assert found.events["sensor"].to_list() == [7]


def test_lines_of_several_formats_stay_in_order() -> None:
    lines = [
        b"plain",
        b"<13>Jul 26 11:59:58 box app: usual",
        b"<13>1 2026-07-26T11:59:58Z box app - - - new",
        b"<13>odd",
        b"<13>Jul 26 11:59:58 box app: usual again",
        b"\xff",
    ]
    messages = ["plain", "usual", "new", "odd", "usual again", "ÿ"]
    assert parsed(lines).events["message"].to_list() == messages


def test_a_cut_line_tells_its_length() -> None:
    assert json.loads(event("<13>app: long", cut=70_000)["data"]) == {"cut": 70_000}


def test_a_line_that_is_no_utf_8_is_read_as_windows_1252_and_kept() -> None:
    line = "<13>Jul 26 11:59:58 box app: Gr\u00f6\u00dfe 5 \u20ac \u00e9".encode(
        "cp1252"
    )
    found = event(line)
    assert (found["message"], found["head"], found["raw"]) == (
        "Größe 5 € é",
        None,
        line,
    )


def test_one_wrong_byte_does_not_spoil_the_rest() -> None:
    assert event("<13>é ".encode() + b"\xe9")["message"] == "é é"


def test_nul_is_shown_and_the_line_is_kept() -> None:
    found = event(b"<13>a\x00b")
    assert (found["message"], found["raw"]) == ("a\u2400b", b"<13>a\x00b")


def test_long_indexed_text_is_capped_and_the_rest_kept() -> None:
    name = "h" * 700
    found = event(f"<13>1 2026-07-26T11:59:58Z box app - - - user={name}")
    assert found["user"] == "h" * 512
    assert json.loads(found["data"]) == {"user_rest": "h" * 188}


def test_a_wide_character_is_never_split() -> None:
    found = event('<13>1 - box app - - - user="' + "é" * 400 + '"')
    rest = json.loads(found["data"])["user_rest"]
    assert found["user"] + rest == "é" * 400
    assert len(found["user"].encode()) <= 512


def test_numbers_that_are_too_large_are_no_numbers() -> None:
    found = event("<13>Jul 26 11:59:58 box app[9999999999999999999]: sport=70000")
    assert (found["pid"], found["sport"]) == (None, None)
