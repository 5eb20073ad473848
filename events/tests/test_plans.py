"""The plan of every shape of query: which index answers it, in a sealed segment and in
one that is still filled.

A segment is read in two ways (`events/statements.py`): in order until the page is full,
or all matches first. For each shape the table says which indexes answer it where a
match is rare.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
import pytest
from psycopg import sql

from events import orders, pools, sealing, search, statements, store, walk
from events.cursors import Cursor
from events.database import Connection
from events.orders import Sort
from events.query import Fragment, parse
from events.search import Search
from events.statements import Wanted, Way
from events.store import Origin
from events.tables import EVENTS, FLOWS, Table
from events.tests import frames
from events.tests.frames import NOON
from events.walk import Part, Span

SCOPE = frozenset({1, 2})
ROWS = 20_000
SECOND = timedelta(seconds=1)
# Indexes of a sealed segment by what they hold, see `events/tables.py`.
INDEXES = {
    "events_1_time_id_idx": "time",
    "events_1_id_idx": "id",
    "events_1_r0": "src",
    "events_1_r1": "dst",
    "events_1_r2": "host",
    "events_1_r3": "app",
    "events_1_r4": "user",
    "events_1_r5": "rank",
    "events_1_r6": "type",
    "events_1_text": "text",
    "event_state_pkey": "",
}
RARE: dict[str, tuple[Any, Any]] = {
    "host": ("common", "rare"),
    "app": ("common", "rare"),
    "user": ("common", "rare"),
    "src": ("10.1.1.1", "10.9.9.9"),
    "dst": ("10.1.1.1", "10.9.9.9"),
    "rank": (0, 5),
    "type": (5, 1),
    "message": ("nothing to see", "a needle in it"),
    "data": ('{"status": 200}', '{"status": 404}'),
}


def fill(link: Connection, settings: Any, rows: int) -> Connection:
    """`rows` events, a second apart, the last of which is unlike the others."""
    settings.SEGMENT_ROWS = ROWS
    columns = {name: [a] * (rows - 1) + [b] for name, (a, b) in RARE.items()}
    times = [NOON + n * SECOND for n in range(rows)]
    batch = frames.events(rows, time=times, **columns)
    store.save(link, Origin("t", 0, rows - 1), events=batch)
    return link


@pytest.fixture
def sealed(link: Connection, settings: Any) -> Connection:
    fill(link, settings, ROWS)
    sealing.seal_due(link, EVENTS)
    return link


@pytest.fixture
def filling(link: Connection, settings: Any) -> Connection:
    """A segment that lacks one row to be full: without statistics."""
    return fill(link, settings, ROWS - 1)


@dataclass(frozen=True)
class Plan:
    """What a plan uses; `nodes` are its kinds of steps."""

    nodes: list[str]
    indexes: set[str]
    tables: set[str]
    keys: list[list[str]]  # what is sorted by, for every sort


def planned(q: str, way: Way, **asked: Any) -> Plan:
    wanted_search = Search(parse(q), SCOPE, **asked)
    table = wanted_search.table
    order = orders.order(table, wanted_search.sort, {})
    condition = search.conditions(wanted_search, {})
    wanted = Wanted(table, order, condition, wanted_search.after, 101)
    with pools.readers().connection() as reader:
        found = walk.parts(reader, table, wanted_search.span)
        statement = statements.statement(wanted, found)
        text = sql.SQL("EXPLAIN (FORMAT JSON) ") + statement.text
        explain = Fragment(text, statement.params)
        rows = statements.fetch(reader, explain, 9, found[0].filling, way)
    return read(rows[0]["QUERY PLAN"])


def read(plan: Any) -> Plan:
    steps = list(
        walked((orjson.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
    )
    indexes = {step["Index Name"] for step in steps if "Index Name" in step}
    return Plan(
        [step["Node Type"] for step in steps],
        {INDEXES.get(name, name) for name in indexes} - {""},
        {step["Relation Name"] for step in steps if "Relation Name" in step},
        [step["Sort Key"] for step in steps if "Sort Key" in step],
    )


def walked(step: Any) -> Iterator[Any]:
    yield step
    for below in step.get("Plans", ()):
        yield from walked(below)


# Query, way, the indexes that answer it. Without one: every row is read.
SHAPES: list[tuple[str, Way, set[str]]] = [
    ("", Way.ORDERED, {"time"}),
    ("src:10.9.9.9", Way.ORDERED, {"src"}),
    ("dst:10.9.9.9", Way.ORDERED, {"dst"}),
    ("ip:10.9.9.9", Way.ORDERED, {"src", "dst"}),
    ("src:10.9.0.0/16", Way.ORDERED, {"src"}),
    ("ip:10.9.0.0/16", Way.ORDERED, {"src", "dst"}),
    ("src:[10.9.0.0 TO 10.9.9.9]", Way.ORDERED, {"src"}),
    ("src:10.9.9.9 OR src:10.8.8.8", Way.ORDERED, {"src"}),
    ("src:(10.9.9.9 OR 10.8.8.8)", Way.ORDERED, {"src"}),
    ("src:10.9.9.9 OR user:rare", Way.GATHERED, {"src", "user"}),
    ("host:RARE", Way.ORDERED, {"host"}),
    ("app:rare", Way.ORDERED, {"app"}),
    ("user:rare", Way.ORDERED, {"user"}),
    ("host:(rare OR other)", Way.ORDERED, {"host"}),
    ("rank>0", Way.ORDERED, {"rank"}),
    ("rank:[1 TO 9]", Way.ORDERED, {"rank"}),
    ("type:ids", Way.ORDERED, {"type"}),
    ("needle", Way.ORDERED, {"text"}),
    ('"a needle in"', Way.ORDERED, {"text"}),
    ("message:needle", Way.ORDERED, {"text"}),
    ("host:*ar*", Way.GATHERED, {"text"}),
    ("host:r?re", Way.GATHERED, {"text"}),
    ("message:/need.*it/", Way.GATHERED, {"text"}),
    ("needle -app:common", Way.ORDERED, {"text"}),
    ("(needle OR haystack)", Way.GATHERED, {"text"}),
    ("needle OR src:10.9.9.9", Way.GATHERED, {"text", "src"}),
    ("NOT app:rare", Way.ORDERED, {"time"}),
    ("sport:99", Way.GATHERED, set()),
    ("data.status:404", Way.GATHERED, set()),
    ("data.status:*", Way.ORDERED, {"time"}),
]  # fmt: skip


def test_a_sealed_segment_answers_by_its_indexes(sealed: Connection) -> None:
    for q, way, indexes in SHAPES:
        plan = planned(q, way)
        assert plan.indexes == indexes, (q, plan)
        assert plan.tables <= {"events_1", "event_state"}, (q, plan)
        assert ("BitmapOr" in plan.nodes) or len(indexes) <= 1, (q, plan)
        assert not indexes or "Seq Scan" not in scans_of_events(plan), (q, plan)


def scans_of_events(plan: Plan) -> list[str]:
    """The kinds of scans but for that of `event_state`, which is small."""
    if "event_state" in plan.tables and "Seq Scan" in plan.nodes:
        plan.nodes.remove("Seq Scan")
    return plan.nodes


def test_an_open_segment_is_read_in_order_of_time_and_never_sorted(
    filling: Connection,
) -> None:
    for q, _, _ in SHAPES:
        for newest in (True, False):
            plan = planned(q, Way.ORDERED, sort=Sort("time", newest))
            assert plan.indexes == {"time"}, (q, plan)
            assert plan.tables == {"events_1", "event_state"}, (q, plan)
            assert not plan.keys, (q, plan)


def test_an_open_segment_is_scanned_for_the_first_of_all_matches(
    filling: Connection,
) -> None:
    for q, _, _ in SHAPES:
        plan = planned(q, Way.GATHERED)
        assert "time" not in plan.indexes, (q, plan)
        assert plan.nodes.index("Limit") < plan.nodes.index("Sort"), (q, plan)


def test_a_range_of_time_is_read_from_its_index(sealed: Connection) -> None:
    span = Span(NOON + 100 * SECOND, NOON + 200 * SECOND)
    assert planned("", Way.ORDERED, span=span).indexes == {"time"}
    assert planned("needle", Way.GATHERED, span=span).indexes <= {"time", "text"}
    narrow = planned("sport:99", Way.GATHERED, span=span)
    assert narrow.indexes == {"time"}


def test_the_next_page_begins_in_the_index(sealed: Connection) -> None:
    after = Cursor(NOON + 9_000 * SECOND, 9_001)
    plan = planned("", Way.ORDERED, after=after)
    assert plan.indexes == {"time"}
    assert not plan.keys


def test_pages_by_time_need_no_sort_either_way(sealed: Connection) -> None:
    for newest in (True, False):
        plan = planned("", Way.ORDERED, sort=Sort("time", newest))
        assert plan.indexes == {"time"}
        assert not plan.keys


def test_another_order_sorts_the_first_rows_only(sealed: Connection) -> None:
    plan = planned("", Way.GATHERED, sort=Sort("src"))
    assert plan.nodes.index("Limit") < plan.nodes.index("Sort")
    assert [key[0].split()[0] for key in plan.keys] == ["events_1.src"]


def test_ranks_changed_later_leave_the_index_in_use(sealed: Connection) -> None:
    sealed.execute(
        "INSERT INTO event_state (event, rank, cleared, verdict, by, at)"
        " VALUES (5, 50, false, '', 'x', now())"
    )
    plan = planned("rank>0", Way.ORDERED)
    assert {"rank", "id"} <= plan.indexes


def test_flows_answer_by_their_indexes(link: Connection, settings: Any) -> None:
    settings.SEGMENT_ROWS = ROWS
    ends = [NOON + n * SECOND for n in range(ROWS)]
    src = ["10.1.1.1"] * (ROWS - 1) + ["10.9.9.9"]
    batch = frames.flows(ROWS, end=ends, src=src, dst="10.1.1.2")
    store.save(link, Origin("t", 0, ROWS - 1), flows=batch)
    sealing.seal_due(link, FLOWS)
    assert flow_indexes("src:10.9.9.9") == {"flows_1_r0"}
    assert flow_indexes("ip:10.9.9.9") == {"flows_1_r0", "flows_1_r1"}
    assert flow_indexes("uid:flow-7") == {"flows_1_r2"}
    assert flow_indexes("") == {"flows_1_end_id_idx"}


def flow_indexes(q: str) -> set[str]:
    return planned(q, Way.ORDERED, table=FLOWS).indexes


def test_a_page_touches_only_the_segments_that_it_names(
    link: Connection, settings: Any
) -> None:
    settings.SEGMENT_ROWS = 10
    times = [NOON + n * SECOND for n in range(100)]
    store.save(link, Origin("t", 0, 99), events=frames.events(100, time=times))
    with pools.readers().connection() as reader:
        statement = of_two(walk.parts(reader, EVENTS, Span()), EVENTS)
        locks = "SELECT relation::regclass::text AS name FROM pg_locks"
        with reader.transaction():
            reader.execute(statement.text, statement.params)
            locked = {row["name"] for row in reader.execute(locks)}
    found = {name for name in locked if name and name.startswith("events")}
    assert {"events_81", "events_91"} <= found
    assert all(name.startswith(("events_8", "events_9")) for name in found)


def of_two(parts: list[Part], table: Table) -> Fragment:
    asked = Search(parse("message"), SCOPE)
    condition = search.conditions(asked, {})
    wanted = Wanted(table, orders.order(table, None, {}), condition, None, 5)
    return statements.statement(wanted, parts[:2])
