"""Formats that nest or escape are read a line at a time, by a function text → fields.

Only rows that a cheap test has picked come here; the others stay in columns.
"""

import re
from collections.abc import Callable
from typing import Any

import orjson
import polars as pl

from ingest import timestamps
from ingest.parsers.format import CONTENT

# Columns of `format.CONTENT`, and besides: `data`, what has no column, as JSON values;
# `device`, the name that the message gives the device: the host where the header names
# none. `host` and `app` are those of the message and replace the header's.
Fields = dict[str, Any]
Read = Callable[[str], Fields | None]

COLUMNS = {name: kind for name, kind in CONTENT.items() if name != "members"}
TEXTS = [
    name for name, kind in COLUMNS.items() if kind == pl.String and name != "prose"
]
REPLACED = ("host", "app")
HIGHEST = 2**31 - 1
# A stamp of the message counts where the header has none, or when it is more exact.
STAMP = re.compile(
    rf"(?:{timestamps.BSD}|{timestamps.ISO}|{timestamps.CLF}|{timestamps.EPOCH})\Z"
)
EXACT = re.compile(
    r"[0-9]{9,19}(?:\.[0-9]+)?\Z|.*(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})\Z"
)


def parse(lines: pl.DataFrame, read: Read) -> pl.DataFrame:
    """What the function makes of each message; None is not understood."""
    header = lines.select("host", "app", "stamp", "members", "message")
    rows = [settled(read(row["message"]), row) for row in header.iter_rows(named=True)]
    columns = [
        pl.Series(name, [row.get(name) for row in rows], dtype=kind)
        for name, kind in CONTENT.items()
    ]
    understood = pl.Series("understood", [bool(row) for row in rows])
    return pl.DataFrame([*columns, understood])


def settled(found: Fields | None, header: dict[str, Any]) -> Fields:
    """The columns, what the header said beside them; empty: not understood."""
    if found is None:
        return {}
    data = dict(found.get("data") or {})
    device = found.get("device")
    if device:
        data["device"] = device
    row = {name: found.get(name) for name in COLUMNS}
    row |= {name: row[name] or None for name in TEXTS}
    for name in REPLACED:
        if row[name] and header[name] and row[name] != header[name]:
            data[f"header_{name}"] = header[name]
    row["host"] = row["host"] or header["host"] or device
    row["stamp"] = stamp(row["stamp"], header["stamp"])
    if row["stamp"]:
        data["stamp"] = row["stamp"]
    row["members"] = members(data, header["members"])
    return row | {"understood": True}


def stamp(found: str | None, header: str | None) -> str | None:
    if found and STAMP.match(found) and (not header or EXACT.match(found)):
        return found
    return None


def members(data: Fields, before: str | None) -> str | None:
    made = orjson.dumps(data, default=str).decode()[1:-1]
    return ", ".join(part for part in (before, made) if part) or None


def number(text: object, most: int = HIGHEST) -> int | None:
    """A whole number in text, None when it is none or out of range."""
    digits = str(text).strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < 20):
        return None
    found = int(digits)
    return found if found <= most else None
