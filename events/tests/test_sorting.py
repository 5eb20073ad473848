"""Any order, page size and state of segments gives what a plain sort gives."""

from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_address
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import clear_store
from events import cursors, orders, origins, pools, sealing, search, store, visit
from events.cursors import CursorError
from events.database import Connection
from events.orders import Sort, SortError
from events.query import parse
from events.search import Page, Search
from events.store import Origin
from events.tables import EVENTS, FLOWS
from events.tests import frames
from events.tests.frames import NOON

SCOPE = frozenset({1, 2})
COLUMNS: dict[str, list[Any]] = {
    "time": [NOON + timedelta(minutes=n) for n in (0, 0, 1, 70, 4_000)],
    "received": [NOON, NOON + timedelta(microseconds=1)],
    "host": ["b", "B", "a", "", None, "ä", "\U0001f40e", "a" * 70 + "z", "a" * 70],
    "src": ["10.0.0.9", "10.0.0.10", "9.0.0.1", "2001:db8::1", "::1", None],
    "rank": [0, -3, 7],
    "sport": [None, 1, 65_535],
    "pid": [None, 2**40],
    "inbound": [None, True, False],
    "sensor": [1, 2],
    "message": ["one", "two"],
}
SORTS = [*(name for name in COLUMNS if name != "sensor"), "type"]
# How a value is compared, where not as Python does it.
VALUES: dict[str, Callable[[Any], Any]] = {
    "host": lambda text: text[:64].lower(),
    "src": lambda text: (ip_address(text).version, int(ip_address(text))),
}


def store_rows(link: Connection, seed: int, count: int) -> list[dict[str, Any]]:
    """Rows of chance; some segments sealed, the last one open; ranks changed later."""
    draw = Random(seed)
    columns = {
        name: [draw.choice(values) for _ in range(count)]
        for name, values in COLUMNS.items()
    }
    batch = frames.events(count, **columns)
    for first in range(0, count, 5):
        part = batch[first : first + 5]
        store.save(link, Origin("t", first, first + len(part) - 1), events=part)
    if draw.random() < 0.7:
        sealing.seal_due(link, EVENTS)
    rows = [
        {"id": n + 1, **{k: v[n] for k, v in columns.items()}} for n in range(count)
    ]
    for row in draw.sample(rows, min(len(rows), draw.choice([0, 3]))):
        row["rank"] = 50
        link.execute(
            "INSERT INTO event_state (event, rank, cleared, verdict, by, at)"
            " VALUES (%s, 50, false, '', 'x', now())",
            [row["id"]],
        )
    return rows


def brute(rows: list[dict[str, Any]], sort: Sort) -> list[int]:
    """The ids in order, by the plainest sort."""
    by_time = sort.column == "time"
    newest = not by_time or sort.descending
    found = sorted(rows, key=lambda row: (row["time"], row["id"]), reverse=newest)
    if by_time:
        return [row["id"] for row in found]
    value = VALUES.get(sort.column, lambda given: given)
    known = [row for row in found if row.get(sort.column, 5) is not None]
    known.sort(key=lambda row: value(row.get(sort.column, 5)), reverse=sort.descending)
    return [row["id"] for row in known + [row for row in found if row not in known]]


def all_pages(**asked: Any) -> list[int]:
    ids: list[int] = []
    after = None
    while True:
        page = search.run(Search(**asked, after=after))
        assert page.complete
        assert len(page.rows) <= asked["limit"]
        ids += [row["id"] for row in page.rows]
        if page.next is None:
            return ids
        after = cursors.decode(page.next.encode())


@given(
    seed=st.integers(0, 10**6),
    count=st.integers(0, 40),
    size=st.sampled_from([6, 10, 1_000]),
    limit=st.integers(1, 12),
    width=st.integers(1, 3),
    sort=st.builds(Sort, st.sampled_from(SORTS), st.booleans()),
)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_pages_one_after_the_other_are_a_plain_sort(
    link: Connection,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    count: int,
    size: int,
    limit: int,
    width: int,
    sort: Sort,
) -> None:
    clear_store()
    settings.SEGMENT_ROWS = size
    monkeypatch.setattr(visit, "MOST_PARTS", width)
    rows = store_rows(link, seed, count)
    asked = {"scope": SCOPE, "limit": limit, "sort": sort}
    assert all_pages(query=parse(""), **asked) == brute(rows, sort)
    ranked = [row for row in rows if row["rank"] > 0]
    assert all_pages(query=parse("rank>0"), **asked) == brute(ranked, sort)


