"""A receive process's insides, run in the test's own event loop on real sockets."""

import asyncio
import contextlib
import socket
import subprocess
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.identity import Wish
from ingest.journal import Writer
from ingest.reader import Reader
from ingest.receive import Receive
from ingest.receivers.listener import Limits, Plan

LIMITS = Limits(
    line_bytes=1_000,
    connections=20,
    connections_per_peer=10,
    idle_seconds=900,
    udp_buffer_bytes=8 << 20,
)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Running:
    """What a test asks of a running `Receive`."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.port = receive.plan.ports[0]
        self.reader = Reader(receive.folder, receive.writer.identity, 0)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def rows(self, count: int) -> list[dict[str, Any]]:
        """Journal rows, once so many have come."""
        found: list[dict[str, Any]] = []
        async with asyncio.timeout(10):
            while len(found) < count:
                if (chunk := self.reader.read()) is not None:
                    found += chunk.lines.to_dicts()
                await asyncio.sleep(0.005)
        return found

    async def lines(self, count: int) -> list[bytes]:
        return [row["line"] for row in await self.rows(count)]

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not true():
                await asyncio.sleep(0.005)

    def rejected(self) -> dict[str, int]:
        return self.receive.writer.totals.rejected()


@contextlib.asynccontextmanager
async def receiving(
    folder: Path,
    *ports: int,
    max_bytes: int = 1 << 30,
    more: dict[str, Any] | None = None,
    wish: Wish | None = None,
    **limits: Any,
) -> AsyncIterator[Running]:
    """`more` is what else the plan has, `wish` what is said of certificates."""
    where = ports or (free_port(),)
    plan = Plan("", where, replace(LIMITS, **limits), **(more or {}))
    receive = Receive(folder / "0", Writer(folder / "0", max_bytes), plan, wish)
    task = asyncio.create_task(receive.run())
    running = Running(receive)
    try:
        while not receive.listeners and not task.done():
            await asyncio.sleep(0.001)
        if not task.done():
            yield running
    finally:
        receive.stopping.set()
        await task


def rsyslog_module(name: str) -> bool:
    return any(Path("/usr/lib").glob(f"*/rsyslog/{name}.so"))


async def through(
    running: Running, folder: Path, command: list[str], text: str
) -> dict[str, Any]:
    """The journal's row of a text that `logger` gives to a daemon, which listens at the
    socket `folder/in` and sends it on."""
    process = await asyncio.create_subprocess_exec(*command)
    try:
        await running.until((folder / "in").exists)
        logger = ["logger", "-u", str(folder / "in"), text]
        await asyncio.to_thread(subprocess.run, logger, check=True)
        [row] = await running.rows(1)
        return row
    finally:
        process.kill()
        await process.wait()


async def through_rsyslog(
    running: Running, folder: Path, configuration: str
) -> dict[str, Any]:
    (folder / "conf").write_text(configuration)
    command = ["rsyslogd", "-n", "-f", f"{folder}/conf", "-i", f"{folder}/pid"]
    return await through(running, folder, command, "through rsyslog")
