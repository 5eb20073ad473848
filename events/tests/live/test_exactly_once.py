"""Whatever a reader does, every match is shown once or counted as not shown."""

import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.test import Client

from events import reading
from events.tests.live.conversation import live, told

pytestmark = pytest.mark.asyncio
Add = Callable[..., int]
FILTER = "src:10.0.0.0/8"
SOURCES = ("10.0.0.1", "10.0.0.2", "11.0.0.1", None)


class Reader:
    """A browser that keeps account of what it was told."""

    def __init__(self, client: Client, cap: int) -> None:
        self.client, self.cap = client, cap
        self.stack = AsyncExitStack()
        self.shown: Counter[tuple[str, int]] = Counter()
        self.missed = 0
        self.head: int | None = 0
        self.flows_head: int | None = 0
        self.paused = False

    async def connect(self) -> None:
        """Anew, where the connection before ended."""
        await self.stack.aclose()
        self.socket: WebsocketCommunicator = await self.stack.enter_async_context(
            live(self.client)
        )
        await self.socket.send_json_to(
            {
                "type": "open",
                "q": FILTER,
                "after": self.head,
                "after_flows": self.flows_head,
                "cap": self.cap,
                "flows": True,
                "paused": self.paused,
            }
        )
        await told(self.socket, "ready")

    async def say(self, kind: str, **more: Any) -> None:
        await self.socket.send_json_to({"type": kind, **more})

    async def pause(self) -> None:
        self.paused = True
        await self.say("pause")

    async def resume(self) -> None:
        self.paused = False
        await self.say("resume")

    async def step(self) -> None:
        if self.paused:
            await self.say("step", count=7)
            async for message in self.messages():
                if "waiting" in message:
                    return

    async def listen(self) -> None:
        """Takes what comes in a moment."""
        while not await self.socket.receive_nothing(timeout=0.05):
            self.take(await self.socket.receive_json_from())

    async def messages(self) -> AsyncIterator[dict[str, Any]]:
        while True:
            message = await self.socket.receive_json_from(timeout=10)
            self.take(message)
            yield message

    def take(self, message: dict[str, Any]) -> None:
        if message["type"] == "rows":
            kinds = ("flow" if "flow" in row else "event" for row in message["rows"])
            ids = [row["id"] for row in message["rows"]]
            self.shown.update(zip(kinds, ids, strict=True))
            self.missed += message["skipped"]
            self.head, self.flows_head = message["head"], message["flows_head"]

    async def finish(self, head: int, flows_head: int) -> None:
        await self.resume()
        if (self.head, self.flows_head) != (head, flows_head):
            async for _ in self.messages():
                if (self.head, self.flows_head) == (head, flows_head):
                    break
        await self.stack.aclose()


@pytest.mark.parametrize(("seed", "cap"), [(1, 2_000), (2, 10)])
async def test_nothing_is_passed_over_or_shown_twice(
    client: Client, add: Add, add_flows: Add, monkeypatch: Any, seed: int, cap: int
) -> None:
    monkeypatch.setattr(reading, "STEP", 20)
    chance = random.Random(seed)
    expected: list[tuple[str, int]] = []
    head = flows_head = 0
    reader = Reader(client, cap)
    await reader.connect()
    for _ in range(25):
        sources = [chance.choice(SOURCES) for _ in range(chance.randint(1, 30))]
        if chance.random() < 0.5:
            first, head = head, add(len(sources), src=sources)
            expected += matching("event", first, sources)
        else:
            first, flows_head = flows_head, add_flows(len(sources), src=sources)
            expected += matching("flow", first, sources)
        doing = [reader.pause, reader.resume, reader.step, reader.step, reader.connect]
        await chance.choice(doing)()
        await reader.listen()
    await reader.finish(head, flows_head)
    assert max(reader.shown.values()) == 1
    assert reader.shown.keys() <= set(expected)
    assert len(reader.shown) + reader.missed == len(expected)
    assert (reader.missed == 0) == (cap == 2_000)


def matching(kind: str, first: int, sources: list[str | None]) -> list[tuple[str, int]]:
    return [
        (kind, first + number)
        for number, source in enumerate(sources, 1)
        if source and source.startswith("10.")
    ]
