"""Statements of one question: each with a time limit, all cancelled together."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from psycopg import Connection, errors
from psycopg.rows import TupleRow, tuple_row
from psycopg_pool import ConnectionPool

from events import pools
from events.query import Fragment
from events.statements import SegmentGone
from events.stopping import Stop
from events.turns import Turns

SIZE = 12  # long questions of one process that are being answered
TOTAL_SECONDS = 60.0
STATEMENT_SECONDS = 10.0
RETRIES = 4  # times that segments may vanish under one question
MEMORY = "64MB"  # for the hash tables of one statement

Link = Connection[TupleRow]
TURNS = Turns()


class OutOfTime(Exception):
    """The question has had its time."""


@cache
def pool() -> ConnectionPool[Link]:
    """Apart from the searches': those shall not wait for long questions."""
    return ConnectionPool(
        kwargs=pools.settings() | {"row_factory": tuple_row},
        connection_class=Link,
        min_size=0,
        max_size=SIZE,
        timeout=pools.PATIENCE,
        max_idle=pools.IDLE,
        check=ConnectionPool.check_connection,
        open=True,
        name="overview",
    )


class Reading:
    """A connection for one question, until its time is up or it is stopped."""

    def __init__(self, link: Link, stop: Stop, seconds: float = TOTAL_SECONDS) -> None:
        self.link = link
        self.stop = stop
        self.until = time.monotonic() + seconds
        self.had = 0.0  # seconds of turns

    def left(self) -> float:
        return self.until - time.monotonic()

    def fetch(
        self,
        asked: Fragment,
        filling: bool = False,
        seconds: float = STATEMENT_SECONDS,
    ) -> list[TupleRow]:
        """errors.QueryCanceled when the seconds were not enough; SegmentGone, Stopped,
        OutOfTime."""
        self.stop.check()
        try:
            with TURNS.taken(self.had, self.left(), self.stop) as mine:
                if not mine:
                    raise OutOfTime
                return self.run(asked, filling, seconds)
        except errors.QueryCanceled:
            self.stop.check()
            if self.left() <= 0:
                raise OutOfTime from None
            raise
        except (errors.UndefinedTable, errors.InternalError_) as error:
            raise SegmentGone(str(error)) from error

    def run(self, asked: Fragment, filling: bool, seconds: float) -> list[TupleRow]:
        began = time.monotonic()
        alone = TURNS.look(self.link)
        milliseconds = max(int(min(seconds, self.left()) * 1000), 1)
        try:
            with self.link.transaction(), self.link.cursor() as cursor:
                cursor.execute(SETTINGS, settings(filling, milliseconds, alone))
                return cursor.execute(asked.text, asked.params).fetchall()
        finally:
            self.had += time.monotonic() - began


@contextmanager
def reading(stop: Stop, seconds: float = TOTAL_SECONDS) -> Iterator[Reading]:
    """PoolTimeout when too many questions are being answered."""
    with pool().connection() as link, stop.watching(link):  # type: ignore[arg-type]
        yield Reading(link, stop, seconds)


T = TypeVar("T")


def again(ask: Callable[[], Iterator[T]]) -> Iterator[T]:
    """From the beginning when a segment was dropped meanwhile."""
    for _ in range(RETRIES):
        try:
            yield from ask()
            return
        except SegmentGone:
            continue
    yield from ask()


def settings(filling: bool, milliseconds: int, alone: bool) -> dict[str, Any]:
    """A segment that is being filled has no statistics, but good indexes."""
    return {
        "limit": str(milliseconds),
        "memory": MEMORY,
        "scan": "off" if filling else "on",
        "alone": alone,
    }


# Without sorting, grouping is done by hash tables: half the time.
SETTINGS = """
SELECT set_config('statement_timeout', %(limit)s, true),
       set_config('work_mem', %(memory)s, true),
       set_config('enable_sort', 'off', true),
       set_config('enable_seqscan', %(scan)s, true),
       CASE WHEN %(alone)s
           THEN set_config('max_parallel_workers_per_gather', '0', true) END
"""
