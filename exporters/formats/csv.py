"""CSV as RFC 4180 has it: CRLF, quotes where needed, UTF-8, a heading first.

A text that a spreadsheet would run as a formula gets an apostrophe in front: one that
begins with `=`, `+`, `-`, `@`, a tab or CR. So does one that begins with an apostrophe,
so that taking one away gives every text back. Numbers are written as they are.
"""

import csv
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

SPOILT = ("=", "+", "-", "@", "\t", "\r", "'")
END = "\r\n"
BOM = "\ufeff".encode()  # by which Excel knows UTF-8


class Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        return text


def encode(rows: Iterable[Sequence[Any]]) -> list[bytes]:
    """Rows of values (texts, numbers, None, lists, objects) → lines without CRLF."""
    written = csv.writer(Echo(), lineterminator=END).writerow
    lines = [written([cell(value) for value in row]) for row in rows]
    return [line.removesuffix(END).encode("utf-8", "replace") for line in lines]


def cell(value: Any) -> str | int | float | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"'{text}" if text.startswith(SPOILT) else text
