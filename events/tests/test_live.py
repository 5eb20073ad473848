"""The live WebSocket as a conversation: a real store, channel layer and session."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.db import connections
from django.test import Client
from psycopg import sql

from events import consumers, hub, notify, store
from events import live as live_reading
from events.database import Connection
from events.query import parse
from events.store import Origin
from events.tests import frames
from mssweb.asgi import application
from sensors.models import Domain, Membership, Role, Sensor, User

pytestmark = pytest.mark.asyncio
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def sensor(link: Connection) -> Sensor:
    domain = Domain.objects.create(name="mine")
    return Sensor.objects.create(domain=domain, name="one", home_net=[])


@pytest.fixture
def client(sensor: Sensor) -> Client:
    """A browser of a viewer of the sensor's domain."""
    user = User.objects.create_user("vera", password="x")
    Membership.objects.create(user=user, domain=sensor.domain, role=Role.VIEWER)
    client = Client()
    client.force_login(user, BACKEND)
    return client


@pytest.fixture
def add(link: Connection, sensor: Sensor) -> Callable[..., int]:
    """Stores events of the sensor, as ingest does, and gives the head."""

    def adds(count: int = 1, **columns: Any) -> int:
        first = store.position(link, "t")
        batch = frames.events(count, **{"sensor": sensor.pk, **columns})
        return store.save(link, Origin("t", first, first + count - 1), batch).head

    return adds


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "LOOK", 0.2)


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
    socket: WebsocketCommunicator, q: str = "", after: int | None = None, cap: int = 500
) -> int:
    await socket.send_json_to({"type": "open", "q": q, "after": after, "cap": cap})
    return int((await told(socket, "ready"))["head"])


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


async def closed(socket: WebsocketCommunicator) -> int:
    output = await socket.receive_output(timeout=10)
    assert output["type"] == "websocket.close"
    return int(output["code"])


async def test_new_events_are_pushed(client: Client, add: Callable[..., int]) -> None:
    add(2)
    async with live(client) as socket:
        assert await opened(socket) == 2
        add(1, message="hello", src="10.0.0.1", data='{"a": 1}')
        message = await told(socket)
    (row,) = message["rows"]
    assert (row["id"], row["message"], row["src"]) == (3, "hello", "10.0.0.1")
    assert (row["sensor"], row["data"]) == ("one.mine", {"a": 1})
    assert (message["head"], message["skipped"]) == (3, 0)
    assert message["now"].endswith("Z")


async def test_a_commit_wakes_at_once(
    client: Client, add: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "LOOK", 60.0)
    async with live(client) as socket:
        await opened(socket)
        await asyncio.sleep(0.3)
        head = add()
        await asyncio.to_thread(notify.Notifier().committed, head)
        assert (await told(socket))["head"] == head


async def test_the_filter_decides_and_can_be_changed(
    client: Client, add: Callable[..., int]
) -> None:
    async with live(client) as socket:
        await opened(socket, "src:10.0.0.0/8")
        add(4, src=["10.0.0.1", "11.0.0.1", None, "10.2.0.1"])
        assert await collected(socket, 4) == ([1, 4], 0)
        await opened(socket, "-src:*")
        add(2, src=["10.0.0.1", None])
        assert await collected(socket, 6) == ([6], 0)


async def test_a_wrong_filter_is_said_and_the_connection_stays(
    client: Client, add: Callable[..., int]
) -> None:
    async with live(client) as socket:
        await socket.send_json_to({"type": "open", "q": "x src:10.0.0.1/8"})
        error = await told(socket, "error")
        assert error["at"] == 6
        assert "10.0.0.0/8" in error["message"]
        await opened(socket)
        assert await collected(socket, add()) == ([1], 0)


async def test_what_is_above_the_cap_is_counted(
    client: Client, add: Callable[..., int]
) -> None:
    async with live(client) as socket:
        await opened(socket, cap=3)
        add(50, host=["a", "b"] * 25)
        message = await told(socket)
        assert [row["id"] for row in message["rows"]] == [50, 49, 48]
        assert message["skipped"] == 47
        await opened(socket, "host:a", cap=3)
        add(50, host=["a", "b"] * 25)
        assert (await told(socket))["skipped"] == 22


