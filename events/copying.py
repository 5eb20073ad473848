"""Frames into PostgreSQL by COPY, whatever is in them.

A batch that PostgreSQL refuses is cut in halves until the bad row is found; that row is
kept as plain text with the reason. So one bad value never costs a batch.
"""

import io
import logging
from dataclasses import dataclass

import orjson
import polars as pl
import psycopg
from psycopg import errors, sql

from events.database import Connection
from events.schema import conform
from events.tables import EVENTS, Table

log = logging.getLogger(__name__)

TIME_FORMAT = "%Y-%m-%d %H:%M:%S%.6fZ"
REASON_LENGTH = 200
ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
SPECIAL = r"[\\\t\n\r]"

# What PostgreSQL says of a value, not of itself.
REFUSED = (psycopg.DataError, errors.IntegrityError, errors.ProgramLimitExceeded)


class RefusedError(Exception):
    """Even the plain-text form of a row was refused: a bug, so the worker ends."""


@dataclass(frozen=True)
class Encoded:
    """A frame and its rows in COPY's text format."""

    table: Table
    frame: pl.DataFrame
    text: bytes


def encode(table: Table, frame: pl.DataFrame) -> Encoded:
    """Tabs between fields, backslashes before what would be read as something else."""
    ready = frame.with_columns(
        encoded(frame, name, kind)
        for name, kind in frame.schema.items()
        if kind in (pl.String, pl.Binary)
    )
    target = io.BytesIO()
    ready.write_csv(
        target,
        include_header=False,
        separator="\t",
        quote_style="never",
        null_value="\\N",
        datetime_format=TIME_FORMAT,
    )
    return Encoded(table, frame, target.getvalue())


def encoded(frame: pl.DataFrame, name: str, kind: object) -> pl.Expr:
    """Bytes as hexadecimal; text escaped, when some row of the batch needs it."""
    column = pl.col(name)
    if kind == pl.Binary:
        return pl.concat_str(pl.lit("\\\\x"), column.bin.encode("hex")).alias(name)
    if frame[name].str.contains(SPECIAL).any():
        return column.str.replace_many(ESCAPES)
    return column


def copy_all(connection: Connection, part: Encoded) -> None:
    """All rows, in order; the good ones as they are, the refused ones as text."""
    try:
        with connection.transaction():
            copy(connection, part)
    except REFUSED as error:
        if part.frame.height == 1:
            copy_plain(connection, part, error)
            return
        middle = part.frame.height // 2
        for half in (part.frame[:middle], part.frame[middle:]):
            copy_all(connection, encode(part.table, half))


def copy(connection: Connection, part: Encoded) -> None:
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(part.table.name),
        sql.SQL(", ").join(map(sql.Identifier, part.table.schema)),
    )
    with connection.cursor() as cursor, cursor.copy(command) as target:
        target.write(part.text)


def copy_plain(connection: Connection, part: Encoded, error: psycopg.Error) -> None:
    """The row with nothing but its text and the reason."""
    reason = str(error).splitlines()[0][:REASON_LENGTH]
    log.warning("a row of %s is kept as plain text: %s", part.table.name, reason)
    try:
        copy(connection, encode(part.table, plain(part, reason)))
    except REFUSED as second:
        raise RefusedError(f"{part.table.name}: {second}") from second


def plain(part: Encoded, reason: str) -> pl.DataFrame:
    """A row of the same table in which nothing can be refused."""
    row = part.frame.row(0, named=True)
    note = {"refused": ascii(reason), "row": ascii(row)}
    kept = {"data": orjson.dumps(note).decode(), "sensor": row["sensor"]}
    times = {name: row["received"] for name in ("time", "start", "end", "received")}
    if part.table is EVENTS:
        text = ascii(row["message"])[1:-1]
        kept |= {"type": row["type"], "rank": 0, "message": text, "raw": exact(row)}
    else:
        kept |= {"uid": ascii(row["uid"])[1:-1]}
    return conform(pl.DataFrame([kept | times]), part.table.schema)


def exact(row: dict[str, object]) -> bytes:
    """The exact line of an event, see `events/schema.py`."""
    if isinstance(row["raw"], bytes):
        return row["raw"]
    text = f"{row['head'] or ''}{row['message'] or ''}"
    return text.encode("utf-8", "surrogateescape")
