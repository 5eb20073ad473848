"""What is new is pushed: rows, filters, counts, shared reads."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from events import hub, notify, reading
from events.tests.live.conversation import (
    collected,
    live,
    opened,
    paused,
    resumed,
    told,
)
from sensors.models import Sensor

pytestmark = pytest.mark.asyncio


async def test_new_events_are_pushed(client: Client, add: Callable[..., int]) -> None:
    add(2)
    async with live(client) as socket:
        assert (await opened(socket))["head"] == 2
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


async def test_every_match_is_counted_by_type_and_class(
    client: Client, add: Callable[..., int]
) -> None:
    async with live(client) as socket:
        await opened(socket, "-host:other", cap=2)
        kinds = {"type": [5, 5, 1, 5, 5], "cls": [3, 3, None, 7, 7]}
        add(5, host=["a", "a", "a", "a", "other"], **kinds)
        message = await told(socket)
        assert message["by"] == {
            "type": {"5": 3, "1": 1},
            "class": {"3": 2, "7": 1, "none": 1},
        }
        assert len(message["rows"]) + message["skipped"] == 4


async def test_latency_is_that_of_the_way_not_of_the_page(
    client: Client, add: Callable[..., int]
) -> None:
    def just_now() -> datetime:
        return datetime.now(UTC) - timedelta(seconds=3)

    async with live(client) as socket:
        await opened(socket)
        add(2, received=just_now())
        assert 3 <= (await told(socket))["latency"] < 60
        await paused(socket)
        add(1, received=just_now())
        await told(socket, "waiting")
        assert (await resumed(socket))["latency"] is None
        add(1, received=just_now())
        assert (await told(socket))["latency"] >= 3
    async with live(client) as socket:
        await opened(socket, after=0)
        assert (await told(socket))["latency"] is None


async def test_a_connection_that_comes_back_catches_up(
    client: Client, add: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "STEP", 700)
    async with live(client) as socket:
        await opened(socket)
        await collected(socket, add(2))
    add(5_000)
    async with live(client) as socket:
        assert (await opened(socket, after=2, cap=2_000))["head"] == 5_002
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
        await paused(two)
        add(2, host="a")
        assert await collected(one, 5) == ([5], 1)
        message = await resumed(two)
        assert [row["id"] for row in message["rows"]] == [5, 4]
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


async def test_a_slow_filter_says_so_and_holds_up_nobody(
    client: Client, add: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "READ_SECONDS", 0.25)
    slow = " ".join(f"-host:*z{n}*" for n in range(60))
    async with live(client) as fast, live(client) as behind:
        await opened(fast, "host:x")
        await opened(behind, slow)
        add(8_000, host=["y" * 500] * 7_999 + ["x"])
        assert (await told(behind, "slow"))["behind"] == 8_000
        assert await collected(fast, 8_000) == ([8_000], 0)
