"""`/ws/live`: a browser follows what is new. The messages are in ARCHITECTURE.md.

The consumer keeps to one connection: who it is, what it may see, what it asks for;
reading is the hub's. Rights are asked again at every open and every 30 seconds, so a
stream ends with the membership, the account or the session that it came from.
"""

import asyncio
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase

from events import hub, live, messages, origins, pools, rows
from events.followers import Connection, Follower, Waiter
from events.live import Filter, Place
from events.messages import Open, Pause, Resume, Step, WrongMessage
from events.query import Node, QueryError, Sensors, parse
from sensors import access, passwords

RECHECK = 30.0  # seconds
MOST_BYTES = 16_384  # of a message
MOST_MESSAGES, WITHIN = 40, 10.0  # in so many seconds
MOST_CONNECTIONS = 30  # of one user to one process

LOGGED_OUT, NO_RIGHTS, TOO_MUCH, TOO_LARGE = 4401, 4403, 4429, 1009
TRY_LATER = 1013
AWAY = "The database does not answer; try again."


@dataclass
class Visitor:
    """What `get_user` reads of a request."""

    session: SessionBase


def rights(session_key: str | None) -> tuple[int, Sensors] | None:
    """The user and the sensors of a session, as the database has them now."""
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(Visitor(session))  # type: ignore[arg-type]
    if not user.is_authenticated or passwords.must_change(user):
        return None
    return user.pk, origins.names(access.scope(user))


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # has no types
    # Only the hub listens to the channel layer: a connection outlives a Redis that is
    # away.
    channel_layer_alias = "none"
    user: int | None = None  # while the connection is counted
    watch: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        self.hub = hub.here()
        self.wish: Open | None = None  # what is followed, by `follower`
        self.query: Node | None = None
        self.follower: Connection | None = None
        self.names: Sensors = {}
        self.turn = asyncio.Lock()  # messages and changes of rights, one at a time
        self.times: deque[float] = deque(maxlen=MOST_MESSAGES)
        await self.accept()  # a code can be seen only by one who was let in
        try:
            found = await self.rights()
        except pools.AWAY:
            await self.close(TRY_LATER)
            return
        if found is None:
            await self.close(LOGGED_OUT)
            return
        user, self.names = found
        if self.hub.connections[user] >= MOST_CONNECTIONS:
            await self.close(TOO_MUCH)
            return
        self.user = user
        await self.hub.enter(user)
        self.watch = asyncio.create_task(self.recheck())

    async def __call__(self, *args: Any) -> None:
        """However the connection ends, it leaves the hub."""
        try:
            await super().__call__(*args)
        finally:
            if self.watch:
                self.watch.cancel()
            if self.user is not None:
                self.leave()
                await self.hub.exit(self.user)

    # -- rights

    async def rights(self) -> tuple[int, Sensors] | None:
        session = self.scope.get("session")
        key = session.session_key if session else None
        found: tuple[int, Sensors] | None = await database_sync_to_async(rights)(key)
        return found

    async def recheck(self) -> None:
        while True:
            await asyncio.sleep(RECHECK)
            with suppress(*pools.AWAY):
                async with self.turn:
                    if not await self.refresh():
                        return

    async def refresh(self) -> bool:
        """Follows a change of rights; False when the connection was closed."""
        found = await self.rights()
        if found is None or found[0] != self.user:
            return await self.end(LOGGED_OUT)
        before, self.names = self.names, found[1]
        if before and not self.names:
            return await self.end(NO_RIGHTS)
        if before != self.names and self.follower:
            self.follow(self.follower.paused, self.follower.shown)
        return True

    async def end(self, code: int) -> bool:
        self.leave()
        await self.close(code)
        return False

    # -- messages

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None
    ) -> None:
        if self.user is None:
            return
        if self.is_flooding():
            await self.end(TOO_MUCH)
        elif text_data is None or len(text_data) > MOST_BYTES:
            await self.end(TOO_LARGE)
        else:
            await self.obey(text_data)

    def is_flooding(self) -> bool:
        now = time.monotonic()
        full = len(self.times) == MOST_MESSAGES and now - self.times[0] < WITHIN
        self.times.append(now)
        return full

    async def obey(self, text: str) -> None:
        try:
            async with self.turn:
                await self.carry_out(messages.decode(text))
        except QueryError as error:
            await self.refuse(error.message, error.at)
        except WrongMessage as error:
            await self.refuse(str(error))
        except pools.AWAY:
            await self.refuse(AWAY)

    async def carry_out(self, message: messages.Message) -> None:
        match message:
            case Open():
                await self.open(message)
            case Pause():
                await self.pause()
            case Resume():
                await self.resume()
            case Step():
                await self.step(message.count)

    async def refuse(self, message: str, at: int | None = None) -> None:
        await self.say({"type": "error", "message": message, "at": at})

    async def say(self, content: dict[str, Any]) -> None:
        await self.send(rows.dumps(content).decode())

    async def open(self, wish: Open) -> None:
        """Follows another filter; a wrong one ends what was followed before."""
        self.leave()
        query = await asyncio.to_thread(parse, wish.q)  # a long one takes its time
        if not await self.refresh():
            return
        head = await self.hub.look()
        self.wish, self.query = wish, query
        flows = head.flows if wish.flows else None
        await self.say({"type": "ready", "head": head.events, "flows_head": flows})
        self.follow(wish.paused, start(wish, head))
        await self.say_that_none_waits()

    async def pause(self) -> None:
        if self.follower and not self.follower.paused:
            self.follow(True, self.follower.shown)
            await self.say_that_none_waits()

    async def say_that_none_waits(self) -> None:
        """Else the first count says how many."""
        if not isinstance(self.follower, Waiter):
            return
        head = self.asked().part(self.hub.store.head)
        if not self.follower.place.behind(head):
            self.follower.exact = True
            await self.follower.tell()

    async def resume(self) -> None:
        if self.follower and self.follower.paused:
            await self.hub.look()
            self.follow(False, self.follower.shown)

    async def step(self, count: int) -> None:
        if not isinstance(self.follower, Waiter):
            raise WrongMessage("A step is for a connection that is paused.")
        await self.hub.step(self.follower, self.asked(), count)

    # -- following

    def leave(self) -> None:
        if self.follower:
            self.hub.leave(self.follower)
        self.follower = None

    def asked(self) -> Filter:
        assert self.wish and self.query is not None  # noqa: S101  (there is a follower)
        return live.follow(self.query, self.names, self.wish.flows)

    def follow(self, paused: bool, place: Place) -> None:
        """Goes on from a place, paused or not, with the rights of now."""
        assert self.wish  # noqa: S101  (a filter was opened)
        self.leave()
        asked, flows = self.asked(), self.wish.flows
        if paused:
            self.follower = Waiter(self.send, flows, place, place)
        else:
            late = asked.part(self.hub.store.head)
            self.follower = Follower(self.send, self.wish.cap, flows, place, late)
        self.hub.join(self.follower, asked)


def start(wish: Open, head: Place) -> Place:
    """Where the reading begins; a place above everything is the end."""
    events = head.events if wish.after is None else wish.after
    flows = head.flows if wish.after_flows is None else wish.after_flows
    return Place(events, flows if wish.flows else 0).within(head)
