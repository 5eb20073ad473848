"""Rows are read and encoded once for all filters, and not kept for long."""

import json
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from events import hub, shelf
from events.database import Connection
from events.shelf import Row, Shelf
from events.tables import EVENTS

pytestmark = pytest.mark.asyncio
NAMES = {1: ("one", "mine")}


@pytest_asyncio.fixture
async def found(link: Connection) -> AsyncIterator[Shelf]:
    store = hub.new_store()
    await store.pool.open()
    yield store.shelf
    await store.pool.close()


def ids(rows: list[Row]) -> list[int]:
    return [json.loads(row.text)["id"] for row in rows]


async def test_rows_come_in_the_order_that_was_asked_for(
    found: Shelf, add: Callable[..., int]
) -> None:
    add(5)
    assert ids(await found.rows(EVENTS, [4, 2, 5], NAMES)) == [4, 2, 5]
    assert ids(await found.rows(EVENTS, [5, 4, 3], NAMES)) == [5, 4, 3]


async def test_a_row_is_read_once(
    found: Shelf, add: Callable[..., int], link: Connection
) -> None:
    add(2)
    await found.rows(EVENTS, [2, 1], NAMES)
    link.execute("DELETE FROM events")
    assert ids(await found.rows(EVENTS, [2, 1], NAMES)) == [2, 1]


async def test_rows_are_read_again_after_some_seconds(
    found: Shelf,
    add: Callable[..., int],
    link: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shelf, "KEEP", 0.0)
    add(2)
    await found.rows(EVENTS, [2, 1], NAMES)
    link.execute("DELETE FROM events WHERE id = 2")
    assert ids(await found.rows(EVENTS, [2, 1], NAMES)) == [1]


async def test_it_keeps_only_so_many_bytes(
    found: Shelf, add: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MOST_BYTES", 2_000)
    add(20)
    for number in range(1, 21):
        await found.rows(EVENTS, [number], NAMES)
    assert found.bytes == sum(len(row.text) for row in found.kept.values())
    assert 0 < len(found.kept) < 10
