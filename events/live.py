"""What is new for one filter, read from the store: the statements behind Real-Time.

A read covers a range of ids, so its cost is bounded by the range whatever the filter.
It gives the ids of the newest matches up to a cap and the exact numbers of all; the
rows themselves are read once for every filter (`events/shelf.py`).
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection, sql
from psycopg.rows import DictRow

from events import rows, walk
from events.query import Fragment, Node, Sensors, compile_sql
from events.query.sql import all_of
from events.tables import EVENTS, FLOWS, Table

Link = AsyncConnection[DictRow]
# How many matches there are of each type and class; without a class it is None.
Counts = Counter[tuple[int, int | None]]

FLOW = 4  # the type of flow summaries, which have no class
KINDS = {
    "events": sql.SQL("e.type, e.cls"),
    "flows": sql.SQL("4 AS type, NULL::int AS cls"),
}


@dataclass(frozen=True)
class Place:
    """Ids up to which something is true of both tables.

    The place of a filter without flows keeps 0 for them.
    """

    events: int = 0
    flows: int = 0

    def of(self, table: Table) -> int:
        return self.events if table is EVENTS else self.flows

    def at(self, table: Table, number: int) -> "Place":
        if table is EVENTS:
            return replace(self, events=number)
        return replace(self, flows=number)

    def behind(self, other: "Place") -> int:
        """How many ids the other place is ahead."""
        events = max(0, other.events - self.events)
        return events + max(0, other.flows - self.flows)

    def within(self, other: "Place") -> "Place":
        """No further than the other place."""
        return Place(min(self.events, other.events), min(self.flows, other.flows))


@dataclass(frozen=True)
class Filter:
    """What a connection follows; equal filters share their reads.

    `sensors` are the sensors in the user's scope with their names, sorted by id.
    """

    query: Node
    sensors: tuple[tuple[int, tuple[str, str]], ...]
    flows: bool = False

    @property
    def names(self) -> Sensors:
        return dict(self.sensors)

    @property
    def tables(self) -> tuple[Table, ...]:
        return (EVENTS, FLOWS) if self.flows else (EVENTS,)

    def part(self, place: Place) -> Place:
        """What of a place is the filter's: its tables."""
        return place if self.flows else replace(place, flows=0)


def follow(query: Node, names: Sensors, flows: bool = False) -> Filter:
    return Filter(query, tuple(sorted(names.items())), flows)


@dataclass(frozen=True)
class Found:
    """The matches of a range that ends at `upto`: `ids` the newest first, `counts` of
    all of them, `received` of the newest."""

    ids: list[int]
    counts: Counts
    received: datetime | None
    upto: int

    def joined(self, newer: "Found", cap: int) -> "Found":
        """Both, one after the other, with at most `cap` ids."""
        return Found(
            (newer.ids + self.ids)[:cap],
            self.counts + newer.counts,
            newer.received or self.received,
            newer.upto,
        )


def nothing(upto: int) -> Found:
    return Found([], Counter(), None, upto)


def condition(asked: Filter, table: Table = EVENTS) -> Fragment:
    scope = [number for number, _ in asked.sensors]
    sensors = Fragment(sql.SQL("e.sensor = ANY(%s::int[])"), (scope,))
    return all_of([sensors, compile_sql(asked.query, table, asked.names)])


def matches(table: Table, where: Fragment, after: int, upto: int) -> Fragment:
    """Id, time of receipt, type and class of every match in the range."""
    state = sql.SQL("") if table is FLOWS else STATE
    text = sql.SQL(
        "SELECT e.id, e.received, {kind} FROM {table} e {state}"
        " WHERE e.id > %s AND e.id <= %s AND {where}"
    ).format(
        kind=KINDS[table.name],
        table=sql.Identifier(table.name),
        state=state,
        where=where.text,
    )
    ranges = (after, upto) if table is FLOWS else (after, upto, after, upto)
    return Fragment(text, (*ranges, *where.params))


# PostgreSQL leaves the join out where the filter does not ask for what it gives.
STATE = sql.SQL(
    "LEFT JOIN event_state s ON s.event = e.id AND s.event > %s AND s.event <= %s"
)


def statement(
    table: Table, where: Fragment, after: int, upto: int, cap: int
) -> Fragment:
    """One scan of the range finds the newest matches and counts all."""
    inner = matches(table, where, after, upto)
    return Fragment(SUMMARY.format(matches=inner.text), (*inner.params, cap))


SUMMARY = sql.SQL("""
WITH found AS MATERIALIZED ({matches})
SELECT ARRAY(SELECT id FROM found ORDER BY id DESC LIMIT %s) AS ids,
       (SELECT max(received) FROM found) AS received,
       ARRAY(
           SELECT ARRAY[type, cls, count(*)]::bigint[] FROM found GROUP BY type, cls
       ) AS counts
""")


async def read(
    link: Link, table: Table, asked: Filter, after: int, upto: int, cap: int
) -> Found:
    """The matches with `after < id <= upto`; errors.QueryCanceled when the
    connection's time limit is not enough."""
    wanted = statement(table, condition(asked, table), after, upto, cap)
    cursor = await link.execute(wanted.text, wanted.params)
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101  (a SELECT without FROM gives one row)
    counts = Counter({(kind, cls): count for kind, cls, count in row["counts"]})
    return Found(row["ids"], counts, row["received"], upto)


def first(table: Table, where: Fragment, after: int, upto: int, limit: int) -> Fragment:
    """The first matches of the range, the oldest first."""
    inner = matches(table, where, after, upto)
    text = sql.SQL("{} ORDER BY e.id LIMIT %s").format(inner.text)
    return Fragment(text, (*inner.params, limit))


async def oldest(
    link: Link, table: Table, asked: Filter, after: int, upto: int, limit: int
) -> list[DictRow]:
    """The first matches after a place: `id`, `received`, `type`, `cls`."""
    wanted = first(table, condition(asked, table), after, upto, limit)
    cursor = await link.execute(wanted.text, wanted.params)
    return await cursor.fetchall()


def these(table: Table, ids: list[int]) -> Fragment:
    """The rows of these ids, in any order."""
    text = sql.SQL(
        "SELECT {columns} FROM {table} e {overlay}"
        " WHERE e.id = ANY(%s::bigint[]) AND e.id >= %s AND e.id <= %s"
    ).format(
        columns=walk.columns(table),
        table=sql.Identifier(table.name),
        overlay=walk.overlay(table),
    )
    return Fragment(text, (ids, min(ids), max(ids)))


async def whole(link: Link, table: Table, ids: list[int]) -> list[DictRow]:
    """The rows of these ids; those that retention has dropped are missing."""
    wanted = these(table, ids)
    cursor = await link.execute(wanted.text, wanted.params)
    return await cursor.fetchall()


def shown(table: Table, row: DictRow, names: Sensors) -> dict[str, Any]:
    """A row as the live page gets it."""
    if table is EVENTS:
        return rows.event(row, names)
    found = rows.flow(row, names)
    ways = [row["bytes_out"], row["bytes_in"]]
    both = sum(way for way in ways if way is not None)
    return found | {
        "time": found["end"],
        "type": FLOW,
        "type_name": "flow",
        "bytes": None if ways == [None, None] else both,
        "flow": row["uid"],
    }


async def head(link: Link) -> Place:
    """The highest committed ids."""
    row = await (await link.execute(HEAD)).fetchone() or {}
    return Place(row.get("events") or 0, row.get("flows") or 0)


HEAD = sql.SQL(
    "SELECT (SELECT max(last_event) FROM batches) AS events,"
    " (SELECT max(last_flow) FROM batches) AS flows"
)
