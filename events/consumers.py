"""`/ws/live`: a browser follows what is new. The messages are in ARCHITECTURE.md.

The consumer keeps to one connection: who it is, what it may see, what it asks for;
reading is the hub's. Rights are asked again at every open and every 30 seconds, so a
stream ends with the membership, the account or the session that it came from.
"""

import asyncio
import json
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

from events import hub, live, origins, pools, rows
from events.hub import Follower
from events.query import Node, QueryError, Sensors, parse
from sensors import access, passwords

RECHECK = 30.0  # seconds
MOST_BYTES = 16_384  # of a message
MOST_MESSAGES, WITHIN = 40, 10.0  # in so many seconds
MOST_CONNECTIONS = 30  # of one user to one process
DEFAULT_CAP, MOST_CAP = 500, 2_000

LOGGED_OUT, NO_RIGHTS, TOO_MUCH, TOO_LARGE = 4401, 4403, 4429, 1009
TRY_LATER = 1013
AWAY = "The database does not answer; try again."


@dataclass
class Visitor:
    """What `get_user` reads of a request."""

    session: SessionBase


class WrongMessage(ValueError):
    """A message is not as agreed; the text is one sentence for its sender."""


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
        self.follower = Follower(self.send, DEFAULT_CAP)
        self.query: Node | None = None
        self.names: Sensors = {}
        self.paused = False
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
                self.hub.leave(self.follower)
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
        if before != self.names and self.query is not None and not self.paused:
            self.hub.leave(self.follower)
            self.join()
        return True

    async def end(self, code: int) -> bool:
        self.hub.leave(self.follower)
        self.query = None
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
            given = decode(text)
            await self.COMMANDS[given["type"]](self, given)
        except QueryError as error:
            await self.refuse(error.message, error.at)
        except WrongMessage as error:
            await self.refuse(str(error))
        except pools.AWAY:
            await self.refuse(AWAY)

    async def refuse(self, message: str, at: int | None = None) -> None:
        await self.say({"type": "error", "message": message, "at": at})

    async def say(self, content: dict[str, Any]) -> None:
        await self.send(rows.dumps(content).decode())

    async def open(self, given: dict[str, Any]) -> None:
        """Follows another filter; a wrong one ends what was followed before."""
        self.hub.leave(self.follower)
        self.query = None
        query, after, cap = text(given), place(given), size(given)
        parsed = parse(query)
        if not await self.refresh():
            return
        head = await self.hub.look()
        position = head if after is None else min(after, head)
        self.follower = Follower(self.send, cap, position)
        self.query, self.paused = parsed, False
        await self.say({"type": "ready", "head": head})
        self.join()

    async def pause(self, given: dict[str, Any]) -> None:
        self.paused = True
        self.hub.leave(self.follower)

    async def resume(self, given: dict[str, Any]) -> None:
        if self.paused and self.query is not None:
            self.join()
        self.paused = False

    def join(self) -> None:
        if self.query is not None:
            self.hub.join(self.follower, live.follow(self.query, self.names))

    COMMANDS = {"open": open, "pause": pause, "resume": resume}


def decode(text: str) -> dict[str, Any]:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise WrongMessage("The message is no JSON.") from None
    kind = given.get("type") if isinstance(given, dict) else None
    if not isinstance(kind, str) or kind not in LiveConsumer.COMMANDS:
        raise WrongMessage("The message's type must be open, pause or resume.")
    return dict(given)


def text(given: dict[str, Any]) -> str:
    found = given.get("q", "")
    if not isinstance(found, str):
        raise WrongMessage("q must be a text.")
    return found


def place(given: dict[str, Any]) -> int | None:
    found = given.get("after")
    if found is not None and not is_number(found, 0, 2**63 - 1):
        raise WrongMessage("after must be an id or null.")
    return found


def size(given: dict[str, Any]) -> int:
    found = given.get("cap", DEFAULT_CAP)
    if not is_number(found, 1, MOST_CAP):
        raise WrongMessage(f"cap must be between 1 and {MOST_CAP}.")
    return int(found)


def is_number(value: Any, low: int, high: int) -> bool:
    return type(value) is int and low <= value <= high
