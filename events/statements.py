"""One statement of a search: the first rows of a few parts, in one of two ways.

It names the few tables it reads, never their parent: the planner would lock every
segment, and a range of ids makes it misjudge a segment that has no statistics yet.

The planner cannot know how the matches lie in time, nor, in an open segment, how many
there are: what it takes for common may be absent, and then it walks a whole segment by
the time index where another index, or a plain scan, has the answer at once. So there
are two ways, and who searches tries both with growing limits of time (`events/search`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from psycopg import errors, sql
from psycopg.rows import DictRow

from events import walk
from events.cursors import Cursor
from events.orders import KEY, ByColumn, Order
from events.pools import Reader
from events.query import Fragment
from events.query.sql import all_of
from events.tables import ADDRESSES, Table
from events.walk import Part


class Way(Enum):
    ORDERED = auto()  # in the order of the page, until it is full
    GATHERED = auto()  # all that match, then the first of them

    @property
    def other(self) -> "Way":
        return Way.GATHERED if self is Way.ORDERED else Way.ORDERED


@dataclass(frozen=True)
class Condition:
    """The filter on rows as they were stored, and on those whose rank was changed."""

    stored: Fragment
    changed: Fragment

    @property
    def reads_rank(self) -> bool:
        return self.stored != self.changed


@dataclass(frozen=True)
class Wanted:
    """What is asked of any part."""

    table: Table
    order: Order
    condition: Condition
    after: Cursor | None
    limit: int

    @property
    def reads_rank(self) -> bool:
        """Whether ranks that were changed later make a difference."""
        by = isinstance(self.order, ByColumn) and self.order.sort.column
        return self.condition.reads_rank or by == "rank"


def statement(wanted: Wanted, visited: Sequence[Part]) -> Fragment:
    """The first rows of a few parts that are alike, in no order."""
    found = first_rows(wanted, visited)
    text = sql.SQL("SELECT {} FROM ({}) e {}").format(
        columns(wanted), found.text, walk.overlay(wanted.table)
    )
    return Fragment(text, found.params)


def columns(wanted: Wanted) -> sql.Composable:
    """Made of the page's rows only, not of all that match."""
    found = walk.columns(wanted.table)
    if not isinstance(wanted.order, ByColumn):
        return found
    key = sql.Identifier("e", KEY)
    if wanted.order.sort.column in ADDRESSES:
        key_text = sql.SQL("host({}) AS {}").format(key, sql.Identifier(KEY))
        return sql.SQL("{}, {}").format(found, key_text)
    return sql.SQL("{}, {}").format(found, key)


def first_rows(wanted: Wanted, visited: Sequence[Part]) -> Fragment:
    arms = [sql.SQL("SELECT * FROM {}").format(sql.Identifier(p.name)) for p in visited]
    tables = sql.SQL(" UNION ALL ").join(arms)
    stored = sql.SQL("({}) e").format(tables)
    if not (wanted.reads_rank and any(part.changed for part in visited)):
        return ordered(wanted, visited, stored, [wanted.condition.stored], False)
    # Where a rank was changed: the others by their indexes, and those apart.
    changed = sql.SQL("event_state s JOIN {} ON e.id = s.event").format(stored)
    ids = (min(p.first_id for p in visited), max(p.end_id for p in visited))
    apart = Fragment(
        sql.SQL("s.rank IS NOT NULL AND s.event >= %s AND s.event < %s"), ids
    )
    halves = (
        ordered(wanted, visited, stored, [wanted.condition.stored, UNCHANGED], False),
        ordered(wanted, visited, changed, [apart, wanted.condition.changed], True),
    )
    return Fragment(
        sql.SQL("({}) UNION ALL ({})").format(*(half.text for half in halves)),
        tuple(value for half in halves for value in half.params),
    )


UNCHANGED = Fragment(
    sql.SQL(
        "NOT EXISTS (SELECT FROM event_state s"
        " WHERE s.event = e.id AND s.rank IS NOT NULL)"
    )
)


def ordered(
    wanted: Wanted,
    visited: Sequence[Part],
    source: sql.Composable,
    conditions: Sequence[Fragment],
    overlaid: bool,
) -> Fragment:
    key = wanted.order.selected(overlaid)
    chosen = Fragment(sql.SQL("e.*"))
    if key is not None:
        chosen = Fragment(sql.SQL("e.*, {}").format(key.text), key.params)
    after = wanted.order.after(wanted.after, overlaid)
    where = all_of([*bounds(wanted.table, visited), *after, *conditions])
    text = sql.SQL("SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT %s").format(
        chosen.text, source, where.text, wanted.order.clause
    )
    return Fragment(text, (*chosen.params, *where.params, wanted.limit))


def bounds(table: Table, visited: Sequence[Part]) -> list[Fragment]:
    if not any(part.cut for part in visited):
        return []
    low = min(part.low for part in visited)
    high = max(part.high for part in visited)
    time = sql.Identifier("e", table.time)
    text = sql.SQL("{time} >= %s AND {time} <= %s").format(time=time)
    return [Fragment(text, (low, high))]


def kept(wanted: Wanted, ids: Sequence[int]) -> Fragment:
    """Rows that were found before, as far as they are still there and match."""
    key = wanted.order.selected(True) or Fragment(sql.SQL("NULL"))
    named = Fragment(sql.SQL("e.id = ANY(%s::bigint[])"), (list(ids),))
    where = all_of([named, wanted.condition.changed])
    text = sql.SQL("SELECT {} FROM (SELECT e.*, {} FROM {} e {s} WHERE {}) e {s}")
    return Fragment(
        text.format(
            columns(wanted),
            key.text,
            sql.Identifier(wanted.table.name),
            where.text,
            s=walk.overlay(wanted.table),
        ),
        (*key.params, *where.params),
    )


class SegmentGone(Exception):
    """A segment was dropped between the look at `segments` and the statement."""


def fetch(
    connection: Reader,
    asked: Fragment,
    seconds: float,
    filling: bool,
    way: Way,
    alone: bool = False,
) -> list[DictRow]:
    """Runs a statement for so long at most, `alone` by one process.

    errors.QueryCanceled when that was not enough; SegmentGone.
    """
    limit = str(max(int(seconds * 1000), 1))
    try:
        with connection.transaction(), connection.cursor() as cursor:
            chosen = {"limit": limit, "alone": alone, **choices(filling, way)}
            cursor.execute(SETTINGS, chosen)
            return cursor.execute(asked.text, asked.params).fetchall()
    except (errors.UndefinedTable, errors.InternalError_) as error:
        raise SegmentGone(str(error)) from error


def choices(filling: bool, way: Way) -> dict[str, str]:
    """What the planner may do.

    A segment that is still filled has no statistics: left to itself, the planner sorts
    all of it for a page. A sealed one is planned well, as far as statistics can tell.
    """
    by_time = filling and way is Way.ORDERED
    return {
        "scan": "off" if by_time else "on",
        "by_index": "off" if way is Way.GATHERED else "on",
        "cost": "0" if way is Way.GATHERED else "1000",
    }


SETTINGS = """
SELECT set_config('statement_timeout', %(limit)s, true),
       set_config('enable_seqscan', %(scan)s, true),
       set_config('enable_bitmapscan', %(scan)s, true),
       set_config('enable_hashjoin', %(scan)s, true),
       set_config('enable_sort', %(scan)s, true),
       set_config('enable_indexscan', %(by_index)s, true),
       set_config('parallel_setup_cost', %(cost)s, true),
       CASE WHEN %(alone)s
           THEN set_config('max_parallel_workers_per_gather', '0', true) END
"""
