"""History: a page at a time, in bounded time.

By time, the walk visits the segment with the newest (or oldest) row first and stops
when the page is full and no segment left can hold a row that comes before the page's
last. Sorted by another column it has to visit all. What it cannot finish in time it
says: a page by time is then complete down to `reached`; one by another column has the
best rows down to there, and its cursor gives the same page again, further on.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime

from psycopg import sql
from psycopg.rows import DictRow

from events import orders, origins, pools, walk
from events.cursors import Cursor
from events.orders import Sort
from events.query import Fragment, Node, Sensors, compile_sql
from events.query.sql import all_of
from events.query.tree import EVERYTHING
from events.statements import Condition, Wanted
from events.stopping import Stop
from events.tables import EVENTS, FLOWS, Table
from events.visit import Visit
from events.walk import Span

TOTAL_SECONDS = 10.0


@dataclass(frozen=True)
class Search:
    """What is asked. `scope` is the sensors that the user may read."""

    query: Node
    scope: frozenset[int]
    span: Span = Span()
    limit: int = 100
    after: Cursor | None = None
    table: Table = EVENTS
    seconds: float = TOTAL_SECONDS
    sort: Sort | None = None  # None: newest first


@dataclass(frozen=True)
class Page:
    """Rows in order; `next` is None at the end of the range.

    Not `complete`: time ran out; by time, all rows before `reached` were found.
    `progress`: the share of the range that was visited, 0…1.
    """

    rows: list[DictRow]
    next: Cursor | None
    complete: bool = True
    reached: datetime | None = None
    progress: float = 1.0


def run(asked: Search, stop: Stop | None = None) -> Page:
    """One page. PoolTimeout or OperationalError when the database is away; CursorError
    for a cursor of another order; Stopped."""
    return last(steps(asked, stop))


def steps(asked: Search, stop: Stop | None = None) -> Generator[Page, None, None]:
    """The page as far as it is known after each statement; the last one is the answer.

    The caller may leave at any step; `stop` ends a statement under way as well.
    """
    if not asked.scope:
        yield Page([], None)
        return
    names = origins.names(asked.scope)
    condition = conditions(asked, names)
    yield from pages(asked, condition, names, stop)


def pages(
    asked: Search, condition: Condition, names: Sensors, stop: Stop | None = None
) -> Generator[Page, None, None]:
    order = orders.order(asked.table, asked.sort, names)
    if asked.after:
        order.check(asked.after)
    wanted = Wanted(asked.table, order, condition, asked.after, asked.limit + 1)
    visit = Visit(wanted, asked.span, asked.seconds, stop)
    while visit.goes_on():
        visit.step()
        if visit.goes_on():
            yield partial(visit, asked)
    yield partial(visit, asked) if visit.is_unfinished() else whole(visit, asked)


def conditions(asked: Search, names: Sensors) -> Condition:
    """The filter; always bound to the scope."""
    stored, changed = (
        bound(
            asked.scope, compile_sql(asked.query, asked.table, names, overlay=changed)
        )
        for changed in (False, True)
    )
    return Condition(stored, changed)


def bound(scope: frozenset[int], condition: Fragment) -> Fragment:
    """The condition on rows of these sensors."""
    sensors = Fragment(sql.SQL("e.sensor = ANY(%s::int[])"), (sorted(scope),))
    return all_of([sensors, condition])


def whole(visit: Visit, asked: Search) -> Page:
    rows = visit.found[: asked.limit]
    more = len(visit.found) > len(rows)
    following = visit.order.cursor(rows[-1]) if more else None
    return Page(orders.without_keys(rows), following)


def partial(visit: Visit, asked: Search) -> Page:
    """What is known when the next part to visit is that of `visit`."""
    reached = visit.order.edge(visit.left[0])
    rows = visit.order.known(visit.found, reached)[: asked.limit]
    return Page(
        orders.without_keys(rows),
        visit.order.resumed(asked.after, reached, visit.found),
        complete=False,
        reached=reached,
        progress=visit.progress(),
    )


def event(number: int, scope: frozenset[int]) -> DictRow | None:
    """One event with its exact line (`head`, `raw`); None outside of the scope."""
    query = sql.SQL(
        "SELECT {} FROM events e {} WHERE e.id = %s AND e.sensor = ANY(%s::int[])"
    ).format(walk.columns(EVENTS, line=True), walk.overlay(EVENTS))
    with pools.readers().connection() as connection:
        return connection.execute(query, [number, sorted(scope)]).fetchone()


def flow(uid: str, scope: frozenset[int]) -> DictRow | None:
    """The newest flow record of this id; None outside of the scope."""
    asked = Search(EVERYTHING, scope, limit=1, table=FLOWS)
    same = sql.SQL("lower(e.uid) = lower(%s) AND e.uid = %s")  # by its index
    named = bound(scope, Fragment(same, (uid, uid)))
    page = last(pages(asked, Condition(named, named), {}))
    return page.rows[0] if page.rows else None


def last(found: Iterator[Page]) -> Page:
    """The answer: what all steps together have found."""
    page = Page([], None)
    for page in found:  # noqa: B007
        pass
    return page
