"""What a format is: the contract between the pipeline and each parser file.

A *header* format reads a whole line (`text`), a *content* format what a header left
(`message`, with `host`, `app` and the rest already there). Both are a `Format`:
`claims` picks rows; `parse` takes only these and gives the same rows in the same order
with the columns that it knows, and `understood`; rows that it did not understand go to
the next format of the table. A parser never raises on any text, does no I/O and adds no
rows. A content format has `words`: literal texts one of which stands in every message
that it may understand. All formats' words are searched at once, in no time.

`members` is what has no column: members of a JSON object, without the braces, made by
`ingest.members`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from events.schema import Schema

# What a header format gives. `head` + `message` is the text, to the character.
HEADER: Schema = {
    "head": pl.String,
    "message": pl.String,
    "stamp": pl.String,  # the time as the device wrote it; see ingest.timestamps
    "host": pl.String,
    "app": pl.String,
    "pid": pl.Int64,
    "facility": pl.Int16,
    "severity": pl.Int16,
    "more": pl.String,  # text of the head that facts are looked for in, too
    "members": pl.String,
}

# What a content format may give; a value that is not null replaces the header's.
CONTENT: Schema = {
    **{
        name: HEADER[name]
        for name in ("stamp", "host", "app", "pid", "severity", "members")
    },
    "src": pl.String,
    "sport": pl.Int32,
    "dst": pl.String,
    "dport": pl.Int32,
    "proto": pl.String,
    "user": pl.String,
    "action": pl.String,
    "signature": pl.String,
    # What of the message may still hold facts; null: all of it, empty: nothing.
    "prose": pl.String,
    # What of it may tell the time, where a client writes the rest; null: all of it.
    "dated": pl.String,
    "inner": pl.String,  # a log line that the message carries; see ingest.inner
}


@dataclass(frozen=True)
class Format:
    """One format; `name` is the key in the table and in stored data."""

    name: str
    claims: pl.Expr | None  # None: whatever has one of the words
    parse: Callable[[pl.DataFrame], pl.DataFrame]
    words: tuple[str, ...] = ()
