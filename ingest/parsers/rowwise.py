"""Formats that nest or escape are read a line at a time, by a function text → fields.

Only rows that a cheap test has picked come here; the others stay in columns.
"""

import re
from collections.abc import Callable
from typing import Any

import orjson
import polars as pl

from ingest import stamps
from ingest.parsers.format import CONTENT
from ingest.text import NUL_PICTURE

# Columns of `format.CONTENT`, and besides: `data`, what has no column, as JSON values;
# `device`, the name that the message gives the device: the host where the header names
# none. `endpoint`, a machine that the message is about, and `receipt`, when somebody
# had it, count where nothing else names a host or a time. `host` and `app` are those of
# the message and replace the header's.
Fields = dict[str, Any]
Read = Callable[[str], Fields | None]

HEADER = ("host", "app", "stamp", "members")
ZEROS = ("prose", "sport", "dport", "severity", "pid")  # empty or 0 is a value, too
HIGHEST = 2**31 - 1
# A stamp of the message counts where the header has none, or when it is more exact.
STAMP = re.compile(
    rf"(?:{stamps.BSD}|{stamps.ISO}|{stamps.CLF}|{stamps.EPOCH}"
    rf"|{stamps.DAY_FIRST}|{stamps.SLASHED})\Z"
)
EXACT = re.compile(
    r"[0-9]{9,19}(?:\.[0-9]+)?\Z|.*(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})\Z"
)
# `2026-07-26T11:5` and the offset of a header that is a whole date.
ZONED = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]).*?(Z|[+-][0-9]{2}:?[0-9]{2})\Z"
)
# `\\u0000` of JSON, unless its backslash is escaped itself.
NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def parse(lines: pl.DataFrame, read: Read) -> pl.DataFrame:
    """What the function makes of each message; None is not understood."""
    header = zip(*(lines[name] for name in HEADER), strict=True)
    rows = [
        {} if (found := read(message)) is None else settled(found, *said)
        for message, said in zip(lines["message"], header, strict=True)
    ]
    columns = [
        pl.Series(name, [row.get(name) for row in rows], dtype=kind)
        for name, kind in CONTENT.items()
    ]
    understood = pl.Series("understood", [bool(row) for row in rows], dtype=pl.Boolean)
    return pl.DataFrame([*columns, understood])


def settled(
    found: Fields,
    host: str | None,
    app: str | None,
    stamped: str | None,
    said: str | None,
) -> Fields:
    """The columns, what the header said beside them."""
    row = {name: value for name, value in found.items() if value or name in ZEROS}
    data = row.pop("data", None) or {}
    device = row.pop("device", None)
    endpoint, receipt = row.pop("endpoint", None), row.pop("receipt", None)
    if device:
        data["device"] = device
    for name, header in (("host", host), ("app", app)):
        if header and row.get(name, header) != header:
            data[f"header_{name}"] = header
    row["host"] = row.get("host") or host or device or endpoint
    row["stamp"] = stamp(row.get("stamp"), stamped)
    if not row["stamp"] and not stamped:
        row["stamp"] = stamp(receipt, None)
    if row["stamp"]:
        data["stamp"] = row["stamp"]
    row["members"] = members(data, said)
    return row


def stamp(found: str | None, header: str | None) -> str | None:
    if not found or not STAMP.match(found):
        return None
    return found if not header or EXACT.match(found) else zoned(found, header)


def zoned(found: str, header: str) -> str | None:
    """A stamp without a zone that shows the header's clock is of the header's zone."""
    whole = ZONED.match(header)
    shows = found[:15].replace("/", "-").replace(" ", "T")
    return f"{found}{whole[2]}" if whole and whole[1] == shows else None


def members(data: Fields, before: str | None) -> str | None:
    """As JSON without the braces. What is nested too deep for that stands in the line
    alone."""
    try:
        made = orjson.dumps(data, default=str).decode()[1:-1]
    except TypeError:
        return before
    return ", ".join(part for part in (before, made) if part) or None


def loads(text: str) -> Any:
    """What the JSON says, a NUL as its picture; ValueError."""
    if "\\u0000" in text:
        text = NUL.sub(lambda found: found[1] + NUL_PICTURE, text)
    return orjson.loads(text)


def number(text: object, most: int = HIGHEST) -> int | None:
    """A whole number in text, None when it is none or out of range."""
    digits = str(text).strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < 20):
        return None
    found = int(digits)
    return found if found <= most else None
