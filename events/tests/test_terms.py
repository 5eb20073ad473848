"""Any value of any event is a term that means exactly this value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.query import parse
from events.query.tree import Compare, Like, Not, Pattern
from events.terms import LONGEST, data_term, quoted, term

STORABLE = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
# Signs that mean something in a query come often enough to be tried.
VALUES = st.text(STORABLE, min_size=1, max_size=200) | st.text(
    st.sampled_from('aB1.-_:/*"\\ ()[]<>=|~&,+AND OR NOT'), min_size=1, max_size=20
)


@given(VALUES)
def test_any_value_survives_the_way_through_a_query(value: str) -> None:
    asked = Like("user", Pattern(value))
    assert parse(f"user:{quoted(value)}") == asked
    assert parse(f"-user:{quoted(value)}") == Not(asked)


@given(VALUES)
def test_a_term_stays_one_term_among_others(value: str) -> None:
    both = parse(f"app:x user:{quoted(value)} rank:1")
    assert len(both.children) == 3  # type: ignore[union-attr]


TERMS = [
    ("src", "2001:db8::1", "src:2001:db8::1"),
    ("src", "10.0.0.1", "src:10.0.0.1"),
    ("sport", 443, "sport:443"),
    ("rank", -20, "rank:-20"),
    ("app", "my app", 'app:"my app"'),
    ("app", "AND", 'app:"AND"'),
    ("app", "1..2", 'app:"1..2"'),
    ("app", "/usr/bin/", 'app:"/usr/bin/"'),
    ("type", 5, "type:log"),
    ("severity", 3, "severity:err"),
    ("facility", 16, "facility:local0"),
    ("user", "", None),
    ("user", None, None),
    ("user", "x" * LONGEST, None),
    ("src", "no address", None),
    ("message", "a\0b", None),
]


@pytest.mark.parametrize(("column", "value", "expected"), TERMS)
def test_a_value_as_a_term(column: str, value: object, expected: str | None) -> None:
    assert term(column, value) == expected


def test_a_negative_rank_is_a_number() -> None:
    assert parse("rank:-20") == Compare("rank", "=", -20)


NO_TERMS = [("k", {}), ("k", [1]), ("k", None), ("k", ""), ("k", "x" * LONGEST)]


@pytest.mark.parametrize(("key", "value"), NO_TERMS)
def test_what_no_query_can_name_has_no_term(key: str, value: object) -> None:
    assert data_term(key, value) is None


@given(VALUES, VALUES)
def test_a_member_of_data_is_one_condition_or_none(key: str, value: str) -> None:
    asked = data_term(key, value)
    assert asked is None or isinstance(parse(asked), Like)
