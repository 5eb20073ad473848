"""Files of this machine, followed as they grow (`ingest/tail.py`).

The place in each file is journalled in the block of the lines that were read up to it:
after a kill neither is there without the other. A full journal makes files wait.
"""

import asyncio
import contextlib
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ingest.intake import State
from ingest.receivers.listener import Listener, Setup
from ingest.tail import Piece, Tailing, shown

POLL_SECONDS = 0.25
MOST_SHOWN = 100  # files in `receive.json`


class Files:
    def __init__(self, setup: Setup) -> None:
        self.intake = setup.intake
        plan = setup.plan
        self.name = f"files {', '.join(map(shown, plan.files))}"
        known = self.intake.writer.totals.files.items()
        marks = {key: mark for key, mark in known if mark is not None}
        self.tailing = Tailing(plan.files, plan.limits.line_bytes, marks)
        self.pool = ThreadPoolExecutor(1, "files")
        self.task = asyncio.get_running_loop().create_task(self.run())

    async def run(self) -> None:
        while True:
            busy = self.intake.state is State.OPEN and await self.turn()
            await asyncio.sleep(0 if busy else POLL_SECONDS)

    async def turn(self) -> bool:
        """Whether anything was read."""
        loop = asyncio.get_running_loop()
        turn = self.tailing.turn
        pieces = await loop.run_in_executor(self.pool, turn, time.monotonic())
        for piece in pieces:
            self.deliver(piece)
        return bool(pieces)

    def deliver(self, piece: Piece) -> None:
        """Lines and mark in one go, so that they are written in one block."""
        if piece.empty:
            self.intake.reject("", "empty", piece.empty)
        if piece.lines:
            claim = f"file:{' '.join(shown(piece.path).splitlines())}"
            read = piece.lines, piece.size, piece.cuts, claim
            self.intake.add("", "file", 0, *read, {piece.key: piece.mark})
        else:
            self.intake.note({piece.key: piece.mark})

    def follow(self, state: State) -> None:
        """It looks at the state before every turn."""

    def drops(self) -> int:
        return 0

    def connections(self) -> int:
        return 0

    def sweep(self, now: float) -> None:
        """Raises what ended the reading: files must not stay unread unnoticed."""
        if self.task.done():
            self.task.result()

    def troubles(self) -> list[str]:
        return sorted(map(shown, self.tailing.troubles.copy().values()))[:MOST_SHOWN]

    def figures(self) -> dict[str, Any]:
        """The place in each file, and its size."""
        found = {}
        for tail in list(self.tailing.tails.values())[:MOST_SHOWN]:
            with contextlib.suppress(OSError):  # closed just now
                found[shown(tail.path)] = {"position": tail.offset, "size": tail.size()}
        return found

    def close(self) -> None:
        self.task.cancel()
        self.pool.shutdown(wait=False, cancel_futures=True)


def listen(port: int, setup: Setup) -> Listener:
    return Files(setup)
