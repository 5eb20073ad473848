"""Long answers over daphne: no faster than the reader, and broken off if not whole.

Daphne takes whatever is sent into memory, however slowly the browser reads, and an
answer that ends early it neither finishes nor closes. Both are told to Twisted here:
the sender is its push producer, and waits while the connection's buffer is full.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

log = logging.getLogger(__name__)


class Steady:
    """ASGI middleware for HTTP. Under another server than daphne it does nothing."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(
        self, scope: dict[str, Any], receive: Receive, send: Send
    ) -> None:
        request = request_of(send)
        if request is None:
            await self.application(scope, receive, send)
            return
        answer = Answer(request, send)
        try:
            await self.application(scope, receive, answer.send)
        except Exception:
            if not answer.is_begun:
                raise
            log.exception("An answer to %s was broken off", scope["path"])
        finally:
            answer.close()


def request_of(send: Send) -> Any:
    """Twisted's request, which daphne binds to `send`; None elsewhere."""
    [request, *_] = getattr(send, "args", ()) or (None,)
    return request if hasattr(request, "registerProducer") else None


class Answer:
    """One answer as Twisted's push producer (its names are Twisted's)."""

    def __init__(self, request: Any, send: Send) -> None:
        self.request = request
        self.pass_on = send
        self.is_begun = False
        self.is_ended = False
        self.has_room = asyncio.Event()
        self.has_room.set()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.is_begun = True
        elif message.get("more_body"):
            self.register()
        else:
            self.is_ended = True
            self.unregister()
        await self.pass_on(message)
        await self.has_room.wait()

    def register(self) -> None:
        if self.request.producer is None and self.request.channel is not None:
            self.request.registerProducer(self, True)

    def unregister(self) -> None:
        self.has_room.set()
        if self.request.producer is self and self.request.channel is not None:
            self.request.unregisterProducer()

    def close(self) -> None:
        """After the application: an answer that has begun and not ended is broken."""
        self.unregister()
        if self.is_begun and not self.is_ended:
            self.request.loseConnection()

    def pauseProducing(self) -> None:  # noqa: N802
        self.has_room.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        self.has_room.set()

    def stopProducing(self) -> None:  # noqa: N802
        self.has_room.set()
