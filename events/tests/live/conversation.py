"""A conversation with the live WebSocket, as a browser has it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.db import connections
from django.test import Client

from mssweb.asgi import application


@asynccontextmanager
async def live(client: Client) -> AsyncIterator[WebsocketCommunicator]:
    cookie = f"sessionid={client.cookies['sessionid'].value}".encode()
    headers = [(b"origin", b"http://localhost"), (b"cookie", cookie)]
    socket = WebsocketCommunicator(application, "/ws/live", headers=headers)
    accepted, _ = await socket.connect(timeout=10)
    assert accepted
    try:
        yield socket
    finally:
        await socket.disconnect(timeout=10)
        await database_sync_to_async(connections.close_all)()


async def told(socket: WebsocketCommunicator, kind: str = "rows") -> dict[str, Any]:
    """The next message, which is of this kind."""
    message: dict[str, Any] = await socket.receive_json_from(timeout=10)
    assert message["type"] == kind, message
    return message


async def opened(
    socket: WebsocketCommunicator, q: str = "", **wishes: Any
) -> dict[str, Any]:
    """The answer to an `open`."""
    await socket.send_json_to({"type": "open", "q": q, **wishes})
    return await told(socket, "ready")


async def collected(socket: WebsocketCommunicator, upto: int) -> tuple[list[int], int]:
    """The ids sent until `upto`, oldest first, and how many were skipped."""
    ids: list[int] = []
    skipped = 0
    while True:
        message = await told(socket)
        ids = [row["id"] for row in message["rows"]] + ids
        skipped += message["skipped"]
        if message["head"] >= upto:
            return ids[::-1], skipped


async def paused(socket: WebsocketCommunicator) -> dict[str, Any]:
    """Pauses, and gives what is said to wait."""
    await socket.send_json_to({"type": "pause"})
    return await told(socket, "waiting")


async def resumed(socket: WebsocketCommunicator) -> dict[str, Any]:
    """Resumes, and gives the first rows."""
    await socket.send_json_to({"type": "resume"})
    return await rows(socket)


async def stepped(socket: WebsocketCommunicator, count: int) -> dict[str, Any]:
    """Steps, and gives the answer."""
    await socket.send_json_to({"type": "step", "count": count})
    return await rows(socket)


async def rows(socket: WebsocketCommunicator) -> dict[str, Any]:
    """The next rows, whatever is said to wait before."""
    while True:
        message: dict[str, Any] = await socket.receive_json_from(timeout=10)
        if message["type"] != "waiting":
            assert message["type"] == "rows", message
            return message


async def closed(socket: WebsocketCommunicator) -> int:
    output = await socket.receive_output(timeout=10)
    assert output["type"] == "websocket.close"
    return int(output["code"])