async def test_pause_and_resume_lose_nothing(
    client: Client, add: Callable[..., int]
) -> None:
    async with live(client) as socket:
        await opened(socket)
        assert await collected(socket, add(2)) == ([1, 2], 0)
        await socket.send_json_to({"type": "pause"})
        await asyncio.sleep(0.1)
        add(3)
        assert await socket.receive_nothing(timeout=0.8)
        await socket.send_json_to({"type": "resume"})
        assert await collected(socket, 5) == ([3, 4, 5], 0)
        assert await collected(socket, add(1)) == ([6], 0)


async def test_a_connection_that_comes_back_catches_up(
    client: Client, add: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "STEP", 700)
    async with live(client) as socket:
        await opened(socket)
        await collected(socket, add(2))
    add(5_000)
    async with live(client) as socket:
        assert await opened(socket, after=2, cap=2_000) == 5_002
        ids, skipped = await collected(socket, 5_002)
        assert ids == sorted(ids)
        assert len(ids) + skipped == 5_000
        assert await collected(socket, add(1)) == ([5_003], 0)


async def test_a_place_above_everything_begins_at_the_end(
    client: Client, add: Callable[..., int]
) -> None:
    add(1)
    async with live(client) as socket:
        await opened(socket, after=2**63 - 1)
        assert await collected(socket, add(1)) == ([2], 0)


async def test_equal_filters_share_one_read(
    client: Client, add: Callable[..., int]
) -> None:
    async with live(client) as one, live(client) as two, live(client) as other:
        await opened(one, "host:a", cap=1)
        await opened(two, "host:a  ")
        await opened(other, "host:b")
        assert len(hub.here().readers) == 2
        add(3, host="a")
        assert await collected(one, 3) == ([3], 2)
        assert await collected(two, 3) == ([1, 2, 3], 0)
        await two.send_json_to({"type": "pause"})
        await asyncio.sleep(0.1)
        add(2, host="a")
        assert await collected(one, 5) == ([5], 1)
        await two.send_json_to({"type": "resume"})
        assert await collected(two, 5) == ([4, 5], 0)
        await asyncio.sleep(1)
        assert len(hub.here().readers) == 2
    assert not hub.here().readers
    assert not hub.here().connections


async def test_nobody_sees_outside_of_their_sensors(
    client: Client, add: Callable[..., int], sensor: Sensor
) -> None:
    async with live(client) as socket:
        await opened(socket)
        add(3, sensor=[sensor.pk + 100, sensor.pk, sensor.pk + 100])
        assert await collected(socket, 3) == ([2], 0)


# -- rights


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


# -- slow filters


async def test_a_slow_filter_says_so_and_holds_up_nobody(
    client: Client, add: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "READ_SECONDS", 0.25)
    slow = " ".join(f"-host:*z{n}*" for n in range(60))
    async with live(client) as fast, live(client) as behind:
        await opened(fast, "host:x")
        await opened(behind, slow)
        add(8_000, host=["y" * 500] * 7_999 + ["x"])
        assert (await told(behind, "slow"))["behind"] == 8_000
        assert await collected(fast, 8_000) == ([8_000], 0)


async def test_a_read_of_new_ids_never_scans_the_segment(
    link: Connection, add: Callable[..., int], sensor: Sensor
) -> None:
    """Also while the segment is filled and has no statistics."""
    for _ in range(3):
        add(5_000, host="a")
    for q in ("", "host:a", "-user:x", "rank>0"):
        asked = live_reading.follow(parse(q), {sensor.pk: ("one", "mine")})
        where = live_reading.condition(asked)
        found = live_reading.statement(where, 14_000, 14_500, 100)
        explain = sql.SQL("EXPLAIN ") + found.text
        plan = str(link.execute(explain, found.params).fetchall())
        assert "events_1_id_idx" in plan, plan
        assert "Seq Scan on events_1" not in plan, plan
