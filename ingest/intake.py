"""Between the receivers and the journal: gathers lines, writes them as blocks.

Lines wait a few milliseconds, so that a block is worth its header. Writing and syncing
happen in one thread of their own, so that a slow disk never stops the reading; when
more waits than the high mark, or the journal is full, receivers are told.
"""

import asyncio
import contextlib
import enum
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ingest.counters import Mark
from ingest.journal import SYNC_SECONDS, JournalFull, Writer
from ingest.lines import Gathered

GATHER_SECONDS = 0.02
BLOCK_BYTES = 4 << 20
HIGH_MARK = 16 << 20
RETRY_SECONDS = 0.5

T = TypeVar("T")

log = logging.getLogger(__name__)


class State(enum.Enum):
    """What receivers may do."""

    OPEN = "open"
    CROWDED = "crowded"  # leave everything to the kernel for a moment
    FULL = "full"  # TCP waits; datagrams are read, counted and rejected


class Intake:
    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.gathered = Gathered()
        self.state = State.OPEN
        self.received = 0  # frames so far, to see whether anything moves
        self.changed: list[Callable[[State], None]] = []
        self.filled, self.urgent = asyncio.Event(), asyncio.Event()
        self.stopping = False
        self.waiting = 0  # bytes handed to the thread
        self.pool = ThreadPoolExecutor(1, "journal")

    def add(
        self,
        peer: str,
        transport: str,
        port: int,
        lines: list[bytes],
        size: int,
        cuts: Iterable[tuple[int, int]] = (),
        claim: str = "",
        marks: Mapping[str, Mark | None] | None = None,
        at: int = 0,
    ) -> None:
        """Lines that were read just now, or `at` (microseconds since 1970), in `size`
        bytes; `marks` are the places up to which files were read for them."""
        at = at or time.time_ns() // 1_000
        self.gathered.add(at, peer, transport, port, lines, cuts, claim)
        self.gathered.counted.files.update(marks or {})
        self.gathered.size += size
        self.received += len(lines)
        self.filled.set()
        if self.gathered.size >= BLOCK_BYTES:
            self.urgent.set()
            self.settle()

    def note(self, marks: Mapping[str, Mark | None]) -> None:
        """Places in files of which no line came."""
        self.gathered.counted.files.update(marks)
        self.filled.set()

    def reject(self, peer: str, reason: str, count: int = 1) -> None:
        self.gathered.reject(peer, reason, count)
        self.received += count
        self.filled.set()

    async def journalled(self) -> bool:
        """Until all that was added so far is on the disk; False when the process ends
        without."""
        waiting: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.gathered.waiting.append(waiting)
        self.filled.set()
        self.urgent.set()  # whoever comes during the write shares the next one
        return await waiting

    def drop(self, socket: str, count: int) -> None:
        """The kernel threw datagrams away before we saw them."""
        if count:
            self.gathered.counted.drop(socket, count)
            self.filled.set()

    def settle(self) -> None:
        """Tells the receivers when they have to wait, or may go on."""
        state = State.OPEN
        if self.writer.full:
            state = State.FULL
        elif self.gathered.size + self.waiting > HIGH_MARK:
            state = State.CROWDED
        if state is self.state:
            return
        if state is State.FULL:
            log.error("the journal is full: TCP waits, datagrams are rejected")
        elif self.state is State.FULL:
            log.warning("the journal has room again")
        self.state = state
        for tell in self.changed:
            tell(state)

    async def run(self) -> None:
        """Writes blocks until `stop`, then the last one."""
        while not self.stopping:
            await until(self.filled, SYNC_SECONDS if self.writer.unsynced else None)
            if self.filled.is_set() and not self.stopping:
                calm = self.state is State.FULL  # only counts are written
                await until(self.urgent, 1.0 if calm else GATHER_SECONDS)
            await self.write()
        await self.write()

    def stop(self) -> None:
        self.stopping = True
        self.filled.set()
        self.urgent.set()

    async def write(self) -> None:
        """Everything gathered so far, as one block; tried until it is written."""
        batch, self.gathered = self.gathered, Gathered()
        self.filled.clear()
        self.urgent.clear()
        self.waiting = batch.size
        while not await self.in_thread(lambda: self.append(batch)):
            self.settle()
            if self.stopping:
                log.error("%d lines lost: the disk is full", len(batch.lines))
                tell(batch, False)
                return
            await asyncio.sleep(RETRY_SECONDS)
            await self.measure()
        self.waiting = 0
        tell(batch, True)
        self.settle()

    def append(self, batch: Gathered) -> bool:
        try:
            if batch.counted:
                frame = batch.frame() if batch.lines else None
                self.writer.append(frame, batch.counted)
            self.writer.sync(force=bool(batch.waiting))
        except JournalFull:
            return False
        return True

    async def measure(self) -> None:
        await self.in_thread(self.writer.measure)
        self.settle()

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Only this thread touches the writer."""
        return await asyncio.get_running_loop().run_in_executor(self.pool, work)

    async def close(self) -> None:
        """After `run` has ended: a clean end of the journal."""
        await self.in_thread(self.writer.close)
        self.pool.shutdown()


def tell(batch: Gathered, kept: bool) -> None:
    for waiting in batch.waiting:
        if not waiting.done():
            waiting.set_result(kept)


async def until(event: asyncio.Event, seconds: float | None) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
