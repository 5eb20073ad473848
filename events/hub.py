"""Shares the reading of what is new among the live connections of this process.

Connections with equal filters at the same place hang on one `Reader`; one that is
behind joins the others when it has caught up. All readers are woken together: by the
channel layer, which may lose a message, and by looking every two seconds.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer
from psycopg import AsyncConnection, errors
from psycopg_pool import AsyncConnectionPool
from redis.exceptions import RedisError

from events import live, notify, pools, reading, stepping
from events.followers import Connection, Waiter
from events.live import Filter, Place
from events.reading import Reader, Store
from events.shelf import Shelf

LOOK = 2.0  # seconds after which it is looked without having been woken
READERS = 4  # reads at the same time
RENEW = 3_600.0  # seconds; a channel layer forgets a group after two hours (settings)

log = logging.getLogger(__name__)


def new_store() -> Store:
    pool = AsyncConnectionPool(
        kwargs=settings(),
        connection_class=AsyncConnection,
        min_size=0,
        max_size=READERS,
        timeout=pools.PATIENCE,
        max_idle=pools.IDLE,
        open=False,
        name="live",
    )
    return Store(pool, Shelf(pool))


def settings() -> dict[str, Any]:
    """Every statement of these connections has the same time limit."""
    found = pools.settings()
    limit = f"-c statement_timeout={int(reading.READ_SECONDS * 1000)}"
    return found | {"options": f"{found.get('options', '')} {limit}"}


class Hub:
    """The readers of one event loop; awake while anybody is connected."""

    def __init__(self) -> None:
        self.connections: Counter[int] = Counter()  # per user
        self.readers: set[Reader] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self.woken = asyncio.Event()
        self.guard = asyncio.Lock()
        self.store = new_store()

    async def enter(self, user: int) -> None:
        """A connection begins; the first one wakes the hub."""
        async with self.guard:
            self.connections[user] += 1
            if self.connections.total() == 1:
                self.store = new_store()
                await self.store.pool.open()
                self.spawn(self.listen())
                self.spawn(self.pulse())

    async def exit(self, user: int) -> None:
        """A connection ends; the last one lets the hub sleep."""
        async with self.guard:
            self.connections[user] -= 1
            self.connections += Counter()  # without the zeros
            if not self.connections:
                tasks = list(self.tasks)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                self.readers.clear()
                await self.store.pool.close()

    def spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    # -- following

    def join(self, follower: Connection, asked: Filter) -> None:
        """Begins at the connection's place, with others that are there or alone."""
        reader = Reader(self.store, asked, follower.place, follower.paused)
        for other in self.readers:
            if reader.is_like(other):
                other.followers.add(follower)
                return
        reader.followers.add(follower)
        self.readers.add(reader)
        self.spawn(self.keep(reader))

    async def keep(self, reader: Reader) -> None:
        try:
            while reader.followers:
                began = time.monotonic()
                if await reader.turn() and not self.merged(reader):
                    await asyncio.sleep(reader.pause(time.monotonic() - began))
        finally:
            self.readers.discard(reader)

    def leave(self, follower: Connection) -> None:
        for reader in self.readers:
            reader.followers.discard(follower)
            reader.poke.set()

    def merged(self, reader: Reader) -> bool:
        """Hands the connections to an equal reader at the same place, if any."""
        for other in self.readers:
            if other is not reader and other.followers and other.is_like(reader):
                other.followers |= reader.followers
                reader.followers.clear()
                return True
        return False

    async def step(self, waiter: Waiter, asked: Filter, count: int) -> None:
        """Sends a paused connection the next few of what waits for it."""
        self.leave(waiter)
        try:
            await self.look()
            counter = Reader(self.store, asked, waiter.place, paused=True)
            with suppress(errors.QueryCanceled):
                waiter.note(await counter.read())
            await waiter.send(await stepping.step(self.store, asked, waiter, count))
        finally:
            self.join(waiter, asked)

    # -- waking

    async def look(self) -> Place:
        """Asks the store how far it is."""
        async with self.store.pool.connection() as link:
            self.store.head = await live.head(link)
        return self.store.head

    async def pulse(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self.woken.wait()
            self.woken.clear()
            try:
                await self.look()
            except pools.AWAY as error:
                log.warning("live: the database does not answer: %s", error)
            for reader in self.readers:
                reader.poke.set()
            await asyncio.sleep(reading.PACE)

    async def listen(self) -> None:
        """Is woken by the group to which every commit is announced."""
        while True:
            try:
                await self.hear()
            except (OSError, RedisError) as error:
                log.warning("live: not woken, looking every %s s: %s", LOOK, error)
                await asyncio.sleep(LOOK)

    async def hear(self) -> None:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(notify.GROUP, channel)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(RENEW):
                    while True:
                        await layer.receive(channel)
                        self.woken.set()
        finally:
            await layer.group_discard(notify.GROUP, channel)


hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def here() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in hubs:
        hubs[loop] = Hub()
    return hubs[loop]
