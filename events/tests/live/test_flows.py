"""Flow summaries in the stream, beside the events and with ids of their own."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.test import Client

from events.tests.frames import NOON
from events.tests.live.conversation import live, opened, paused, resumed, stepped, told

pytestmark = pytest.mark.asyncio
Add = Callable[..., int]


def later(seconds: float) -> Any:
    return NOON + timedelta(seconds=seconds)


async def seen(
    socket: WebsocketCommunicator, events: int, flows: int
) -> list[tuple[str, int]]:
    """Every row until both places, the oldest first, as event or flow and id."""
    found: list[tuple[str, int]] = []
    while True:
        message = await told(socket)
        found += [kind(row) for row in reversed(message["rows"])]
        assert sum(message["by"]["type"].values()) == (
            len(message["rows"]) + message["skipped"]
        )
        if (message["head"], message["flows_head"]) == (events, flows):
            return found


def kind(row: dict[str, Any]) -> tuple[str, int]:
    return "flow" if "flow" in row else "event", row["id"]


async def test_flows_come_when_asked_for(
    client: Client, add: Add, add_flows: Add
) -> None:
    add_flows(2)
    async with live(client) as socket:
        ready = await opened(socket, flows=True)
        assert (ready["head"], ready["flows_head"]) == (0, 2)
        add_flows(1, uid="f", end=later(2), src="10.0.0.1", bytes_out=40, bytes_in=2)
        message = await told(socket)
    (row,) = message["rows"]
    assert (row["flow"], row["uid"], row["id"]) == ("f", "f", 3)
    assert (row["type"], row["type_name"], row["bytes"]) == (4, "flow", 42)
    assert row["time"] == row["end"] == "2026-03-04T12:00:02.000000Z"
    assert (row["src"], row["sensor"]) == ("10.0.0.1", "one.mine")
    assert (message["flows_head"], message["skipped"]) == (3, 0)
    assert message["by"] == {"type": {"4": 1}, "class": {}}


async def test_without_asking_no_flow_comes(
    client: Client, add: Add, add_flows: Add
) -> None:
    async with live(client) as socket:
        assert (await opened(socket))["flows_head"] is None
        add_flows(2)
        add(1)
        message = await told(socket)
        assert [kind(row) for row in message["rows"]] == [("event", 1)]
        assert message["flows_head"] is None


async def test_events_and_flows_are_ordered_by_their_receipt(
    client: Client, add: Add, add_flows: Add
) -> None:
    async with live(client) as socket:
        await opened(socket, flows=True, paused=True)
        add(3, received=[later(1), later(3), later(5)])
        add_flows(3, received=[later(0), later(4), later(6)])
        message = await resumed(socket)
    assert [kind(row) for row in reversed(message["rows"])] == [
        ("flow", 1),
        ("event", 1),
        ("event", 2),
        ("flow", 2),
        ("event", 3),
        ("flow", 3),
    ]


async def test_one_filter_and_one_cap_are_for_both(
    client: Client, add: Add, add_flows: Add
) -> None:
    async with live(client) as socket:
        await opened(socket, "src:10.0.0.1", flows=True, cap=3, paused=True)
        add(10, src=["10.0.0.1", "10.0.0.2"] * 5, received=later(1))
        add_flows(10, src=["10.0.0.1", "10.0.0.2"] * 5, received=later(2))
        message = await resumed(socket)
        assert [kind(row) for row in message["rows"]] == [
            ("flow", 9),
            ("flow", 7),
            ("flow", 5),
        ]
        assert message["skipped"] == 7
        assert message["by"]["type"] == {"4": 5, "5": 5}


async def test_a_flow_that_is_committed_wakes_a_follower_of_flows(
    client: Client, add_flows: Add
) -> None:
    async with live(client) as socket:
        await opened(socket, "type:flow", flows=True)
        add_flows(1)
        assert await seen(socket, 0, 1) == [("flow", 1)]


async def test_a_broken_connection_misses_and_doubles_nothing(
    client: Client, add: Add, add_flows: Add
) -> None:
    async with live(client) as socket:
        await opened(socket, flows=True)
        add(2)
        assert await seen(socket, 2, 0) == [("event", 1), ("event", 2)]
        add_flows(1)
        assert await seen(socket, 2, 1) == [("flow", 1)]
    add(1)
    add_flows(2)
    async with live(client) as socket:
        await opened(socket, flows=True, after=2, after_flows=1)
        assert sorted(await seen(socket, 3, 3)) == [
            ("event", 3),
            ("flow", 2),
            ("flow", 3),
        ]


async def test_steps_go_through_both_by_their_receipt(
    client: Client, add: Add, add_flows: Add
) -> None:
    async with live(client) as socket:
        await opened(socket, flows=True)
        await paused(socket)
        add(3, received=[later(1), later(2), later(6)])
        add_flows(3, received=[later(3), later(4), later(5)])
        steps = []
        for size in (3, 2, 5):
            message = await stepped(socket, size)
            steps.append([kind(row) for row in reversed(message["rows"])])
        assert steps == [
            [("event", 1), ("event", 2), ("flow", 1)],
            [("flow", 2), ("flow", 3)],
            [("event", 3)],
        ]
        assert (message["head"], message["flows_head"], message["waiting"]) == (3, 3, 0)
        await socket.send_json_to({"type": "resume"})
        add_flows(1)
        assert await seen(socket, 3, 4) == [("flow", 4)]
