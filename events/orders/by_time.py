"""Newest or oldest first: the walk stops as soon as a page is full."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import sql
from psycopg.rows import DictRow

from events.cursors import LAST_ID, NEWEST, OLDEST, Cursor, CursorError
from events.query import Fragment
from events.tables import Table
from events.walk import Part, Span

ABOVE, BELOW = sql.SQL(">"), sql.SQL("<")
WAYS = {True: sql.SQL("DESC"), False: sql.SQL("ASC")}


@dataclass(frozen=True)
class ByTime:
    """Newest or oldest first; equal times by id, the same way."""

    table: Table
    descending: bool = True

    @property
    def name(self) -> str:
        return NEWEST if self.descending else OLDEST

    @property
    def time(self) -> sql.Identifier:
        return sql.Identifier("e", self.table.time)

    def narrowed(self, span: Span, after: Cursor | None) -> Span:
        if after is None:
            return span
        return span.below(after.time) if self.descending else span.above(after.time)

    def visits(self, parts: list[Part]) -> list[Part]:
        if self.descending:
            return sorted(parts, key=lambda part: part.high, reverse=True)
        return sorted(parts, key=lambda part: part.low)

    def edge(self, part: Part) -> datetime:
        """The first time, in this order, that the part may hold."""
        return part.high if self.descending else part.low

    def is_before(self, row: DictRow, edge: datetime) -> bool:
        time: datetime = row[self.table.time]
        return time > edge if self.descending else time < edge

    def is_certain(self, last: DictRow, part: Part) -> bool:
        """No row of the part comes before this one."""
        return self.is_before(last, self.edge(part))

    def known(self, found: list[DictRow], edge: datetime) -> list[DictRow]:
        """Of the rows found so far, those that nothing beyond the edge comes before."""
        return [row for row in found if self.is_before(row, edge)]

    def resumed(
        self, after: Cursor | None, edge: datetime, found: list[DictRow]
    ) -> Cursor:
        """Where a walk goes on that time ended at the edge."""
        if after and (after.time <= edge if self.descending else after.time >= edge):
            return after
        return Cursor(edge, LAST_ID if self.descending else 0, self.name)

    def cut(self, part: Part, last: DictRow) -> Part:
        """The part without what would come after the row."""
        time = last[self.table.time]
        return part.above(time) if self.descending else part.below(time)

    def selected(self, overlaid: bool) -> Fragment | None:
        return None

    @property
    def clause(self) -> sql.Composed:
        way = WAYS[self.descending]
        return sql.SQL("{time} {way}, e.id {way}").format(time=self.time, way=way)

    def after(self, cursor: Cursor | None, overlaid: bool) -> list[Fragment]:
        if cursor is None:
            return []
        text = sql.SQL("({}, e.id) {} (%s, %s)").format(
            self.time, BELOW if self.descending else ABOVE
        )
        return [Fragment(text, (cursor.time, cursor.id))]

    def merged(self, rows: list[DictRow]) -> list[DictRow]:
        return sorted(rows, key=self.place, reverse=self.descending)

    def place(self, row: DictRow) -> tuple[datetime, int]:
        return row[self.table.time], row["id"]

    def cursor(self, row: DictRow) -> Cursor:
        return Cursor(*self.place(row), self.name)

    def check(self, cursor: Cursor) -> None:
        """CursorError when it is of another order."""
        if cursor.order != self.name:
            raise CursorError("The cursor belongs to another order.")