def test_sensors_are_sorted_by_name(
    link: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {1: ("z", "here"), 2: ("a", "here")}
    monkeypatch.setattr(origins, "names", lambda scope: names)
    store.save(link, Origin("t", 0, 2), events=frames.events(3, sensor=[1, 2, 1]))
    asked = {"query": parse(""), "scope": SCOPE, "limit": 1}
    assert all_pages(**asked, sort=Sort("sensor", False)) == [2, 3, 1]
    assert all_pages(**asked, sort=Sort("sensor")) == [3, 1, 2]


def test_flows_are_sorted_by_their_columns(link: Connection) -> None:
    batch = frames.flows(3, bytes_out=[5, None, 9])
    store.save(link, Origin("t", 0, 2), flows=batch)
    asked = {"query": parse(""), "scope": SCOPE, "limit": 2, "table": FLOWS}
    assert all_pages(**asked, sort=Sort("bytes_out")) == [3, 1, 2]
    assert all_pages(**asked, sort=Sort("end", False)) == [1, 2, 3]


def test_a_page_by_a_column_that_time_cuts_short_goes_on_to_the_same_answer(
    link: Connection, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEGMENT_ROWS = 10
    hosts = [f"h{n * 7 % 60:02}" for n in range(60)]
    times = [NOON + timedelta(hours=n) for n in range(60)]
    for first in range(0, 60, 10):
        part = frames.events(
            10, time=times[first : first + 10], host=hosts[first : first + 10]
        )
        store.save(link, Origin("t", first, first + 9), events=part)
    ids: list[str] = []
    after, partial = None, 0
    for _ in range(40):
        asked = Search(
            parse(""), SCOPE, limit=25, sort=Sort("host", False), after=after
        )
        page = one_step(asked)
        after = cursors.decode(page.next.encode()) if page.next else None
        if page.complete:
            ids += [row["host"] for row in page.rows]
        else:
            partial += 1
            assert page.reached
            assert 0 < page.progress < 1
        if page.complete and not page.next:
            break
    assert partial
    assert ids == sorted(hosts)


def one_step(asked: Search) -> Page:
    """The page as it is after the first statement."""
    return next(search.steps(asked))


@pytest.mark.parametrize("text", ["raw", "data", "head", "-", "-x", "id; DROP", "--a"])
def test_what_is_nothing_to_sort_by(text: str) -> None:
    with pytest.raises(SortError, match="nothing to sort by"):
        orders.parse(text, EVENTS)


def test_a_sort_is_written_as_in_an_address() -> None:
    assert orders.parse("", EVENTS) == Sort("time")
    assert orders.parse("", FLOWS) == Sort("end")
    for text in ("src", "-src"):
        assert str(orders.parse(text, EVENTS)) == text


def test_a_cursor_of_another_order_is_refused(link: Connection) -> None:
    store.save(link, Origin("t", 0, 4), events=frames.events(5, src="10.0.0.1"))
    sorts = [Sort("time"), Sort("time", False), Sort("src"), Sort("rank")]
    asked = [Search(parse(""), SCOPE, limit=2, sort=sort) for sort in sorts]
    for one in asked:
        following = search.run(one).next
        for other in asked:
            if other is not one:
                with pytest.raises(CursorError, match="another order"):
                    search.run(
                        Search(parse(""), SCOPE, after=following, sort=other.sort)
                    )


def test_a_page_can_be_stopped_between_steps(link: Connection, settings: Any) -> None:
    settings.SEGMENT_ROWS = 2
    times = [NOON + timedelta(minutes=n) for n in range(20)]
    store.save(link, Origin("t", 0, 19), events=frames.events(20, time=times))
    steps = search.steps(Search(parse("nowhere"), SCOPE))
    assert next(steps).progress < next(steps).progress < 1
    steps.close()
    with pools.readers().connection() as free:
        assert free.info.transaction_status == 0


HOSTILE: list[tuple[str, cursors.Key]] = [
    ("src", "'; DROP TABLE events"),
    ("src", "fe80::1%eth0"),
    ("src", 5),
    ("rank", "5"),
    ("host", 5),
    ("received", 9 * 10**18),
]


@pytest.mark.parametrize(("column", "key"), HOSTILE)
def test_a_cursor_whose_key_is_no_value_of_the_column_is_refused(
    link: Connection, column: str, key: cursors.Key
) -> None:
    store.save(link, Origin("t", 0, 0), events=frames.events(1))
    text = cursors.Cursor(NOON, 1, column, key).encode()
    with pytest.raises(CursorError, match="does not fit"):
        search.run(
            Search(
                parse(""),
                SCOPE,
                after=cursors.decode(text),
                sort=Sort(column, descending=False),
            )
        )
