"""Statements take turns, the fewer the more ingest has to do.

Ten searches at once left ingest a fiftieth of its speed: the processors are divided
evenly among all who want them. So while ingest is behind, a process reads with half as
many statements at once as there are processors, and none of them in parallel. The next
turn is that of the search that has had least until then: what is soon found does not
wait for what takes long. Short tries need no turn.
"""

import heapq
import itertools
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from typing import Any

from psycopg import Connection

from events.stopping import Stop
from sensors import locks

CROWD = 8  # statements at once while ingest keeps up
FEW = max(1, (os.cpu_count() or 2) // 2)  # … and while it does not
SHORT = 0.1  # seconds; what may take no longer needs no turn
LOOK = 0.5  # seconds between two looks at how ingest does
AGAIN = 0.25  # seconds between two looks at who waits, in case nobody calls


def say_behind(connection: Connection[Any], behind: bool) -> None:
    """Ingest tells all processes; if it ends, it is not behind any more. To be called
    when it changes, since each call counts."""
    word = "pg_try_advisory_lock_shared" if behind else "pg_advisory_unlock_shared"
    connection.execute(f"SELECT {word}(%s)", [locks.BEHIND])


def is_behind(connection: Connection[Any]) -> bool:
    row = connection.execute(HELD, [locks.BEHIND]).fetchone()
    return row is not None


HELD = """
SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = %s
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class Turns:
    """The turns of one kind of question in this process."""

    def __init__(self) -> None:
        self.pressed = False  # ingest is behind
        self.looked_at = -LOOK
        self.running = 0
        self.waiting: list[tuple[float, int]] = []  # what they have had, and who
        self.numbers = itertools.count()
        self.changed = Condition()

    @contextmanager
    def taken(self, had: float, seconds: float, stop: Stop | None) -> Iterator[bool]:
        """Whether a turn came within the seconds. `had`: seconds of turns until now.

        Stopped, if that is wished meanwhile.
        """
        got = self.wait((had, next(self.numbers)), time.monotonic() + seconds, stop)
        try:
            yield got
        finally:
            if got:
                with self.changed:
                    self.running -= 1
                    self.changed.notify_all()

    def wait(self, me: tuple[float, int], until: float, stop: Stop | None) -> bool:
        with self.changed:
            heapq.heappush(self.waiting, me)
            try:
                while not self.is_mine(me):
                    if stop:
                        stop.check()
                    left = until - time.monotonic()
                    if left <= 0:
                        return False
                    self.changed.wait(min(left, AGAIN))
                self.running += 1
                return True
            finally:
                self.waiting.remove(me)
                heapq.heapify(self.waiting)
                self.changed.notify_all()

    def is_mine(self, me: tuple[float, int]) -> bool:
        at_once = FEW if self.pressed else CROWD
        return self.running < at_once and self.waiting[0] == me

    def look(self, connection: Connection[Any]) -> bool:
        """Whether ingest is behind; asked now and then."""
        now = time.monotonic()
        if now - self.looked_at >= LOOK:
            self.looked_at = now
            self.pressed = is_behind(connection)
        return self.pressed
