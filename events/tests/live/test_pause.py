"""A paused page: what waits is counted, shown step by step, and nothing is lost."""

from collections.abc import Callable

import pytest
from django.test import Client

from events import consumers, reading
from events.tests.live.conversation import (
    collected,
    live,
    opened,
    paused,
    resumed,
    stepped,
    told,
)
from sensors.models import Sensor

pytestmark = pytest.mark.asyncio


async def test_pause_and_resume_lose_nothing(
    client: Client, add: Callable[..., int]
) -> None:
    async with live(client) as socket:
        await opened(socket)
        assert await collected(socket, add(2)) == ([1, 2], 0)
        assert (await paused(socket))["count"] == 0
        add(3)
        assert await told(socket, "waiting") == {
            "type": "waiting",
            "count": 3,
            "exact": True,
        }
        assert await socket.receive_nothing(timeout=0.8)
        await socket.send_json_to({"type": "resume"})
        assert await collected(socket, 5) == ([3, 4, 5], 0)
        assert await collected(socket, add(1)) == ([6], 0)


async def test_only_what_matches_waits(client: Client, add: Callable[..., int]) -> None:
    async with live(client) as socket:
        await opened(socket, "host:a")
        assert (await paused(socket))["count"] == 0
        add(50, host=["a", "b"] * 25)
        assert (await told(socket, "waiting"))["count"] == 25
        add(10, host="b")
        assert await socket.receive_nothing(timeout=0.8)
        add(1, host="a")
        assert (await told(socket, "waiting"))["count"] == 26


async def test_a_step_shows_the_oldest_that_wait(
    client: Client, add: Callable[..., int]
) -> None:
    async with live(client) as socket:
        await opened(socket, "host:a")
        await paused(socket)
        add(20, host=["a", "b"] * 10, cls=3)
        message = await stepped(socket, 3)
        assert [row["id"] for row in message["rows"]] == [5, 3, 1]
        assert (message["waiting"], message["exact"]) == (7, True)
        assert (message["head"], message["skipped"]) == (5, 0)
        assert message["by"] == {"type": {"5": 3}, "class": {"3": 3}}
        assert message["latency"] is None
        message = await stepped(socket, 100)
        assert [row["id"] for row in message["rows"]] == [19, 17, 15, 13, 11, 9, 7]
        assert (message["waiting"], message["head"]) == (0, 20)
        assert (await stepped(socket, 1))["rows"] == []


async def test_after_steps_the_stream_goes_on_where_they_ended(
    client: Client, add: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "STEP", 3)
    async with live(client) as socket:
        await opened(socket)
        await paused(socket)
        add(10)
        assert [row["id"] for row in (await stepped(socket, 4))["rows"]] == [4, 3, 2, 1]
        add(2)
        message = await resumed(socket)
        first = [row["id"] for row in reversed(message["rows"])]
        ids = first if first[-1] == 12 else first + (await collected(socket, 12))[0]
        assert ids == [5, 6, 7, 8, 9, 10, 11, 12]


async def test_a_paused_page_comes_back_paused(
    client: Client, add: Callable[..., int]
) -> None:
    async with live(client) as socket:
        await opened(socket)
        await collected(socket, add(2))
        await paused(socket)
        add(3)
    async with live(client) as socket:
        await opened(socket, after=2, paused=True)
        assert (await told(socket, "waiting"))["count"] == 3
        assert [row["id"] for row in (await stepped(socket, 1))["rows"]] == [3]
        await socket.send_json_to({"type": "resume"})
        assert await collected(socket, 5) == ([4, 5], 0)


async def test_a_page_opened_paused_waits_from_then(
    client: Client, add: Callable[..., int]
) -> None:
    add(2)
    async with live(client) as socket:
        await opened(socket, paused=True)
        assert (await told(socket, "waiting"))["count"] == 0
        add(1)
        assert (await told(socket, "waiting"))["count"] == 1


async def test_what_waits_follows_a_change_of_rights(
    client: Client,
    sensor: Sensor,
    add: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consumers, "RECHECK", 0.2)
    async with live(client) as socket:
        await opened(socket)
        await paused(socket)
        new = await Sensor.objects.acreate(
            domain=sensor.domain, name="new", home_net=[]
        )
        add(2, sensor=[new.pk, sensor.pk])
        while (await told(socket, "waiting"))["count"] != 2:
            pass
        await socket.send_json_to({"type": "resume"})
        assert await collected(socket, 2) == ([1, 2], 0)


async def test_a_slow_count_says_that_it_is_not_all(
    client: Client, add: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "STEP", 100)
    monkeypatch.setattr(reading, "PACE", 0.0)  # one range of ids a turn
    async with live(client) as socket:
        await opened(socket)
        await paused(socket)
        add(250)
        told_so = [await told(socket, "waiting") for _ in range(3)]
    assert [(one["count"], one["exact"]) for one in told_so] == [
        (100, False),
        (200, False),
        (250, True),
    ]
