"""`docs/query.md` tells the truth: its examples parse and every field is in it."""

import re
from pathlib import Path

import pytest

from events.query import parse
from events.query.fields import FIELDS

PAGE = (Path(__file__).parents[2] / "docs" / "query.md").read_text()
FIRST_CELLS = re.findall(r"^\| `(.+?)` \|", PAGE, re.MULTILINE)
LISTED = set(re.findall(r"`([a-z]+)`", PAGE.split("## Fields")[1]))
EXAMPLES = [text for text in FIRST_CELLS if text not in FIELDS] + re.findall(
    r"`([a-z]+:[^`]+|-[a-z]+:[^`]+|\"[^`]+\")`", PAGE
)


@pytest.mark.parametrize("example", sorted(set(EXAMPLES)))
def test_an_example_parses(example: str) -> None:
    parse(example.replace(r"\|", "|"))


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 20


def test_every_field_is_described() -> None:
    assert set(FIELDS) <= LISTED
