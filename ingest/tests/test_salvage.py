"""A line that breaks the pipeline costs nobody else anything."""

import json
from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from events import schema
from ingest import pipeline, salvage
from ingest.lines import Gathered
from sensors.routing import Route, Routes

ROUTES = Routes(1, Route(1, True, "UTC", ()), {}, ())
RETENTION = timedelta(days=90)


def lines(*contents: bytes) -> pl.DataFrame:
    batch = Gathered()
    batch.add(1_790_000_000_000_000, "10.0.0.1", "udp", 514, list(contents))
    return batch.frame()


@pytest.fixture
def fragile(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipeline that cannot read one word."""
    real = pipeline.prepare

    def prepare(frame: pl.DataFrame, *rest: Any, **named: Any) -> pipeline.Prepared:
        if any(b"poison" in line for line in frame["line"]):
            raise ZeroDivisionError("nobody thought of it")
        return real(frame, *rest, **named)

    monkeypatch.setattr(pipeline, "prepare", prepare)


def test_others_are_read_as_ever(fragile: None) -> None:
    sent = [b"<13>one", b"<13>two", b"<13>poison \xff\0", b"<13>three", b"<13>four"]
    found = salvage.prepare(lines(*sent), ROUTES, RETENTION)
    events = schema.check(found.events, schema.EVENT)
    assert events["message"].to_list() == [
        "one",
        "two",
        "<13>poison \ufffd\u2400",
        "three",
        "four",
    ]
    assert events["raw"][2] == sent[2]
    assert "nobody thought of it" in json.loads(events["data"][2])["unread"]


def test_counts_stay_one_row_a_source(fragile: None) -> None:
    found = salvage.prepare(lines(*[b"<13>poison"] * 5, b"a"), ROUTES, RETENTION)
    assert found.tallies.select("source", "stored", "ignored").rows() == [
        ("10.0.0.1", 6, 0)
    ]
    assert found.tallies.schema == pipeline.prepare(lines(b"a"), ROUTES).tallies.schema


def test_a_sensor_that_is_off_stores_none_of_it(fragile: None) -> None:
    off = Routes(1, Route(1, False, "UTC", ()), {}, ())
    found = salvage.prepare(lines(b"poison", b"a"), off, RETENTION)
    assert found.events.height == 0
    assert found.tallies["ignored"].to_list() == [2]
