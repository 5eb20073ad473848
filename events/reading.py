"""A reader of one filter for the connections that are at the same place.

It reads once for all of them. One that is behind (its connection was paused, or came
back) reads forward in bounded steps. A filter that is too slow for its time limit reads
shorter ranges, waits longer between them and says so; slow readers share one lane, so
that they hold up nobody else.
"""

import asyncio
import heapq
import logging
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from operator import attrgetter

from psycopg import errors
from psycopg_pool import AsyncConnectionPool

from events import live, pools, rows
from events.followers import Connection, News, Texts
from events.live import Filter, Found, Link, Place
from events.shelf import Row, Shelf
from events.tables import Table

PACE = 0.25  # seconds between two messages to a connection
PAUSED_PACE = 2.0  # seconds between two counts for a paused one
STEP = 20_000  # ids of one read
SHORTEST_STEP = 500
READ_SECONDS = 1.0
LONGEST_WAIT = 30.0  # seconds between two reads of a slow filter
TRY_AGAIN = 2.0  # seconds, when the database is away

log = logging.getLogger(__name__)


@dataclass
class Store:
    """The store as the readers of a process see it: how far it is, and the way in."""

    pool: AsyncConnectionPool[Link]
    shelf: Shelf
    head: Place = Place()
    slow_lane: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    async def rows(self, asked: Filter, ids: dict[str, list[int]]) -> list[Row]:
        """The rows of all tables, the newest received first."""
        lists = [
            await self.shelf.rows(table, ids[table.name], asked.names)
            for table in asked.tables
            if ids.get(table.name)
        ]
        return list(heapq.merge(*lists, key=attrgetter("received"), reverse=True))


class Reader:
    """Reads one filter for connections at the same place, paused ones or others."""

    def __init__(
        self, store: Store, asked: Filter, place: Place, paused: bool = False
    ) -> None:
        self.store, self.asked = store, asked
        self.place, self.paused = place, paused
        self.followers: set[Connection] = set()
        self.step = STEP
        self.wait = 0.0  # extra seconds between two reads; more than 0: slow
        self.poke = asyncio.Event()

    def is_like(self, other: "Reader") -> bool:
        """Whether both would read the same."""
        return (self.asked, self.place, self.paused) == (
            other.asked,
            other.place,
            other.paused,
        )

    def behind(self) -> int:
        """How many ids are still to be read."""
        return self.place.behind(self.asked.part(self.store.head))

    async def turn(self) -> bool:
        """Reads for a while and hands over what was found; or waits for something new
        and gives False."""
        self.place = self.place.within(self.store.head)
        if self.behind():
            await self.advance()
            return True
        await self.poke.wait()
        self.poke.clear()
        return False

    async def advance(self) -> None:
        try:
            news = await self.read()
        except errors.QueryCanceled:
            await self.slow_down()
        except pools.AWAY as error:
            log.warning("live: the database does not answer: %s", error)
            self.wait = TRY_AGAIN
        else:
            self.wait = 0.0
            await self.hand_over(news)

    def pause(self, taken: float) -> float:
        """Seconds until the next read, after one that took so long."""
        pace = PAUSED_PACE if self.paused else PACE
        return max(pace - taken, self.wait)

    # -- reading

    async def read(self) -> News:
        """As many steps of each table as fit into the pace."""
        cap = max((follower.cap for follower in self.followers), default=0)
        target, place = self.asked.part(self.store.head), self.place
        found: dict[str, Found] = {}
        for table in self.asked.tables:
            read = await self.read_table(table, target.of(table), cap)
            place = place.at(table, read.upto)
            found[table.name] = read
        ids = {name: part.ids for name, part in found.items()}
        received = [part.received for part in found.values() if part.received]
        return News(
            start=self.place,
            place=place,
            rows=[row.text for row in await self.store.rows(self.asked, ids)][:cap],
            counts=sum((part.counts for part in found.values()), Counter()),
            received=max(received, default=None),
            whole=not place.behind(target),
        )

    async def read_table(self, table: Table, target: int, cap: int) -> Found:
        until = time.monotonic() + PACE
        found = live.nothing(self.place.of(table))
        while found.upto < target:
            upto = min(found.upto + self.step, target)
            found = found.joined(await self.part(table, found.upto, upto, cap), cap)
            if time.monotonic() > until:
                break
            self.step = min(self.step * 2, STEP)
        return found

    async def part(self, table: Table, after: int, upto: int, cap: int) -> Found:
        async with AsyncExitStack() as stack:
            if self.wait:
                await stack.enter_async_context(self.store.slow_lane)
            link = await stack.enter_async_context(self.store.pool.connection())
            return await live.read(link, table, self.asked, after, upto, cap)

    # -- telling

    async def slow_down(self) -> None:
        self.step = max(self.step // 4, SHORTEST_STEP)
        self.wait = min(max(self.wait * 2, 1.0), LONGEST_WAIT)
        content = {"type": "slow", "behind": self.behind(), "wait": self.wait}
        text = rows.dumps(content).decode()
        for follower in list(self.followers):
            await follower.send(text)

    async def hand_over(self, news: News) -> None:
        """Moves every connection that is still there."""
        self.place = news.place
        texts: Texts = {}
        for follower in list(self.followers):
            if follower in self.followers:  # else it left meanwhile, with its old place
                await follower.take(news, texts)
