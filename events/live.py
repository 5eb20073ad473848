"""What is new for one filter, read from the store: the statement behind Real-Time.

A read covers a range of ids, so its cost is bounded by the range whatever the filter;
it gives the newest rows up to a cap and the exact number of all that matched.
"""

from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection, sql
from psycopg.rows import DictRow

from events import rows, walk
from events.query import Fragment, Node, Sensors, compile_sql
from events.query.sql import all_of
from events.tables import EVENTS

Link = AsyncConnection[DictRow]


@dataclass(frozen=True)
class Filter:
    """What a connection follows; equal filters share their reads.

    `sensors` are the sensors in the user's scope with their names, sorted by id.
    """

    query: Node
    sensors: tuple[tuple[int, tuple[str, str]], ...]

    @property
    def names(self) -> Sensors:
        return dict(self.sensors)


def follow(query: Node, names: Sensors) -> Filter:
    return Filter(query, tuple(sorted(names.items())))


@dataclass(frozen=True)
class News:
    """The matching events of a range that ends at `upto`, the newest first."""

    rows: list[dict[str, Any]]
    matched: int
    upto: int

    def joined(self, newer: "News", cap: int) -> "News":
        """Both, one after the other, with at most `cap` rows."""
        kept = (newer.rows + self.rows)[:cap]
        return News(kept, self.matched + newer.matched, newer.upto)


def condition(asked: Filter) -> Fragment:
    scope = [number for number, _ in asked.sensors]
    sensors = Fragment(sql.SQL("e.sensor = ANY(%s::int[])"), (scope,))
    return all_of([sensors, compile_sql(asked.query, EVENTS, asked.names)])


def statement(where: Fragment, after: int, upto: int, cap: int) -> Fragment:
    """One scan of the range finds the rows and counts them."""
    text = sql.SQL(
        "SELECT {columns}, count(*) OVER () AS matched FROM events e"
        " LEFT JOIN event_state s"
        " ON s.event = e.id AND s.event > %s AND s.event <= %s"
        " WHERE e.id > %s AND e.id <= %s AND {where} ORDER BY e.id DESC LIMIT %s"
    ).format(columns=walk.columns(EVENTS), where=where.text)
    return Fragment(text, (after, upto, after, upto, *where.params, cap))


async def read(
    link: Link, asked: Filter, after: int, upto: int, cap: int, seconds: float
) -> News:
    """The events with `after < id <= upto`; errors.QueryCanceled after `seconds`."""
    wanted = statement(condition(asked), after, upto, cap)
    limit = "SELECT set_config('statement_timeout', %s, true)"
    async with link.transaction(), link.cursor() as cursor:
        await cursor.execute(limit, [str(int(seconds * 1000))])
        await cursor.execute(wanted.text, wanted.params)
        found = await cursor.fetchall()
    matched = found[0]["matched"] if found else 0
    return News([shown(row, asked.names) for row in found], matched, upto)


def shown(row: DictRow, names: Sensors) -> dict[str, Any]:
    del row["matched"]
    return rows.event(row, names)


async def head(link: Link) -> int:
    """The highest committed event id."""
    cursor = await link.execute("SELECT max(last_event) AS head FROM batches")
    row = await cursor.fetchone()
    return (row["head"] if row else None) or 0
