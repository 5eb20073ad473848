"""Grouping: what a reading says and what is there."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, example, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from conftest import clear_store
from events import rows, state, store
from events.database import Connection
from events.history import CONDENSED, GROUPABLE
from events.overview import groups, keys, reading
from events.overview.asked import Asked
from events.overview.groups import ORDERS, Grouping
from events.query import parse
from events.store import Origin
from events.tables import EVENTS, FLOWS, TABLES, Table
from events.tests import frames
from events.walk import Span

NOON = frames.NOON
SENSORS = {1: ("a", "red"), 2: ("b", "red"), 3: ("c", "blue")}


@pytest.fixture(autouse=True)
def small_segments(settings: LazySettings) -> Iterator[None]:
    settings.SEGMENT_ROWS = 12
    yield
    if reading.pool.cache_info().currsize:
        reading.pool().close()
        reading.pool.cache_clear()


def save(link: Connection, count: int, **columns: Any) -> None:
    first = store.position(link, "j")
    frame = frames.events(count, **columns)
    store.save(link, Origin("j", first, first + count - 1), events=frame)


def grouped(query: str = "", table: Table = EVENTS, **more: Any) -> dict[str, Any]:
    span = Span(NOON - timedelta(days=1), NOON + timedelta(days=1))
    question = Asked(parse(query), SENSORS, span, table)
    return list(groups.lines(Grouping(question, **more)))[-1]


ROWS = st.lists(
    st.tuples(
        st.integers(0, 60),
        st.sampled_from([1, 2, 3]),
        st.sampled_from([None, "10.0.0.1", "10.0.0.2"]),
        st.sampled_from(["one", "two"]),
        st.sampled_from([-3, 0, 80]),
    ),
    min_size=1,
    max_size=30,
)


@given(ROWS, st.sampled_from(sorted(ORDERS)), st.integers(1, 20))
@limits(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_groups_are_those_of_brute_force(
    link: Connection, there: list[Any], order: str, limit: int
) -> None:
    clear_store()
    names = ("time", "sensor", "src", "message", "rank")
    columns = {name: list(values) for name, values in zip(names, zip(*there))}  # noqa: B905
    columns["time"] = [NOON + timedelta(minutes=m) for m in columns["time"]]
    save(link, len(there), **columns)
    expected = defaultdict(list)
    for minute, sensor, src, message, rank in there:
        key = SENSORS[sensor][1], src, message
        expected[key].append((NOON + timedelta(minutes=minute), rank))
    found = grouped(by=("domain", "src", "message"), order=order, limit=limit)
    assert (found["total"], found["distinct"]) == (len(there), len(expected))
    assert (found["cut"], found["done"]) == (False, True)
    assert len(found["groups"]) == min(limit, len(expected))
    field, descending = order.lstrip("-"), order.startswith("-")
    shown = [group[field] for group in found["groups"]]
    assert shown == sorted(shown, reverse=descending)
    for group in found["groups"]:
        its = expected[tuple(group["key"].values())]
        assert group["count"] == len(its)
        assert group["first"] == rows.moment(min(time for time, _ in its))
        assert group["last"] == rows.moment(max(time for time, _ in its))
        assert group["rank"] == max(rank for _, rank in its)


def test_log_lines_condense_to_events(link: Connection) -> None:
    save(
        link,
        6,
        message=[
            "Failed password for root from 10.0.0.1 port 4711",
            "Failed password for Root from 2001:db8::1 port 22",
            "Failed password for root from # port #",
            "id 0xdead10 closed",
            "ET SCAN of Win32@home",
            "no digit, from=<Anna@b.example>",
        ],
        signature=[None, None, None, None, "1:2009375:3", None],
    )
    found = grouped(by=("event",))
    assert {group["key"]["event"]: group["count"] for group in found["groups"]} == {
        "Failed password for root from # port #": 3,
        "id # closed": 1,
        "ET SCAN of Win32@home": 1,
        "no digit, from=<#>": 1,
    }
    for group in found["groups"]:
        assert grouped(group["query"])["total"] == group["count"]
        assert group["sample"]


# What differs by case, by what varies, at the ends, beyond what tells, and in signs
# that regular expressions and queries read as their own.
PIECES = st.sampled_from(
    [
        *"aAkK\u212aiİσΣςßſ",
        *" .:-_#@=/\\\"'()[]{}*+?^$|%,;~\n\t",
        "7",
        "42",
        "x9",
        "é",
        "😀",
    ]
    + ["word", "10.0.0.1", "2001:db8::1", "0xff", "long-" * 20, "1 " * 9]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=14).map("".join)
TWISTED = st.lists(
    st.one_of(TEXTS, st.tuples(TEXTS, st.sampled_from([str.upper, str.lower])).map(
        lambda pair: pair[1](pair[0])
    )),
    min_size=1,
    max_size=12,
)  # fmt: skip


@example(["x" * 120 + end for end in ("", " y", "7", "@")], ["a"], None)
@example([f"{n * 'a1 '}{end}" for n in (7, 9) for end in "xy7"], ["b", "B"], None)
@given(TWISTED, TWISTED, st.sampled_from([None, "1:1", "1:2"]))
@limits(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_groups_query_finds_its_rows_and_no_others(
    link: Connection, messages: list[str], names: list[str], rule: str | None
) -> None:
    clear_store()
    count = len(messages)
    save(
        link,
        2 * count,
        message=messages + [text.swapcase() for text in messages],
        user=[names[number % len(names)] for number in range(2 * count)],
        signature=[rule, None] * count,
        data=[json.dumps({"k": names[n % len(names)]}) for n in range(2 * count)],
    )
    for by in ("event",), ("message",), ("user", "data.k"), ("event", "user"):
        found = grouped(by=by)
        assert sum(group["count"] for group in found["groups"]) == 2 * count
        for group in found["groups"]:
            if group["query"]:
                assert grouped(group["query"])["total"] == group["count"], group


def test_a_group_stands_under_its_newest_spelling(link: Connection) -> None:
    times = [NOON + timedelta(minutes=minute) for minute in range(6)]
    names = ["Zed", "Zed", "Zed", "zed", "zed", "ZED"]
    save(link, 6, user=names, time=times)
    (group,) = grouped(by=("user",))["groups"]
    assert (group["key"]["user"], group["count"]) == ("ZED", 6)


def test_only_what_no_term_can_ask_for_has_no_query(link: Connection) -> None:
    data = ['{"k": "a"}', '{"k": 7}', '{"k": ["a"]}', '{"k": null}', "{}", '{"k": "A"}']
    save(link, 6, data=data, time=[NOON + timedelta(minutes=n) for n in range(6)])
    found = grouped(by=("data.k",))["groups"]
    assert {(one["key"]["data.k"], one["count"], one["query"]) for one in found} == {
        ("A", 2, "data.k:A"),
        ("7", 1, "data.k:7"),
        ('["a"]', 1, ""),
        (None, 2, "NOT data.k:*"),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["data.sd.ex@1.key", 'data.sd."ex@1".key'])
def test_a_key_within_a_key_is_asked_for_as_it_was_named(
    link: Connection, name: str
) -> None:
    save(link, 2, data=json.dumps({"sd": {"ex@1": {"key": "=cmd()"}}}))
    (group,) = grouped(by=(name,))["groups"]
    assert group["query"] == f"{name}:=cmd()" or group["query"] == f'{name}:"=cmd()"'
    assert grouped(group["query"])["total"] == group["count"] == 2


def test_every_column_of_the_page_can_be_grouped_by() -> None:
    for name, columns in GROUPABLE.items():
        assert set(columns) <= set(keys.names(TABLES[name])), name
        assert set(CONDENSED[name].split(",")) <= set(columns)


def test_the_query_of_a_group_finds_it(link: Connection) -> None:
    save(
        link,
        3,
        src=["10.0.0.1", "10.0.0.1", None],
        host=['a"b', "c d", None],
        type=[1, 5, 5],
        rank=[0, 90, 0],
    )
    found = grouped(by=("src", "host", "type", "rank"))
    assert len(found["groups"]) == 3
    for group in found["groups"]:
        assert grouped(group["query"])["total"] == 1


def test_a_rank_that_was_changed_is_the_highest(link: Connection) -> None:
    save(link, 2, src="10.0.0.1")
    state.set_rank(link, [2], 99, "ada")
    (group,) = grouped(by=("src",))["groups"]
    assert group["rank"] == 99


def test_too_many_groups_are_cut_and_the_total_stays(
    link: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "MOST_OF_PIECE", 3)
    save(link, 12, message=["often"] * 4 + [f"m{n}" for n in range(8)])
    found = grouped(by=("message",))
    assert (found["total"], found["distinct"], found["cut"]) == (12, 3, True)
    assert (found["groups"][0]["key"]["message"], found["groups"][0]["count"]) == (
        "often",
        4,
    )


def test_flows_are_grouped_as_well(link: Connection) -> None:
    frame = frames.flows(3, src="10.0.0.1", state=["a", "a", None])
    store.save(link, Origin("j", 0, 2), flows=frame)
    found = grouped(table=FLOWS, by=("src", "state"))
    assert [(g["key"]["state"], g["count"]) for g in found["groups"]] == [
        ("a", 2),
        (None, 1),
    ]
    assert datetime.fromisoformat(found["groups"][0]["first"]) == NOON
