"""Histogram and facets: what the counts say, what a reading says and what is there."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from events import counts, store
from events.database import Connection
from events.overview import reading, run
from events.overview.asked import Asked, Overview
from events.overview.fields import FACETS, names
from events.overview.kept import band
from events.overview.steps import steps
from events.query import parse
from events.store import Origin
from events.tables import EVENTS, Table
from events.tests import frames
from events.walk import Span

NOON = frames.NOON
SENSORS = {1: ("a", "red"), 2: ("b", "red"), 3: ("c", "blue")}
EVERY = tuple(names(EVENTS))


@pytest.fixture(autouse=True)
def small_segments(settings: LazySettings) -> Iterator[None]:
    settings.SEGMENT_ROWS = 12
    yield
    if reading.pool.cache_info().currsize:
        reading.pool().close()
        reading.pool.cache_clear()


def asked(
    query: str = "",
    start: datetime = NOON - timedelta(days=2),
    end: datetime = NOON + timedelta(days=2),
    sensors: Any = SENSORS,
    table: Table = EVENTS,
    buckets: int = 100,
    **more: Any,
) -> Overview:
    question = Asked(parse(query), sensors, Span(start, end), table)
    fields = more.pop("fields", names(table))
    return Overview(question, steps(start, end, buckets), fields=tuple(fields), **more)


def last(wanted: Overview) -> dict[str, Any]:
    return list(run.lines(wanted))[-1]


# -- brute force


def brute(rows: list[dict[str, Any]], wanted: Overview) -> dict[str, Any]:
    """The bars and the counts of every facet, in the plainest way."""
    span = wanted.asked.span
    mine = [
        row
        for row in rows
        if span.start <= row["time"] < span.end and row["sensor"] in wanted.asked.scope
    ]
    step, bars = wanted.steps.step, Counter[Any]()
    for row in mine:
        bucket = int(row["time"].timestamp() // step * step)
        bars[bucket, series_of(row, wanted.by)] += 1
    facets = {
        name: Counter(value_of(row, name) for row in mine) for name in wanted.fields
    }
    return {"bars": dict(bars), "facets": facets}


def series_of(row: dict[str, Any], by: str) -> Any:
    named = ".".join(SENSORS[row["sensor"]])
    return {
        "type": row["type"],
        "rank": band(row["rank"]),
        "sensor": named,
        "class": row["cls"],
    }[by]


def value_of(row: dict[str, Any], name: str) -> Any:
    if name in ("sensor", "domain"):
        names = SENSORS[row["sensor"]]
        return names[1] if name == "domain" else ".".join(names)
    return row[FACETS[name].column]


def shown(line: dict[str, Any]) -> dict[str, Any]:
    """The same of an answer."""
    histogram = line["histogram"]
    start = int(datetime.fromisoformat(histogram["start"]).timestamp())
    bars = {
        (start + number * histogram["step"], series["value"]): count
        for series in histogram["series"]
        for number, count in enumerate(series["counts"])
        if count
    }
    facets = {
        name: Counter({value["value"]: value["count"] for value in facet["values"]})
        + Counter({None: facet["missing"]})
        for name, facet in line["facets"].items()
    }
    return {"bars": bars, "facets": facets}


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "minutes": st.integers(-200, 200),
            "micros": st.sampled_from([0, 1, 999_999, 59_999_999]),
            "sensor": st.sampled_from([1, 2, 3]),
            "type": st.sampled_from([1, 5, 12]),
            "rank": st.sampled_from([-5, 0, 1, 49, 50, 100]),
            "cls": st.sampled_from([None, 1, 2]),
            "severity": st.sampled_from([None, 0, 6]),
            "dport": st.sampled_from([None, 22, 443]),
            "src": st.sampled_from([None, "10.0.0.1", "10.0.0.2", "2001:db8::1"]),
            "host": st.sampled_from([None, "fw", "web"]),
            "app": st.sampled_from([None, "sshd", 'a"b\\c', "x y"]),
            "user": st.sampled_from([None, "bob", "*", "NOT"]),
        }
    ),
    min_size=1,
    max_size=30,
)


def stored(link: Connection, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Saves the rows in batches of five, as they come: late ones among them."""
    made = [
        {
            name: value
            for name, value in row.items()
            if name not in ("minutes", "micros")
        }
        | {"time": NOON + timedelta(minutes=row["minutes"], microseconds=row["micros"])}
        for row in rows
    ]
    first = store.position(link, "j")
    for begin in range(0, len(made), 5):
        few = made[begin : begin + 5]
        columns = {name: [row[name] for row in few] for name in few[0]}
        low = first + begin
        origin = Origin("j", low, low + len(few) - 1)
        store.save(link, origin, events=frames.events(len(few), **columns))
    empty = {name: None for name in EVENTS.schema}
    return [empty | row for row in made]


def clear(link: Connection) -> None:
    from conftest import clear_store

    clear_store()


@given(
    ROWS,
    st.integers(-210, 210),
    st.integers(1, 400),
    st.sampled_from(["type", "rank", "sensor", "class"]),
    st.sampled_from([5, 60, 400]),
    st.sets(st.sampled_from([1, 2, 3]), min_size=1),
    st.booleans(),
)
@limits(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_counted_read_and_brute_force_agree(
    link: Connection,
    rows: list[dict[str, Any]],
    start: int,
    length: int,
    by: str,
    buckets: int,
    scope: set[int],
    merged: bool,
) -> None:
    clear(link)
    there = stored(link, rows)
    if merged:
        for (name,) in link.execute("SELECT DISTINCT segment FROM counts").fetchall():
            counts.merge(link, name)
    low = NOON + timedelta(minutes=start)
    wanted = asked(
        start=low,
        end=low + timedelta(minutes=length, microseconds=1),
        sensors={number: SENSORS[number] for number in scope},
        buckets=buckets,
        by=by,
        exact=True,
    )
    expected = brute(there, wanted)
    assert shown(last(wanted)) == expected
    everything = replace(wanted.asked, query=parse("rank>=-100"))
    assert shown(last(replace(wanted, asked=everything))) == expected
