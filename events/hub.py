"""Shares the reading of what is new among the live connections of this process.

A connection is a `Follower`; followers with equal filters at the same position hang on
one `Reader`, which reads once for all of them. A reader that is behind (a connection
that was paused, or came back) reads forward in bounded steps and joins the others when
it has caught up. All readers are woken together: by the channel layer, which may lose a
message, and by looking every two seconds.

A filter that is too slow for its time limit reads shorter ranges, waits longer between
them and says so; slow readers share one lane, so that they hold up nobody else.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer
from psycopg import AsyncConnection, errors
from psycopg_pool import AsyncConnectionPool
from redis.exceptions import RedisError

from events import live, notify, pools, rows
from events.live import Filter, Link, News

PACE = 0.25  # seconds between two messages to a connection
LOOK = 2.0  # seconds after which it is looked without having been woken
READERS = 4  # reads at the same time
STEP = 20_000  # ids of one read
SHORTEST_STEP = 500
READ_SECONDS = 1.0
LONGEST_WAIT = 30.0  # seconds between two reads of a slow filter
RENEW = 3_600.0  # seconds; a channel layer forgets a group after a day

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Follower:
    """A live connection: it has everything up to `position`."""

    send: Callable[[str], Awaitable[None]]
    cap: int
    position: int = 0
    sent_at: float = 0.0


class Reader:
    """Reads one filter for followers that are at the same position."""

    def __init__(self, hub: "Hub", asked: Filter, position: int) -> None:
        self.hub = hub
        self.asked = asked
        self.position = position
        self.followers: set[Follower] = set()
        self.step = STEP
        self.wait = 0.0  # extra seconds between two reads; more than 0: slow
        self.poke = asyncio.Event()

    async def run(self) -> None:
        while self.followers:
            self.position = min(self.position, self.hub.head)
            if self.position >= self.hub.head:
                await self.poke.wait()
                self.poke.clear()
                continue
            began = time.monotonic()
            await self.advance()
            if self.hub.merged(self):
                return
            await asyncio.sleep(max(PACE - (time.monotonic() - began), self.wait))

    async def advance(self) -> None:
        """Reads for a while and hands over what was found."""
        try:
            news = await self.read()
        except errors.QueryCanceled:
            await self.slow_down()
        except pools.AWAY as error:
            log.warning("live: the database does not answer: %s", error)
            self.wait = LOOK
        else:
            self.wait = 0.0
            await self.hand_over(news)

    async def read(self) -> News:
        """As many steps as fit into the pace."""
        cap = max((follower.cap for follower in self.followers), default=1)
        until = time.monotonic() + PACE
        news = News([], 0, self.position)
        while news.upto < self.hub.head:
            upto = min(news.upto + self.step, self.hub.head)
            async with AsyncExitStack() as stack:
                if self.wait:
                    await stack.enter_async_context(self.hub.slow_lane)
                link = await stack.enter_async_context(self.hub.pool.connection())
                part = await live.read(
                    link, self.asked, news.upto, upto, cap, READ_SECONDS
                )
            news = news.joined(part, cap)
            if time.monotonic() > until:
                break
            self.step = min(self.step * 2, STEP)
        return news

    async def slow_down(self) -> None:
        self.step = max(self.step // 4, SHORTEST_STEP)
        self.wait = min(max(self.wait * 2, 1.0), LONGEST_WAIT)
        behind = self.hub.head - self.position
        text = rows.dumps({"type": "slow", "behind": behind, "wait": self.wait})
        for follower in list(self.followers):
            await follower.send(text.decode())

    async def hand_over(self, news: News) -> None:
        """Moves every follower that is still there; equal messages are encoded once."""
        moved = news.upto > self.position
        self.position = news.upto
        texts: dict[int, str] = {}
        for follower in list(self.followers):
            if follower not in self.followers:
                continue  # it left meanwhile, with its old position
            follower.position = news.upto
            quiet = time.monotonic() - follower.sent_at < LOOK
            if not moved or (not news.matched and quiet):
                continue
            cap = min(follower.cap, len(news.rows))
            if cap not in texts:
                texts[cap] = message(news, cap)
            follower.sent_at = time.monotonic()
            await follower.send(texts[cap])


def message(news: News, cap: int) -> str:
    shown = news.rows[:cap]
    return rows.dumps(
        {
            "type": "rows",
            "rows": shown,
            "head": news.upto,
            "skipped": news.matched - len(shown),
            "now": rows.moment(datetime.now(UTC)),
        }
    ).decode()


class Hub:
    """The readers of one event loop; awake while anybody is connected."""

    def __init__(self) -> None:
        self.connections: Counter[int] = Counter()  # per user
        self.readers: set[Reader] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self.head = 0
        self.woken = asyncio.Event()
        self.slow_lane = asyncio.Semaphore(1)
        self.guard = asyncio.Lock()
        self.pool = self.new_pool()

    def new_pool(self) -> AsyncConnectionPool[Link]:
        return AsyncConnectionPool(
            kwargs=pools.settings(),
            connection_class=AsyncConnection,
            min_size=0,
            max_size=READERS,
            timeout=pools.PATIENCE,
            max_idle=pools.IDLE,
            open=False,
            name="live",
        )

    async def enter(self, user: int) -> None:
        """A connection begins; the first one wakes the hub."""
        async with self.guard:
            self.connections[user] += 1
            if self.connections.total() == 1:
                self.pool = self.new_pool()
                await self.pool.open()
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
                await self.pool.close()

    def spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    # -- following

    def join(self, follower: Follower, asked: Filter) -> None:
        """Begins at the follower's position, with others that are there or alone."""
        for reader in self.readers:
            if reader.asked == asked and reader.position == follower.position:
                reader.followers.add(follower)
                return
        reader = Reader(self, asked, follower.position)
        reader.followers.add(follower)
        self.readers.add(reader)
        self.spawn(self.keep(reader))

    async def keep(self, reader: Reader) -> None:
        try:
            await reader.run()
        finally:
            self.readers.discard(reader)

    def leave(self, follower: Follower) -> None:
        for reader in self.readers:
            reader.followers.discard(follower)
            reader.poke.set()

    def merged(self, reader: Reader) -> bool:
        """Hands the followers to an equal reader at the same position, if any."""
        for other in self.readers:
            same = other.asked == reader.asked and other.position == reader.position
            if other is not reader and same and other.followers:
                other.followers |= reader.followers
                reader.followers.clear()
                return True
        return False

    # -- waking

    async def look(self) -> int:
        """Asks the store how far it is."""
        async with self.pool.connection() as link:
            self.head = await live.head(link)
        return self.head

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
            await asyncio.sleep(PACE)

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
