"""Structured data of RFC 5424 §6.3: `[id name="value" …]…` → the member `sd`."""

import json
import re

import polars as pl

from ingest import members

NAME = r'[^ =\]"\[]+'
VALUE = r'"(?:[^"\\\]]|\\.)*"'
ELEMENT = rf"\[{NAME}(?: +{NAME}={VALUE})* *\]"
DATA = rf"(?:{ELEMENT})+"

ONE = re.compile(rf"\[({NAME})((?: +{NAME}={VALUE})*) *\]", re.DOTALL)
PARAMETER = re.compile(rf"({NAME})=({VALUE})", re.DOTALL)
ESCAPED = re.compile(r'\\(["\\\]])')

# Values without escapes, brackets or control characters: rewritten in place.
PLAIN_NAME = r'[^ ,=\]"\[\\\x00-\x1f]+'
PLAIN_VALUE = r'"[^"\\\]\[\x00-\x1f]*"'
SIMPLE = rf"^(?:\[{PLAIN_NAME}(?: {PLAIN_NAME}={PLAIN_VALUE})+\])+$"


def read(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the column `sd` (text) read into `members`."""
    some = frame["sd"].drop_nulls().unique()
    if not len(some):
        return frame
    simple = some.str.contains(SIMPLE)
    easy, hard = some.filter(simple), some.filter(~simple)
    table = pl.DataFrame(
        {
            "sd": pl.concat([easy, hard]),
            "object": pl.concat([rewritten(easy), one_by_one(hard)]),
        }
    )
    joined = frame.join(table, on="sd", how="left", maintain_order="left")
    member = members.member(pl.col("object"), "sd")
    return members.add(joined, [member]).drop("object")


def rewritten(some: pl.Series) -> pl.Series:
    """`[id a="1"][x b="2"]` → `{"id": {"a": "1"}, "x": {"b": "2"}}` by replacement."""
    text = some.str.replace_all(rf" ({NAME})=(\"[^\"]*\")", ', "$1": $2')
    text = text.str.replace_all(r"\[([^ ,]+), ", '"$1": {').str.replace_all(
        '"]', '"}', literal=True
    )
    text = text.str.replace_all('"}"', '"}, "', literal=True)
    return "{" + text + "}"


def one_by_one(some: pl.Series) -> pl.Series:
    return pl.Series([as_json(text) for text in some], dtype=pl.String)


def as_json(text: str) -> str:
    elements: dict[str, dict[str, str]] = {}
    for name, parameters in ONE.findall(text):
        element = elements.setdefault(name, {})
        for key, value in PARAMETER.findall(parameters):
            element[key] = ESCAPED.sub(r"\1", value[1:-1])
    return json.dumps(elements, ensure_ascii=False)
