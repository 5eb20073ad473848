"""`manage.py reparse`: today's parsers over stored lines, in place."""

import datetime as dt
import io

import polars as pl
import pytest
from django.core.management import call_command

from events import counting, rewriting, schema, state, store
from events.database import Connection
from events.store import Origin
from events.tables import EVENTS
from ingest import pipeline
from ingest.lines import LINES
from ingest.management.commands import reparse as command
from sensors import routing
from sensors.models import Sensor

NOON = dt.datetime(2026, 7, 26, 12, tzinfo=dt.UTC)
SSH = "sshd[7]: Failed password for root from 192.0.2.9 port 4711 ssh2"
TEXTS = [f"<38>Jul 26 11:59:{n:02} gate {SSH}".encode() for n in range(30)] + [
    b"\xff \x00 odd",
    b"<13>plain text",
]


def saved(connection: Connection, texts: list[bytes], *, spoiled: bool) -> None:
    """Stored as by an older parser that knew no facts, and no time."""
    frame = pl.DataFrame({"line": texts}).with_columns(
        received=NOON, peer=pl.lit("198.51.100.1"), transport=pl.lit("udp"),
        port=0, cut=0, claim=pl.lit(""),
    )  # fmt: skip
    made = pipeline.prepare(
        frame.select(list(LINES)).cast(LINES),  # type: ignore[arg-type]
        routing.load(),
    )
    events = made.events
    if spoiled:
        none = [pl.lit(None).cast(events.schema[name]).alias(name) for name in OLD]
        events = events.with_columns(*none, time="received")
    store.save(connection, Origin("one", 0, len(texts) - 1), events=events)


OLD = ["src", "sport", "user", "host", "data"]


def rows(connection: Connection) -> list[tuple[object, ...]]:
    query = (
        "SELECT id, received, raw, coalesce(head, '') || message, source, sensor"
        " FROM events ORDER BY id"
    )
    return connection.execute(query).fetchall()


def reparse(*options: str) -> str:
    out = io.StringIO()
    call_command("reparse", *options, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_facts_come_and_all_else_stays(link: Connection) -> None:
    saved(link, TEXTS, spoiled=True)
    state.set_rank(link, [1], 60, "admin")
    before = rows(link)
    dry = reparse("--dry-run")
    assert "32 lines read, 31 would change, 0 kept" in dry
    assert "src                  30" in dry
    assert link.execute("SELECT count(src) FROM events").fetchone() == (0,)
    assert "31 changed" in reparse()
    assert rows(link) == before
    query = 'SELECT host(src), sport, "user", host FROM events WHERE id = 1'
    found = link.execute(query).fetchone()
    assert found == ("192.0.2.9", 4711, "root", "gate")
    assert "0 changed" in reparse()
    ranks = link.execute("SELECT event, rank FROM event_state").fetchall()
    assert ranks == [(1, 60)]


def test_a_time_that_moves_is_found_in_its_new_hour(
    link: Connection,
) -> None:
    saved(link, TEXTS, spoiled=True)
    reparse()
    query = (
        "SELECT hours @> '2026-07-26 11:59:10Z'::timestamptz, counted, oldest"
        " FROM segments WHERE first_id = 1"
    )
    moved = NOON - dt.timedelta(minutes=1)
    assert link.execute(query).fetchone() == (True, False, moved)


def test_what_is_only_written_otherwise_is_no_change(link: Connection) -> None:
    texts = [b'<13>gate x: {"src_ip": "::ffff:0", "b": 1.50, "a": [{"z": null}]}']
    saved(link, texts, spoiled=False)
    assert "1 lines read, 0 changed" in reparse()


def test_only_what_is_asked_for_is_read(link: Connection) -> None:
    saved(link, TEXTS, spoiled=True)
    assert "1 lines read" in reparse("--query", '"plain text"', "--dry-run")
    assert "2 lines read" in reparse("--after", "30", "--dry-run")
    assert "0 lines read" in reparse("--end", "2026-07-26T11:00:00Z")
    sensor = Sensor.objects.get()
    assert "32 lines read" in reparse(
        "--sensor", f"{sensor.name}.{sensor.domain.name}", "--dry-run"
    )


def test_what_the_product_said_itself_is_not_read(link: Connection) -> None:
    said = pl.DataFrame({"message": ["gate is silent from 192.0.2.1"]})
    made = schema.conform(
        said.with_columns(
            raw=pl.col("message").cast(pl.Binary), time=NOON, received=NOON,
            type=5, rank=20, sensor=Sensor.objects.get().pk,
        ),
        schema.EVENT,
    )  # fmt: skip
    store.save(link, Origin("silence", 0, 0), events=made)
    assert "0 lines read" in reparse()


def test_ranges_are_bounded_by_bytes(
    link: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewriting, "BYTES", 200)
    saved(link, TEXTS, spoiled=True)
    assert "32 lines read, 31 changed" in reparse()
    assert not counting.waiting(link, EVENTS)


def test_what_retention_drops_meanwhile_is_no_matter(
    link: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewriting, "IDS", 20)
    monkeypatch.setattr(command, "CLEANED", 1)
    saved(link, TEXTS, spoiled=True)
    clean = rewriting.clean

    def dropped(connection: Connection, segment: str) -> None:
        clean(connection, segment)
        link.execute(f"DROP TABLE {segment}")

    monkeypatch.setattr(rewriting, "clean", dropped)
    assert "20 lines read, 20 changed" in reparse()
