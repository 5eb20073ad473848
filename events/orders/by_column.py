"""Sorted by a column other than time: every part of the range has to be visited.

Values ascend or descend, NULLs come last, equal ones newest first; text goes without
regard to case, by its first characters, sensors by name.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from ipaddress import ip_address
from typing import Any

import polars as pl
from psycopg import sql
from psycopg.rows import DictRow

from events.cursors import (
    EPOCH,
    Cursor,
    CursorError,
    Key,
    Unfinished,
    micros,
    moment,
)
from events.orders.by_time import ABOVE, BELOW, WAYS, ByTime
from events.orders.sort import Sort
from events.query import Fragment, Sensors
from events.schema import TIME
from events.tables import ADDRESSES, EVENTS, Table
from events.walk import Part, Span

PREFIX = 64  # characters of a text that it is sorted by
KEY = "sort_key"


@dataclass(frozen=True)
class ByColumn:
    """Values one way, NULLs last, equal ones newest first.

    `sensors` are those in the scope: they are sorted by name.
    """

    table: Table
    sort: Sort
    sensors: Sensors

    @property
    def name(self) -> str:
        return str(self.sort)

    @cached_property
    def newest(self) -> ByTime:
        return ByTime(self.table)

    def visits(self, parts: list[Part]) -> list[Part]:
        return self.newest.visits(parts)

    def edge(self, part: Part) -> datetime:
        return part.high

    def narrowed(self, span: Span, after: Cursor | None) -> Span:
        """Every row of the range may be next, but for those visited already."""
        if after is None or after.unfinished is None:
            return span
        return span.below(after.unfinished.reached)

    def known(self, found: list[DictRow], edge: datetime) -> list[DictRow]:
        """The best until now: others may yet come before them."""
        return found

    def resumed(
        self, after: Cursor | None, edge: datetime, found: list[DictRow]
    ) -> Cursor:
        first = after is None or bool(after.unfinished and after.unfinished.first)
        kept = tuple(row["id"] for row in found)
        begin = after or Cursor(EPOCH, 0, self.name)
        return replace(begin, unfinished=Unfinished(edge, kept, first))

    def is_certain(self, last: DictRow, part: Part) -> bool:
        return False

    def cut(self, part: Part, last: DictRow) -> Part:
        return part

    @cached_property
    def kind(self) -> str:
        """The type in SQL."""
        if self.sort.column in ADDRESSES:
            return "inet"
        declared = self.table.schema[self.sort.column]
        if declared == TIME:
            return "timestamptz"
        return "text" if declared == pl.String else "bigint"

    def value(self, overlaid: bool) -> Fragment:
        """What is sorted by, of one row."""
        column = sql.Identifier("e", self.sort.column)
        if self.sort.column == "sensor":
            text = sql.SQL("array_position(%s::int[], {})").format(column)
            return Fragment(text, (self.by_name,))
        if self.sort.column == "rank" and self.table is EVENTS and overlaid:
            return Fragment(sql.SQL("coalesce(s.rank, e.rank)"))
        if self.kind == "text":
            text = sql.SQL("lower(left({}, {}))").format(column, sql.Literal(PREFIX))
            return Fragment(text)
        if self.table.schema[self.sort.column] == pl.Boolean:
            return Fragment(sql.SQL("{}::int").format(column))
        return Fragment(sql.SQL("{}").format(column))

    @cached_property
    def by_name(self) -> list[int]:
        return sorted(self.sensors, key=lambda number: self.sensors[number])

    def selected(self, overlaid: bool) -> Fragment | None:
        found = self.value(overlaid)
        text = sql.SQL("{} AS {}").format(found.text, sql.Identifier(KEY))
        return Fragment(text, found.params)

    @property
    def clause(self) -> sql.Composed:
        text = "{} {} NULLS LAST, {}"
        way = WAYS[self.sort.descending]
        return sql.SQL(text).format(sql.Identifier(KEY), way, self.newest.clause)

    def after(self, cursor: Cursor | None, overlaid: bool) -> list[Fragment]:
        if cursor is None or (cursor.unfinished and cursor.unfinished.first):
            return []
        value = self.value(overlaid)
        (older,) = self.newest.after(cursor, overlaid)
        if cursor.key is None:
            text = sql.SQL("{} IS NULL AND {}").format(value.text, older.text)
            return [Fragment(text, (*value.params, *older.params))]
        text = sql.SQL(
            "({value} {further} %s::{kind} OR {value} IS NULL"
            " OR ({value} = %s::{kind} AND {older}))"
        ).format(
            value=value.text,
            further=BELOW if self.sort.descending else ABOVE,
            kind=sql.SQL(self.kind),
            older=older.text,
        )
        key = self.parameter(cursor.key)
        params = (*value.params, key, *value.params, *value.params, key, *older.params)
        return [Fragment(text, params)]

    def parameter(self, key: Key) -> object:
        return moment(key) if self.kind == "timestamptz" else key  # type: ignore[arg-type]

    def merged(self, rows: list[DictRow]) -> list[DictRow]:
        ordered = self.newest.merged(rows)
        known = [row for row in ordered if row[KEY] is not None]
        known.sort(key=self.comparable, reverse=self.sort.descending)
        return known + [row for row in ordered if row[KEY] is None]

    def comparable(self, row: DictRow) -> Any:
        """As PostgreSQL compares: text by code points, IPv4 before IPv6."""
        if self.kind != "inet":
            return row[KEY]
        address = ip_address(row[KEY])
        return address.version, int(address)

    def cursor(self, row: DictRow) -> Cursor:
        key = row[KEY]
        if isinstance(key, datetime):
            key = micros(key.astimezone(UTC))
        return Cursor(*self.newest.place(row), self.name, key)

    def check(self, cursor: Cursor) -> None:
        """CursorError when it is of another order, or its key no value of the column's
        kind."""
        if cursor.order != self.name:
            raise CursorError("The cursor belongs to another order.")
        if cursor.key is None:
            return
        wanted = str if self.kind in ("text", "inet") else int
        try:
            if not isinstance(cursor.key, wanted):
                raise ValueError
            if self.kind == "inet" and "%" in str(ip_address(cursor.key)):
                raise ValueError
            self.parameter(cursor.key)
        except (ValueError, OverflowError):
            message = "The cursor does not fit the column that is sorted by."
            raise CursorError(message) from None


def without_keys(rows: list[DictRow]) -> list[DictRow]:
    """The rows as the store's columns alone."""
    return [{k: v for k, v in row.items() if k != KEY} for row in rows]
