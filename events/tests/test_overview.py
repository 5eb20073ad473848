"""Histogram and facets: what the counts say, what a reading says and what is there."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from conftest import clear_store
from events import counts, retention, state, store
from events.database import Connection
from events.overview import reading, run
from events.overview.asked import Asked, Overview
from events.overview.fields import BANDS, FACETS, names
from events.overview.kept import band
from events.overview.steps import steps
from events.query import parse
from events.segments import Keep
from events.stopping import Stop, Stopped
from events.store import Origin
from events.tables import EVENTS, FLOWS, Table
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
    clear_store()
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


def test_a_rank_that_was_changed_later_counts_as_it_is_now(link: Connection) -> None:
    row = {"sensor": 1, "type": 1, "cls": None, "micros": 0}
    stored(link, [row | {"minutes": minute, "rank": 0} for minute in range(4)])
    state.set_rank(link, [1, 2], 70, "ada")
    state.set_cleared(link, [3], True, "ada")
    for query in ("", "rank>=-100"):
        line = last(asked(query, by="rank", fields=("rank",), exact=True))
        (rank,) = line["facets"].values()
        assert {each["value"]: each["count"] for each in rank["values"]} == {
            0: 2,
            70: 2,
        }
        bands = {s["label"]: sum(s["counts"]) for s in line["histogram"]["series"]}
        assert bands == {"0": 2, "50–100": 2}
    assert last(asked("rank:70"))["total"] == 2


def test_a_sample_is_scaled_and_says_its_share(
    link: Connection, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEGMENT_ROWS = 4_000
    monkeypatch.setattr(run, "LITTLE", 1_000)
    monkeypatch.setattr(run, "SAMPLED", 3_000)
    columns = {
        "host": [f"h{n % 3}" for n in range(12_000)],
        "type": [1 if n % 10 == 0 else 5 for n in range(12_000)],
    }
    store.save(link, Origin("j", 0, 11_999), events=frames.events(12_000, **columns))
    wanted = asked("rank:0", fields=("host",), exact=True)
    first, *_, end = run.lines(wanted)
    assert (first["stage"], first["sampled"], first["estimated"]) == (
        "sample",
        0.25,
        True,
    )
    assert not first["done"]
    assert first["total"] == pytest.approx(12_000, rel=0.3)
    for each in first["facets"]["host"]["values"]:
        assert each["count"] == pytest.approx(4_000, rel=0.3)
    assert (end["stage"], end["sampled"], end["done"]) == ("exact", None, True)
    assert (end["total"], end["estimated"]) == (12_000, False)
    (only,) = run.lines(replace(wanted, exact=False))
    assert only == first | {"done": True, "progress": 1.0}


def test_an_hour_that_the_range_cuts_is_taken_by_its_share_first(
    link: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "LITTLE", 3)
    rows = [
        {"sensor": 1, "type": 5, "rank": 0, "cls": None, "host": "fw"}
        | {"minutes": minute, "micros": 0}
        for minute in range(120)
    ]
    stored(link, rows)
    start = NOON + timedelta(minutes=30)
    wanted = asked(start=start, buckets=400, fields=("host",), exact=True)
    first, *_, end = run.lines(wanted)
    assert (first["stage"], first["sampled"], first["estimated"]) == (
        "counted",
        None,
        True,
    )
    assert first["total"] == pytest.approx(90, abs=3)
    assert (end["total"], end["estimated"]) == (90, False)
    assert end["facets"]["host"]["values"][0]["count"] == 90


def test_segments_from_before_the_counts_are_read(link: Connection) -> None:
    row = {"sensor": 1, "type": 1, "rank": 0, "cls": None, "micros": 0}
    stored(link, [row | {"minutes": minute} for minute in range(30)])
    link.execute("DELETE FROM counts WHERE segment = 'events_1'")
    link.execute("UPDATE segments SET counted = false WHERE name = 'events_1'")
    assert last(asked())["total"] == 30


def test_what_retention_drops_meanwhile_is_not_counted(
    link: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "LITTLE", 3)
    row = {"sensor": 1, "type": 1, "rank": 0, "cls": None, "micros": 0}
    stored(link, [row | {"minutes": minute} for minute in range(30)])
    for query in ("", "rank:0"):
        answer = run.lines(asked(query, start=NOON + timedelta(minutes=5), exact=True))
        assert next(answer)["done"] is False
        keep = Keep(60, 1 << 40, 12)
        dropped = retention.drop_due(link, EVENTS, keep, NOON + timedelta(days=9))
        assert dropped == ([] if query else ["events_1", "events_13"])
        *_, end = answer
        assert (end["total"], end["done"]) == (6, True)


def test_text_in_two_cases_is_one_value(link: Connection) -> None:
    row = {"sensor": 1, "type": 1, "rank": 0, "cls": None, "micros": 0, "minutes": 0}
    stored(link, [row | {"app": app} for app in ("SSHD", "sshd", "sshd", None)])
    app = last(asked(fields=("app",)))["facets"]["app"]
    assert (app["values"][0]["value"], app["values"][0]["count"]) == ("sshd", 3)
    assert (app["others"], app["missing"]) == (0, 1)
    assert last(asked(app["values"][0]["query"]))["total"] == 3


def test_only_some_values_are_shown_and_the_others_counted(link: Connection) -> None:
    row = {"sensor": 1, "type": 1, "rank": 0, "cls": None, "micros": 0, "minutes": 0}
    stored(link, [row | {"host": f"h{n // 2}"} for n in range(10)])
    host = last(asked(fields=("host",), values=2))["facets"]["host"]
    assert [each["value"] for each in host["values"]] == ["h0", "h1"]
    assert host["others"] == 6


def test_what_has_no_class_is_a_series_of_its_own(link: Connection) -> None:
    row = {"sensor": 1, "type": 1, "rank": 0, "micros": 0, "minutes": 0}
    stored(link, [row | {"cls": cls} for cls in (7, None)])
    series = last(asked(by="class"))["histogram"]["series"]
    assert [(each["value"], each["label"]) for each in series] == [
        (7, "7"),
        (None, "none"),
    ]
    for each in series:
        assert last(asked(each["query"]))["total"] == 1


def test_time_that_is_up_is_said(link: Connection) -> None:
    row = {"sensor": 1, "type": 1, "rank": 0, "cls": None, "micros": 0, "minutes": 0}
    stored(link, [row] * 3)
    line = list(run.lines(asked("rank:0"), seconds=0))[-1]
    assert (line["done"], line["total"]) == (False, 0)
    assert line["reason"].startswith("The time was up")


def test_who_is_stopped_gets_nothing_more(link: Connection) -> None:
    stop = Stop()
    stop.now()
    with pytest.raises(Stopped):
        list(run.lines(asked(), stop))


def test_flows_have_their_own_figures(link: Connection) -> None:
    frame = frames.flows(3, src="10.0.0.1", proto=["tcp", "tcp", "udp"])
    store.save(link, Origin("j", 0, 2), flows=frame)
    for query in ("", "src:10.0.0.0/8"):
        line = last(asked(query, table=FLOWS))
        assert line["total"] == 3
        assert [v["value"] for v in line["facets"]["type"]["values"]] == [4]
        proto = line["facets"]["proto"]["values"]
        assert [(v["value"], v["count"]) for v in proto] == [("tcp", 2), ("udp", 1)]


@given(
    st.sampled_from(EVERY),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1),
    st.integers(0, 7),
)
def test_every_value_has_a_term_that_the_language_reads(
    name: str, text: str, code: int
) -> None:
    facet = FACETS[name]
    value = {
        "src": "2001:db8::1",
        "dst": "10.0.0.1",
        "sensor": "1",
        "domain": text,
    }.get(name, text if facet.folds else str(code + 1 if name == "type" else code))
    shown = facet.show(value, {1: (text.replace(".", "") or "a", "b")})
    assert shown.query, shown
    tree = parse(shown.query)
    assert tree != parse("")


@pytest.mark.parametrize("value", BANDS)
def test_every_band_of_ranks_has_its_term(value: int) -> None:
    tree = parse(f"type:ids {BANDS[value][1]}")
    assert str(tree).count("rank") in (1, 2)


@pytest.mark.parametrize(
    ("seconds", "buckets", "step"),
    [
        (1, 120, 1),
        (900, 120, 10),
        (3_600, 121, 30),
        (86_400, 120, 900),
        (86_400, 400, 300),
        (7 * 86_400, 120, 7_200),
        (365 * 86_400, 120, 7 * 86_400),
        (9_000 * 365 * 86_400, 400, 36_500 * 86_400),
    ],
)
def test_steps_are_nice_and_aligned(seconds: int, buckets: int, step: int) -> None:
    start = datetime(2, 3, 4, 5, 0, 7, tzinfo=UTC)
    found = steps(start, start + timedelta(seconds=seconds), buckets)
    assert found.step == step
    assert found.start % step == 0
    assert found.start <= start.timestamp()
    end = found.start + found.step * found.count
    assert end >= (start + timedelta(seconds=seconds)).timestamp()
    assert found.count <= buckets
