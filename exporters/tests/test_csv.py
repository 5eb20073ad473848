"""CSV: whatever a log says, a reader gets it back and a spreadsheet runs none of it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.formats.csv import encode

CELLS = [
    ("plain", "plain"),
    ("a,b", '"a,b"'),
    ('say "hi"', '"say ""hi"""'),
    ("two\nlines", '"two\nlines"'),
    ("=1+1", "'=1+1"),
    ("+1", "'+1"),
    ("-1", "'-1"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\t=1", "'\t=1"),
    ("\r=1", '"\'\r=1"'),
    ("'=1", "''=1"),
    ("\n=1", '"\'\n=1"'),
    (" =1", "' =1"),
    ("\u00a0=1", "'\u00a0=1"),
    ("\u200b\u202e+1", "'\u200b\u202e+1"),
    ("\uff1d1", "'\uff1d1"),
    (" a=1", " a=1"),
    (-20, "-20"),
    (True, "true"),
    (None, ""),
    ({"url": "=x"}, '"{""url"":""=x""}"'),
    (["-"], '"[""-""]"'),
]


@pytest.mark.parametrize(("value", "written"), CELLS)
def test_a_cell(value: object, written: str) -> None:
    assert encode([["x", value]]) == [f"x,{written}".encode()]


FORMULA = tuple("=+-@＝＋－＠")
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
# What is dangerous often, not once in a thousand examples.
HOSTILE = st.builds(
    str.__add__, st.text("=+-@\t\r\n'\",; \u00a0\u200b＝", max_size=3), TEXT
)


@given(st.lists(st.lists(HOSTILE, min_size=2, max_size=5), max_size=5))
def test_every_text_comes_back_and_none_is_a_formula(rows: list[list[str]]) -> None:
    written = b"\r\n".join([*encode(rows), b""]).decode()
    read = list(csv.reader(io.StringIO(written, newline="")))
    assert [[cell.removeprefix("'") for cell in row] for row in read] == rows
    for cell in (cell for row in read for cell in row):
        assert not cell.startswith(("\t", "\r", "\n"))
        assert not cell.strip(" \t\r\n\u00a0\u200b").startswith(FORMULA)
