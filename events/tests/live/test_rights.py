"""The stream ends with the right to it, and bears what is thrown at it."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client

from events import consumers
from events.database import Connection
from events.tests.live.conversation import closed, live, opened, told
from mssweb.asgi import application
from sensors.models import Membership, Sensor, User

pytestmark = pytest.mark.asyncio


async def test_without_log_in_it_closes(link: Connection) -> None:
    headers = [(b"origin", b"http://localhost")]
    socket = WebsocketCommunicator(application, "/ws/live", headers=headers)
    await socket.connect(timeout=10)
    assert await closed(socket) == 4401


async def log_out(client: Client, sensor: Sensor) -> None:
    await database_sync_to_async(client.logout)()


async def disable(client: Client, sensor: Sensor) -> None:
    await User.objects.filter(username="vera").aupdate(is_active=False)


async def expel(client: Client, sensor: Sensor) -> None:
    await Membership.objects.all().adelete()


@pytest.mark.parametrize(
    ("change", "code"), [(log_out, 4401), (disable, 4401), (expel, 4403)]
)
async def test_a_stream_ends_with_the_right_to_it(
    client: Client, sensor: Sensor, change: Any, code: int, monkeypatch: Any
) -> None:
    monkeypatch.setattr(consumers, "RECHECK", 0.2)
    async with live(client) as socket:
        await opened(socket)
        await change(client, sensor)
        assert await closed(socket) == code


async def test_a_sensor_that_was_added_is_followed(
    client: Client, sensor: Sensor, add: Callable[..., int], monkeypatch: Any
) -> None:
    monkeypatch.setattr(consumers, "RECHECK", 0.2)
    async with live(client) as socket:
        await opened(socket)
        new = await Sensor.objects.acreate(
            domain=sensor.domain, name="new", home_net=[]
        )
        await asyncio.sleep(0.6)
        add(1, sensor=new.pk)
        assert (await told(socket))["rows"][0]["sensor"] == "new.mine"


# -- abuse

WRONG = [
    "no json",
    "[]",
    "{}",
    '{"type": "close"}',
    '{"type": ["open"]}',
    '{"type": "open", "q": 1}',
    '{"type": "open", "after": -1}',
    '{"type": "open", "after": true}',
    '{"type": "open", "after": 1e99}',
    '{"type": "open", "cap": 0}',
    '{"type": "open", "cap": 100000}',
    '{"type": "open", "q": "\\ud800"}',
    '{"type": "open", "flows": 1}',
    '{"type": "open", "paused": "no"}',
    '{"type": "open", "after_flows": -1}',
    '{"type": "step", "count": 1}',
    '{"type": "step", "count": 0}',
    '{"type": "step", "count": 1000}',
    "[" * 10_000,
]


async def test_a_wrong_message_is_said_and_the_connection_stays(
    client: Client, add: Callable[..., int]
) -> None:
    async with live(client) as socket:
        for text in WRONG:
            await socket.send_to(text_data=text)
            assert (await told(socket, "error"))["message"]
        await opened(socket)


async def test_a_flood_of_messages_ends_the_connection(client: Client) -> None:
    async with live(client) as socket:
        for _ in range(consumers.MOST_MESSAGES + 1):
            await socket.send_json_to({"type": "pause"})
        assert await closed(socket) == 4429


async def test_messages_have_a_limit(client: Client) -> None:
    async with live(client) as socket:
        await socket.send_to(text_data=" " * 20_000)
        assert await closed(socket) == 1009
    async with live(client) as socket:
        await socket.send_to(bytes_data=b"\0")
        assert await closed(socket) == 1009


async def test_connections_of_one_user_have_a_limit(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "MOST_CONNECTIONS", 1)
    async with live(client), live(client) as second:
        assert await closed(second) == 4429
