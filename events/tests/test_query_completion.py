"""What may come next in a query: at every place of it, whatever stands there."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.query import QueryError, parse
from events.query.completion import Completion, complete
from events.query.fields import LATER, Field
from events.tables import EVENTS, FLOWS, Table
from events.tests.queries import QUERIES


class Known:
    """A source with a few values, whatever is asked."""

    def values(self, field: Field, like: str) -> Iterable[tuple[str, str]]:
        return [("web1", "9 ×"), ("my web", "2 ×"), ("db", "1 ×"), ("a,b", "")]

    def keys(self, like: str) -> Iterable[str]:
        return [key for key in ("url", "my key", "sd.x") if like in key]


def at_bar(text: str, table: Table = EVENTS) -> tuple[Completion, str]:
    """The completion at the `|` of the text, and the text without it."""
    at = text.index("|")
    whole = text.replace("|", "")
    return complete(whole, at, Known(), table), whole


def offered(text: str, table: Table = EVENTS) -> list[str]:
    return [one.text for one in at_bar(text, table)[0].suggestions]


FIRST = {
    # the place: what is offered first
    "sr|": ["src:"],
    "SR|": ["src:"],
    "a -sr|": ["src:"],
    "(sr|": ["src:"],
    "dest|": ["dst:", "dport:"],
    "sourc|": ["source:", "src:", "sport:"],
    "type:|": ["ids", "service", "host"],
    "type:lo|": ["log", "flow"],
    "type:(ids, lo|": ["log"],
    "severity:<=e|": ["emerg", "err", "alert"],
    "direction:|": ["inbound", "outbound"],
    "host:|": ["web1", '"my web"', "db", '"a,b"', "*"],
    "host:w|": ["web1", '"my web"'],
    'host:"my|': ['"my web"'],
    "host:(web1, d|": ["db"],
    "-host:d| x": ["db"],
    "source.ip:d|": ["db"],
    "time:|": ["-15m", "-1h"],
    "time:to|": ["today"],
    "duration:|": [">", "<", "*"],
    "dport:|": [">", "<", ">="],
    "message:|": ["*"],
    "data.|": ["data.url:", 'data."my key":', "data.sd.x:"],
    "data.u|": ["data.url:"],
    "data.url:w|": ["web1"],
    "a |": ["type:"],
    "a O|": ["OR "],
    "host:a AN|": ["AND "],
    "NO|": ["NOT "],
    "zz:|": [],
    '"a sr|': [],
    "link|": [],
    "flow.b|": [],
}


@pytest.mark.parametrize("text", FIRST)
def test_what_is_offered(text: str) -> None:
    found = offered(text)
    assert found[: len(FIRST[text])] == FIRST[text]
    if not FIRST[text]:
        assert found == []


REPLACED = {
    "a sr|c b": "a src: b",
    "-sr|": "-src:",
    "host:we|b2 x": "host:web1 x",
    'host:"my w|" x': 'host:"my web" x',
    "host:(x, w|)": "host:(x, web1)",
    "x|": None,
    "rank>|": None,
}


@pytest.mark.parametrize("text", REPLACED)
def test_a_suggestion_replaces_what_it_completes(text: str) -> None:
    wanted = REPLACED[text]
    found, whole = at_bar(text)
    if wanted is None:
        assert found.end <= len(whole)
        return
    first = found.suggestions[0].text
    assert whole[: found.start] + first + whole[found.end :] == wanted


def test_operators_are_offered_between_terms_only() -> None:
    assert "OR " in offered("host:a |")
    assert "OR " not in offered("|")
    assert "OR " not in offered("host:a OR (|")


def test_what_a_table_has_no_data_for_is_not_offered() -> None:
    events, flows = offered("|"), offered("|", FLOWS)
    assert {"host:", "message:"} <= set(events) - set(flows)
    assert {"bytes:", "duration:", "start:"} <= set(flows) - set(events)
    assert not {f"{name}:" for name in LATER} & {*events, *flows}


def test_each_suggestion_says_what_it_is() -> None:
    for one in at_bar("|")[0].suggestions:
        assert one.about
        assert one.kind in {"field", "value", "word"}


@given(QUERIES, st.integers(0, 60))
def test_any_place_of_any_text_has_an_answer(text: str, at: int) -> None:
    at = min(at, len(text))
    found = complete(text, at, Known(), EVENTS)
    assert 0 <= found.start <= at <= found.end <= len(text)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_a_value_is_offered_so_that_it_means_itself(value: str) -> None:
    class One(Known):
        def values(self, field: Field, like: str) -> Iterable[tuple[str, str]]:
            return [(value, "")]

    first = complete("user:", 5, One(), EVENTS).suggestions[0].text
    try:
        parsed = parse(f"user:{first}")
    except QueryError as error:
        assert len(value) > 900, error
        return
    assert parsed == parse(
        'user:"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    )
