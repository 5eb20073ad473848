"""Reads and prepares ahead of the writer: chunks in order, work in threads.

Polars leaves the interpreter lock, so the next batches are parsed while one is saved.
"""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import polars as pl

from ingest.pipeline import Prepared
from ingest.reader import LIMIT, Chunk, Reader

DEPTH = 3  # chunks in preparation
GATHER = 0.2  # seconds between batches that are not full: small ones cost as much
IDLE = (0.025, 0.1)  # the shortest and longest wait when there is nothing

Prepare = Callable[[pl.DataFrame], Prepared]


class Ahead:
    """The chunks between the reader and the writer."""

    def __init__(self, reader: Reader, pool: ThreadPoolExecutor) -> None:
        self.reader, self.pool = reader, pool
        self.queue: deque[tuple[Chunk, Future[Prepared]]] = deque()
        self.read_at = 0.0  # when to look again
        self.idle = IDLE[0]

    def fill(self, prepare: Callable[[], Prepare], hurry: bool = False) -> None:
        """Reads until enough is under way or nothing more has come. `prepare` is asked
        for before every batch, so that a changed configuration is in force at once."""
        while len(self.queue) < DEPTH and (hurry or time.monotonic() >= self.read_at):
            chunk = self.reader.read(LIMIT)
            if chunk is None:
                self.wait(self.idle)
                self.idle = min(self.idle * 1.5, IDLE[1])
                return
            self.idle = IDLE[0]
            if chunk.lines.height < LIMIT:
                self.wait(GATHER)
            work = self.pool.submit(prepare(), chunk.lines)
            self.queue.append((chunk, work))

    def wait(self, seconds: float) -> None:
        self.read_at = time.monotonic() + seconds

    def pause(self) -> float:
        """How long there is nothing to do."""
        return max(0.0, self.read_at - time.monotonic())

    @property
    def position(self) -> int:
        """The next position to be stored."""
        return self.queue[0][0].first if self.queue else self.reader.position

    def close(self) -> None:
        for _, work in self.queue:
            work.cancel()
        self.reader.close()
