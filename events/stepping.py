"""A step of a paused connection: the next few matches, the oldest that wait.

Nothing beyond them is passed over: in each table the place moves to the last row that
was taken, or as far as was read without finding more.
"""

import time
from collections import Counter
from dataclasses import dataclass

from psycopg import errors
from psycopg.rows import DictRow

from events import followers, live, reading
from events.followers import News, Waiter
from events.live import Filter, Place
from events.reading import Store
from events.tables import Table

MOST_ROWS = 500
SECONDS = 1.0  # then a step ends with what it has found


@dataclass(frozen=True)
class Stretch:
    """The first matches of a table after a place; nothing else up to `upto`."""

    table: Table
    rows: list[DictRow]
    upto: int


async def step(store: Store, asked: Filter, waiter: Waiter, count: int) -> str:
    """The answer to a step, which moves the waiter on.

    Only what is counted is shown, so that the number that waits stays exact.
    """
    stretches = [
        await first(store, table, asked, waiter, count) for table in asked.tables
    ]
    taken = earliest(stretches, count)
    place = waiter.shown
    for stretch in stretches:
        mine = [row for table, row in taken if table is stretch.table]
        place = place.at(stretch.table, reached(stretch, mine, place))
    left = max(0, waiter.count - len(taken))
    text = await answer(store, asked, waiter, taken, place, left)
    # Only now, so that a step that fails passes over nothing.
    waiter.shown, waiter.count, waiter.told = place, left, (left, waiter.exact)
    return text


def earliest(stretches: list[Stretch], count: int) -> list[tuple[Table, DictRow]]:
    """The `count` rows that were received first; of each table from its first on."""
    found = [(stretch.table, row) for stretch in stretches for row in stretch.rows]
    found.sort(key=lambda one: one[1]["received"])
    taken = Counter(table.name for table, _ in found[:count])
    return [
        (stretch.table, row)
        for stretch in stretches
        for row in stretch.rows[: taken[stretch.table.name]]
    ]


def reached(stretch: Stretch, taken: list[DictRow], place: Place) -> int:
    if len(taken) == len(stretch.rows):
        return stretch.upto
    return int(taken[-1]["id"]) if taken else place.of(stretch.table)


async def first(
    store: Store, table: Table, asked: Filter, waiter: Waiter, count: int
) -> Stretch:
    """The first matches that wait, as far as they are found in time."""
    until = time.monotonic() + SECONDS
    found: list[DictRow] = []
    place, end = waiter.shown.of(table), waiter.place.of(table)
    size = waiter.step or reading.STEP
    while place < end and len(found) < count and time.monotonic() < until:
        upto, left = min(place + size, end), count - len(found)
        try:
            async with store.pool.connection() as link:
                part = await live.oldest(link, table, asked, place, upto, left)
        except errors.QueryCanceled:
            size = waiter.step = max(size // 4, reading.SHORTEST_STEP)
            continue
        found += part
        place = part[-1]["id"] if len(part) == left else upto
    return Stretch(table, found, place)


async def answer(
    store: Store,
    asked: Filter,
    waiter: Waiter,
    taken: list[tuple[Table, DictRow]],
    place: Place,
    left: int,
) -> str:
    ids: dict[str, list[int]] = {}
    for table, row in reversed(taken):
        ids.setdefault(table.name, []).append(row["id"])
    shown = await store.rows(asked, ids)
    news = News(
        start=waiter.shown,
        place=place,
        rows=[row.text for row in shown],
        counts=Counter((row["type"], row["cls"]) for _, row in taken),
        received=None,
        whole=waiter.exact,
    )
    more = {"waiting": left, "exact": waiter.exact}
    return followers.message(news, len(shown), True, waiter.flows, **more)
