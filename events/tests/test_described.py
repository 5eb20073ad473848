"""An event as facts, each with the query that finds its like."""

from typing import Any

import pytest

from events import described
from events.described import Detail
from events.query import parse

EVENT: dict[str, Any] = {
    "id": 7,
    "time": "2026-11-24T02:11:47.689000Z",
    "received": "2026-11-24T02:11:48.000000Z",
    "sensor": "S-0.home",
    "type": 5,
    "type_name": "log",
    "rank": 0,
    "src": "2001:db8::1",
    "sport": 1234,
    "dst": None,
    "inbound": False,
    "app": "my app",
    "severity": 3,
    "facility": 16,
    "cleared": False,
    "verdict": "",
}


def queries() -> dict[str, str]:
    return {fact.name: fact.query for fact in described.facts(EVENT)}


def test_every_value_has_the_query_that_finds_its_like() -> None:
    assert queries() == {
        "time": "",
        "received": "",
        "sensor": "sensor:S-0.home",
        "type": "type:log",
        "rank": "rank:0",
        "src": "src:2001:db8::1",
        "sport": "sport:1234",
        "inbound": "direction:outbound",
        "app": 'app:"my app"',
        "severity": "severity:err",
        "facility": "facility:local0",
    }


def test_every_query_can_be_parsed() -> None:
    for query in queries().values():
        parse(query)


def test_every_fact_says_what_it_means() -> None:
    assert all(fact.about for fact in described.facts(EVENT))


def test_a_direction_that_is_not_known_is_not_told() -> None:
    unknown = EVENT | {"inbound": None}
    assert "inbound" not in {fact.name for fact in described.facts(unknown)}


def test_numbers_of_tables_stay_beside_their_names() -> None:
    shown = {fact.name: fact.value for fact in described.facts(EVENT)}
    assert shown["severity"] == "err (3)"
    assert shown["type"] == "log (5)"


DATA = [
    ({"a": {"b": [1, "x"]}, "c": None}, [("a.b", '[1, "x"]'), ("c", "null")]),
    ({"text": "as it is"}, [("text", "as it is")]),
    ([1], [("data", "[1]")]),
    ({}, []),
]


@pytest.mark.parametrize(("data", "pairs"), DATA)
def test_data_is_shown_as_pairs(data: object, pairs: list[tuple[str, str]]) -> None:
    assert [(one.key, one.value) for one in described.details(data)] == pairs


def test_endless_data_is_cut_and_says_so() -> None:
    pairs = described.details({str(number): number for number in range(1000)})
    assert len(pairs) == described.MOST_DETAILS + 1
    assert pairs[-1] == Detail("…", "only the first 400 are shown")
