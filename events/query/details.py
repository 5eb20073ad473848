"""Keys of `data`, JSON text, as PostgreSQL reads them.

By Python, but only for rows that may have the key: numbers keep their digits and the
last of equal keys counts, as in jsonb.
"""

import json
from decimal import Decimal
from typing import Any

import polars as pl

LONGEST = 131_072  # digits of a number that PostgreSQL holds


def texts(data: pl.Series, path: tuple[str, ...]) -> pl.Series:
    """At each row the texts at the path; none for an object; null without the key."""
    found: list[list[str] | None] = [None] * len(data)
    places = may_have(data, path[-1]).arg_true()
    for place, text in zip(places, data.gather(places), strict=True):
        found[place] = at_path(text, path)
    return pl.Series(data.name, found, pl.List(pl.String))


def may_have(data: pl.Series, key: str) -> pl.Series:
    """False where the key is certainly not there; a backslash may hide it."""
    as_written = json.dumps(key, ensure_ascii=False)
    plain = data.str.contains(as_written, literal=True)
    return (plain | data.str.contains("\\", literal=True)).fill_null(value=False)


def at_path(text: str, path: tuple[str, ...]) -> list[str] | None:
    try:
        found = DECODER.decode(text)
    except (ValueError, RecursionError):
        return None
    for key in path:
        if not isinstance(found, dict):
            return None
        found = found.get(key)
    return as_texts(found)


def as_texts(value: Any) -> list[str] | None:
    if value is None:
        return None
    if isinstance(value, dict):
        return []
    if isinstance(value, list):
        scalars = [one for one in value if not isinstance(one, dict | list)]
        return [as_text(one) for one in scalars if one is not None]
    return [as_text(value)]


def as_text(value: str | bool) -> str:
    return value if isinstance(value, str) else str(value).lower()


def digits(text: str) -> str:
    """A number without an exponent: 1e3 is 1000, 1.10 stays so."""
    if text.isdigit():
        return text
    number = Decimal(text)
    if abs(number.adjusted()) > LONGEST:
        return text
    shown = f"{number:f}"
    return shown if number else shown.removeprefix("-")


DECODER = json.JSONDecoder(parse_int=digits, parse_float=digits)
