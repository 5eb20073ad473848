"""Searches over a full store, beside the same ones on one plain table.

    script/bench search [--rows N] [--short]

`rows` events in sealed segments (of a million each) and one full open segment. The
peer holds the same rows in one table with the same indexes on everything: what no
system that takes in events all day can have, so with the open segment it is no peer.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from psycopg import sql

from bench import filled, report

if TYPE_CHECKING:
    from events.database import Connection
    from events.pools import Reader
    from events.query import Sensors
    from events.search import Search
    from events.walk import Span

RUNS = 7  # after one that warms up
PLAIN = "bench_plain"
SLACK, RATIO = 20.0, 1.5  # ms, times the plain table


@dataclass(frozen=True)
class Case:
    """A query and what it may take at most, in ms: without the open segment and with
    it; 0 where nothing is promised but the comparison."""

    name: str
    query: str
    sealed: float = 0
    with_open: float = 0
    last_page: bool = False
    sort: str = ""


CASES = (
    Case("newest page", ""),
    Case("rare address", f"src:{filled.RARE_ADDRESS}", sealed=20),
    Case("rare address, either side", f"ip:{filled.RARE_ADDRESS}", sealed=20),
    Case("rare word", filled.RARE_WORD, sealed=100, with_open=400),
    Case("word of the oldest segment", filled.OLDEST_WORD, sealed=200),
    Case("word that is nowhere", "zzyzx"),
    Case("last page of app:sshd", "app:sshd", last_page=True),
    Case("phrase that is common", '"Failed password"'),
    Case("rare user or address", f"user:mallory OR src:{filled.RARE_ADDRESS}"),
    Case("rank over 0", "rank>0"),
    Case("kind of event", "type:ids"),
    Case("network", "dst:10.1.7.0/24"),
    Case("all but two programs", "-app:kernel -app:sshd"),
    Case("newest page, oldest first", "", sort="time"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--short", action="store_true", help="a tenth of everything")
    options = parser.parse_args()
    rows, segment = options.rows, 1_000_000
    if options.short:
        rows, segment = rows // 10, segment // 10
    with filled.running(rows, segment):
        from events import database

        with database.connect() as connection:
            build_plain(connection)
        found = [measured(case) for case in CASES]
    report.table(
        f"Search over {rows:,} sealed events and an open segment of {segment:,}",
        ["what", "rows", "sealed ms", "plain ms", "allowed", "target",
         "with open ms", "target", "plain ms"],
        found,
    )  # fmt: skip


def build_plain(connection: "Connection") -> None:
    """All rows in one table, indexed as a sealed segment is."""
    from events.tables import EVENTS

    name = sql.Identifier(PLAIN)
    connection.execute("SET maintenance_work_mem = '256MB'")
    connection.execute(sql.SQL("CREATE TABLE {} AS SELECT * FROM events").format(name))
    for index in ("(time, id)", "(id)", *EVENTS.read_indexes, EVENTS.text_index):
        connection.execute(
            sql.SQL("CREATE INDEX ON {} ").format(name) + sql.SQL(index)  # literals
        )
    connection.execute(sql.SQL("VACUUM (FREEZE, ANALYZE) {}").format(name))


def measured(case: Case) -> list[object]:
    """A row of the table: this store and the plain one, without and with the open
    segment."""
    from events.walk import Span

    sealed = asked(case, Span(end=begin_of_open()))
    whole = asked(case, Span())
    rows, ours = timed(lambda: found(sealed))
    plain_rows, plain = timed(lambda: found_in_plain(sealed))
    check(case, rows, plain_rows)
    _, ours_open = timed(lambda: found(whole))
    _, plain_open = timed(lambda: found_in_plain(whole))
    allowed = RATIO * plain + SLACK
    return [
        case.name, rows, ours, plain, allowed, case.sealed or "", ours_open,
        case.with_open or "", plain_open,
    ]  # fmt: skip


def check(case: Case, rows: int, plain: int) -> None:
    if rows != plain:
        raise SystemExit(f"{case.name}: {rows} rows, {plain} in the plain table")


def begin_of_open() -> datetime | None:
    from events import database

    with database.connect() as connection:
        row = connection.execute(
            "SELECT oldest FROM segments WHERE \"table\" = 'events' AND rows > 0"
            " AND state = 'open' ORDER BY first_id LIMIT 1"
        ).fetchone()
    return row[0] if row else None


def asked(case: Case, span: "Span") -> "Search":
    from events import orders, search
    from events.query import parse
    from events.search import Search
    from events.tables import EVENTS
    from sensors.models import Sensor

    scope = frozenset(Sensor.objects.values_list("pk", flat=True))
    sort = orders.parse(case.sort, EVENTS)
    wanted = Search(parse(case.query), scope, span, sort=sort)
    if not case.last_page:
        return wanted
    oldest = search.run(replace(wanted, sort=orders.Sort("time", False), limit=50))
    last = oldest.rows[-1]
    return replace(wanted, after=orders.ByTime(EVENTS).cursor(last))


def found(wanted: "Search") -> int:
    from events import search

    page = search.run(wanted)
    if not page.complete:
        raise SystemExit(f"{wanted.query}: not complete in {wanted.seconds} s")
    return len(page.rows)


def found_in_plain(wanted: "Search") -> int:
    """The same page by one statement, planned as the server likes."""
    from events import origins, pools

    names = origins.names(wanted.scope)
    with pools.readers().connection() as connection:
        return len(plain_rows(connection, wanted, names)[: wanted.limit])


def plain_rows(
    connection: "Reader", wanted: "Search", names: "Sensors"
) -> list[object]:
    from events import orders, search, statements
    from events.cursors import EPOCH
    from events.walk import LAST_TIME, Part

    order = orders.order(wanted.table, wanted.sort, names)
    condition = search.conditions(wanted, names)
    table = Part(
        PLAIN, 0, 2**62, False, wanted.span.start or EPOCH,
        wanted.span.end or LAST_TIME, cut=wanted.span.end is not None, changed=False,
    )  # fmt: skip
    everything = statements.Wanted(
        wanted.table, order, condition, wanted.after, wanted.limit + 1
    )
    statement = statements.statement(everything, [table])
    return list(connection.execute(statement.text, statement.params))


def timed(call: Callable[[], int]) -> tuple[int, float]:
    """What it gives, and the median of its milliseconds."""
    result, took = call(), []
    for _ in range(RUNS):
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1000)
    return result, statistics.median(took)


if __name__ == "__main__":
    main()
