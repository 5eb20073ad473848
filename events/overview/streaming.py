"""Sends the lines of a long question as they come; who goes away ends it.

A thread answers the question and leaves each line in a box where it replaces the one
before; the event loop takes from there, four times a second at most. So a slow client
delays nothing and gets fewer lines.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from threading import Lock
from typing import Any

from psycopg_pool import PoolTimeout

from events import pools, rows
from events.overview.reading import SIZE
from events.stopping import Stop, Stopped

PACE = 0.25  # seconds between two lines
MOST_OF_ONE = 4  # questions of one user at the same time
BUSY = "Too many long questions are being answered; try again in a moment."
BROKEN = "This cannot be answered; the log of the server says why."
AWAY = "The database does not answer; try again."

log = logging.getLogger(__name__)

Line = dict[str, Any]
Question = Callable[[Stop], Iterator[Line]]


class TooMany(Exception):
    """A user asks more long questions at once than are answered."""

    def __init__(self) -> None:
        super().__init__(
            f"At most {MOST_OF_ONE} overviews are made for you at the same time; "
            "wait for one or close it."
        )


class Turn:
    """A user's right to one question under way in this process; TooMany.

    Ended once, by whoever comes first: the question, or nobody being left to ask it.
    """

    lock = Lock()
    count: Counter[str] = Counter()

    def __init__(self, user: str) -> None:
        self.user: str | None = None
        with self.lock:
            if self.count[user] >= MOST_OF_ONE:
                raise TooMany
            self.count[user] += 1
            self.user = user

    def end(self) -> None:
        with self.lock:
            if self.user is not None:
                self.count[self.user] -= 1
                self.user = None

    __del__ = end


@cache
def threads() -> ThreadPoolExecutor:
    """Apart from Django's: long questions never use those up."""
    return ThreadPoolExecutor(SIZE, "overview")


class Box:
    """The newest line of a question that a thread answers."""

    def __init__(self, ask: Question, turn: Turn) -> None:
        self.ask = ask
        self.turn = turn
        self.stop = Stop()
        self.loop = asyncio.get_running_loop()
        self.filled = asyncio.Event()
        self.line: Line | None = None
        self.ended = False
        self.work = threads().submit(self.answer)

    def answer(self) -> None:
        """In the thread."""
        try:
            for line in self.ask(self.stop):
                self.tell(line)
        except Stopped:
            pass
        except pools.AWAY as error:
            busy = isinstance(error, PoolTimeout)
            self.tell(failed(BUSY if busy else AWAY))
        except Exception:
            log.exception("an overview failed")
            self.tell(
                failed("This cannot be answered; the log of the server says why.")
            )
        finally:
            self.turn.end()
            self.tell(None)

    def tell(self, line: Line | None) -> None:
        with suppress(RuntimeError):  # the loop has ended, nobody listens
            self.loop.call_soon_threadsafe(self.put, line)

    def put(self, line: Line | None) -> None:
        if line is None:
            self.ended = True
        else:
            self.line = line
        self.filled.set()

    async def lines(self) -> AsyncIterator[Line]:
        while not self.ended:
            await self.filled.wait()
            self.filled.clear()
            line, self.line = self.line, None
            if line is not None:
                yield line
                await asyncio.sleep(PACE if not self.ended else 0)
        if self.line is not None:
            yield self.line

    def close(self) -> None:
        """Also from another thread; the statement under way is cancelled."""
        if self.work.cancel():
            self.turn.end()
        else:
            self.stop.now()


def failed(reason: str) -> Line:
    return {"stage": "exact", "progress": 0.0, "done": False, "reason": reason}


async def stream(ask: Question, turn: Turn) -> AsyncIterator[bytes]:
    """Newline-delimited JSON; closing it ends the question."""
    box = Box(ask, turn)
    try:
        async for line in box.lines():
            yield rows.dumps(line) + b"\n"
    finally:
        await asyncio.shield(asyncio.to_thread(box.close))


def last(ask: Question, turn: Turn) -> Line:
    """The last line alone, in the thread of the caller."""
    line: Line = failed("")
    try:
        for line in ask(Stop()):  # noqa: B007
            pass
    finally:
        turn.end()
    return line
