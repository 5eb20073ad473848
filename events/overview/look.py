"""Which segments a question is about, and which of them are counted."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from psycopg import sql
from psycopg.rows import dict_row

from events import walk
from events.overview.asked import Asked
from events.overview.pieces import Piece
from events.overview.reading import Reading
from events.pools import Reader
from events.query import Fragment
from events.tables import Table
from events.walk import Part, Span


@dataclass(frozen=True)
class Seen:
    """A part of the walk and its segment; `rows` are about those in the range."""

    part: Part
    counted: bool
    oldest: datetime
    newest: datetime
    rows: float

    @property
    def piece(self) -> Piece:
        return Piece(self.part, self.rows)


def look(reading: Reading, asked: Asked) -> list[Seen]:
    """The newest first."""
    if not asked.scope:
        return []
    parts = listed(reading, asked.table, asked.span)
    found = {
        row[0]: row[1:]
        for row in reading.fetch(Fragment(MORE, ([part.name for part in parts],)))
    }
    return [seen(part, *found[part.name]) for part in parts if part.name in found]


def listed(reading: Reading, table: Table, span: Span) -> list[Part]:
    with reading.link.cursor(row_factory=dict_row) as cursor:
        return walk.parts(cast(Reader, cursor), table, span)


MORE = sql.SQL(
    "SELECT name, counted, oldest, newest, rows FROM segments WHERE name = ANY(%s)"
)


def seen(
    part: Part, counted: bool, oldest: datetime, newest: datetime, rows: int
) -> Seen:
    share = 1.0
    if part.cut and newest > oldest:
        share = (part.high - part.low) / (newest - oldest)
    return Seen(part, counted, oldest, newest, max(rows * min(share, 1.0), 1.0))
