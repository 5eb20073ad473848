"""CSV as RFC 4180 has it: CRLF, quotes where needed, UTF-8, a heading first.

A text that a spreadsheet may run as a formula gets an apostrophe in front: one that
begins with a tab, CR or LF, or, behind spaces and signs that are not seen, with `=`,
`+`, `-` or `@`, in their wide forms too. So does one that begins with an apostrophe, so
that taking one away gives every text back. Numbers are written as they are.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

# Spaces, marks of no width or of direction; then small and wide forms.
UNSEEN = r"[\s\x00-\x1f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
SPOILT = re.compile(
    rf"['\t\r\n]|{UNSEEN}[=+\-@\u2212\ufe62-\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20]"
)
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
    return f"'{text}" if SPOILT.match(text) else text
