"""`docs/query.md` is true: its examples parse, every field and limit is in it."""

import re
from pathlib import Path

import pytest

from events.query import QueryError, parse, parsing, patterns, values
from events.query.aliases import ALIASES
from events.query.fields import FIELDS

PAGE = (Path(__file__).parents[2] / "docs" / "query.md").read_text()
BEFORE, _, REST = PAGE.partition("## If you come from")
ELSEWHERE, _, LIMITS = REST.partition("## Limits")
COMING = re.findall(
    r"^\| [^|`]+ \| `(.+?)` \| (the same as )?`(.+?)` \|$", ELSEWHERE, re.MULTILINE
)
FIRST_CELLS = re.findall(r"^\| `(.+?)` \|", PAGE, re.MULTILINE)
LISTED = set(re.findall(r"`([a-z_]+)`", PAGE.split("## Fields")[1]))
INLINE = (
    r"`(-?!?[a-z_.]+:[^`]+|data[^`]*:[^`]+|\"[^`]+\"|[a-z]+ (?:&&|\\\|\\\|) [a-z]+)`"
)
EXAMPLES = [text for text in FIRST_CELLS if text not in FIELDS] + re.findall(
    INLINE, BEFORE + LIMITS
)


@pytest.mark.parametrize("example", sorted(set(EXAMPLES)))
def test_an_example_parses(example: str) -> None:
    parse(example.replace(r"\|", "|"))


@pytest.mark.parametrize(("there", "same", "here"), COMING)
def test_who_comes_from_elsewhere_is_told_what_stands_on_the_right(
    there: str, same: str, here: str
) -> None:
    there = there.replace(r"\|", "|")
    if same:
        assert parse(there) == parse(here)
        return
    with pytest.raises(QueryError) as error:
        parse(there)
    assert error.value.suggestion == here


def test_every_row_from_elsewhere_is_read() -> None:
    rows = re.findall(r"^\| .*`.* \|$", ELSEWHERE, re.MULTILINE)
    assert len(COMING) == len(rows)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 50
    assert len(COMING) > 15


def test_every_field_is_described() -> None:
    assert set(FIELDS) <= LISTED


def test_the_names_of_other_tools_are_true() -> None:
    told = PAGE.split("Names of other tools")[1].split("and more")[0]
    assert set(re.findall(r"`([^`]+)`", told)) <= set(ALIASES)


def test_the_limits_are_true() -> None:
    told = PAGE.split("## Limits")[1].replace(",", "")
    limits = [
        parsing.MAX_LENGTH, parsing.MAX_TERMS, parsing.MAX_VALUES, parsing.MAX_DEPTH,
        values.MOST_WILDCARDS, patterns.MOST_LENGTH, patterns.MOST_GROUPS,
        patterns.MOST_REPEATS, patterns.MOST_SIZE,
    ]  # fmt: skip
    assert [int(number) for number in re.findall(r"\d+", told)] == limits
