"""What lies nearest in time: to a range that has no match, and to one event.

Both are two searches that end at the first rows found, one back and one ahead in time,
each bounded in time.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from psycopg import sql
from psycopg.rows import DictRow

from events import search
from events.cursors import NEWEST, OLDEST, Cursor
from events.orders import Sort
from events.query import Fragment
from events.query.tree import EVERYTHING
from events.search import Page, Search
from events.statements import Condition
from events.walk import Span

SECONDS = 2.5  # of each of the two searches


@dataclass(frozen=True)
class Nearest:
    """Times of the matches nearest to a range; not `complete` when time ran out."""

    before: datetime | None
    after: datetime | None
    complete: bool


def nearest(asked: Search) -> Nearest:
    """The last match before the range of the search and the first one after it."""
    start, end = asked.span.start, asked.span.end
    oldest = Sort(asked.table.time, descending=False)
    before = one(asked, Span(end=start), None) if start else NONE
    after = one(asked, Span(start=end), oldest) if end else NONE
    return Nearest(
        time_of(before, asked),
        time_of(after, asked),
        before.complete and after.complete,
    )


NONE = Page([], None)


def one(asked: Search, span: Span, sort: Sort | None) -> Page:
    return search.run(
        replace(asked, span=span, sort=sort, limit=1, after=None, seconds=SECONDS)
    )


def time_of(page: Page, asked: Search) -> datetime | None:
    return page.rows[0][asked.table.time] if page.rows else None


def addresses(event: DictRow) -> list[str]:
    return [ip for ip in (event["src"], event["dst"]) if ip is not None]


# What makes two events neighbours: the condition, and its parameters from the event.
# Without a parameter the event has no such neighbours.
OF: dict[str, tuple[sql.SQL, Callable[[DictRow], list[Any]]]] = {
    "host": (sql.SQL("lower(e.host) = lower(%s)"), lambda event: [event["host"]]),
    "src": (sql.SQL("e.src = %s::inet"), lambda event: [event["src"]]),
    "dst": (sql.SQL("e.dst = %s::inet"), lambda event: [event["dst"]]),
    "ip": (
        sql.SQL("(e.src = ANY(%s::inet[]) OR e.dst = ANY(%s::inet[]))"),
        lambda event: [addresses(event) or None] * 2,
    ),
    "sensor": (sql.SQL("e.sensor = %s"), lambda event: [event["sensor"]]),
}


@dataclass(frozen=True)
class Around:
    """Neighbours of an event, the oldest first; not `complete` when time ran out."""

    before: list[DictRow]
    after: list[DictRow]
    complete: bool


def around(event: DictRow, of: str, scope: frozenset[int], limit: int) -> Around:
    """The events next to this one in time that have the same `of` (a key of OF)."""
    text, parameters = OF[of]
    values = parameters(event)
    if None in values:
        return Around([], [], True)
    same = search.bound(scope, Fragment(text, tuple(values)))
    before, after = (
        beside(event, same, scope, limit, descending) for descending in (True, False)
    )
    complete = before.complete and after.complete
    return Around(before.rows[::-1], after.rows, complete)


def beside(
    event: DictRow,
    same: Fragment,
    scope: frozenset[int],
    limit: int,
    descending: bool,
) -> Page:
    asked = Search(
        EVERYTHING,
        scope,
        limit=limit,
        after=Cursor(event["time"], event["id"], NEWEST if descending else OLDEST),
        seconds=SECONDS,
        sort=Sort("time", descending),
    )
    return search.last(search.pages(asked, Condition(same, same), {}))
