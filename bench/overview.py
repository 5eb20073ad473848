"""Histogram and eight facets of 24 hours: counted, sampled, exact; groups; top lists.

    script/bench overview [--rows N]

Asked of a store of N events over 48 hours, half of which the range has. The worker has
merged the counts, as it does every 20 seconds.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import filled, report

ROWS = 10_000_000
TRIES = 5
FILTER = "action:fail port"  # a field and a word; one row in six
FIELDS = ("type", "sensor", "src", "dst", "dport", "app", "host", "user")

Line = dict[str, Any]
Ask = Callable[[], Iterator[Line]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--minutes", type=float, help="of no meaning here")
    rows = parser.parse_args().rows
    with filled.running(rows):
        merge()
        measured = [*overviews(), *others()]
    report.table(
        f"Overview of 24 hours, {rows:,} events over 48 hours",
        ["what", "first line, ms", "last line, ms", "lines", "events"],
        measured,
    )


def merge() -> None:
    """At once what the worker does in its time."""
    from events import counts, database

    with database.connect() as connection:
        names = connection.execute("SELECT DISTINCT segment FROM counts").fetchall()
        for (name,) in names:
            counts.merge(connection, name)


def overviews() -> Iterator[list[object]]:
    yield row("unfiltered, counted (target ≤ 150 ms)", lambda: overview(""))
    yield row("unfiltered, its edges read as well", lambda: overview("", exact=True))
    yield row("one sensor, counted", lambda: overview("sensor:north"))
    yield row("filtered, sample (target ≤ 1,000 ms)", lambda: overview(FILTER))
    yield row("filtered, exact", lambda: overview(FILTER, exact=True), tries=1)
    yield row("one address, exact", lambda: overview("src:198.51.0.7", exact=True))


def others() -> Iterator[list[object]]:
    yield row("grouped by source and application", lambda: grouped("src", "app"), 1)
    yield row("condensed by event", lambda: grouped("src", "dst", "event"), 1)
    for of in ("rank", "count"):
        yield row(f"top addresses by {of}, 15 min (target ≤ 200 ms)", lambda: top(of))  # noqa: B023


def overview(query: str, exact: bool = False) -> Iterator[Line]:
    from events.overview import run
    from events.overview.asked import Overview
    from events.overview.steps import steps

    asked = question(query)
    assert asked.span.start and asked.span.end
    buckets = steps(asked.span.start, asked.span.end, 120)
    return run.lines(Overview(asked, buckets, fields=FIELDS, exact=exact))


def grouped(*by: str) -> Iterator[Line]:
    from events.overview import groups

    return groups.lines(groups.Grouping(question(""), by))


def top(of: str) -> Iterator[Line]:
    from events.overview.top import KINDS, Top, ask

    asked = question("", timedelta(minutes=15), KINDS[of].name)
    return iter([ask(Top(of, asked)) | {"total": ""}])


def question(
    query: str, length: timedelta = timedelta(hours=24), table: str = "events"
) -> Any:
    from events import origins
    from events.overview.asked import Asked
    from events.query import parse
    from events.tables import TABLES
    from events.walk import Span

    now = datetime.now(UTC)
    return Asked(parse(query), origins.names(), Span(now - length, now), TABLES[table])


def row(
    what: str, ask: Callable[[], Iterator[Line]], tries: int = TRIES
) -> list[object]:
    """The medians of a few tries."""
    measured = sorted(measure(ask) for _ in range(tries))
    first, last, lines, total = measured[len(measured) // 2]
    return [what, first, last, lines, total]


def measure(ask: Ask) -> tuple[float, float, int, Any]:
    began, first, lines, line = time.perf_counter(), 0.0, 0, {}
    for line in ask():  # noqa: B007  (the last one is looked at)
        lines += 1
        first = first or time.perf_counter() - began
    return first * 1e3, (time.perf_counter() - began) * 1e3, lines, line["total"]


if __name__ == "__main__":
    main()
