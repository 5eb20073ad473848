"""What is said of a right query that may be meant otherwise; `test_query_api` has the
sentences."""

from collections.abc import Iterable

from hypothesis import given

from events.query import parse
from events.query.fields import Field
from events.query.hints import MOST, hints
from events.tests.queries import QUERIES


class Known:
    """One sensor, and values that are in no query of the test."""

    sensors = {1: ("S-0", "home")}

    def values(self, field: Field, like: str) -> Iterable[tuple[str, str]]:
        return [] if like else [("tcp", "9 ×"), ("3", "2 ×")]


@given(QUERIES)
def test_every_text_has_its_hints(text: str) -> None:
    found = hints(text, Known())
    assert len(found) <= MOST
    for hint in found:
        assert 0 <= hint.at < len(text)
        assert hint.suggestion is None or parse(hint.suggestion)


def test_a_wrong_query_has_its_error_only() -> None:
    assert hints("a and b hots:x", Known()) == []
    assert hints("\0 and", Known()) == []


@given(QUERIES)
def test_hints_that_are_taken_lead_from_query_to_query(text: str) -> None:
    for _ in range(2 * MOST):
        suggestions = [one.suggestion for one in hints(text, Known())]
        better = next((one for one in suggestions if one), None)
        if better is None:
            return
        assert better != text
        parse(better)
        text = better
