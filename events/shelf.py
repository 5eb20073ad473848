"""Rows of the live page, read and encoded once for every filter that shows them.

Twenty viewers of a busy network see mostly the same rows; making JSON of a row costs
more than finding it. A row is the same for everybody who may see it, so it is kept for
some seconds, for as many bytes as a process can spare.
"""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime

from psycopg_pool import AsyncConnectionPool

from events import live, rows
from events.live import Link
from events.query import Sensors
from events.tables import Table

KEEP = 5.0  # seconds: a rank that was changed meanwhile is shown soon
MOST_BYTES = 32 << 20


@dataclass(frozen=True)
class Row:
    """A row as JSON."""

    received: datetime
    text: bytes
    at: float  # when it was read


class Shelf:
    """The encoded rows of the last seconds, the oldest first."""

    def __init__(self, pool: AsyncConnectionPool[Link]) -> None:
        self.pool = pool
        self.guard = asyncio.Lock()  # else two filters would read the same rows
        self.kept: dict[tuple[str, int], Row] = {}
        self.bytes = 0

    async def rows(self, table: Table, ids: list[int], names: Sensors) -> list[Row]:
        """In the order of the ids, without those that are no longer stored."""
        async with self.guard:
            self.forget()
            missing = [
                number for number in ids if (table.name, number) not in self.kept
            ]
            if missing:
                await self.fetch(table, missing, names)
            found = [self.kept.get((table.name, number)) for number in ids]
        return [row for row in found if row is not None]

    async def fetch(self, table: Table, ids: list[int], names: Sensors) -> None:
        async with self.pool.connection() as link:
            found = await live.whole(link, table, ids)
        now = time.monotonic()
        for row in found:
            text = rows.dumps(live.shown(table, row, names))
            self.kept[table.name, row["id"]] = Row(row["received"], text, now)
            self.bytes += len(text)

    def forget(self) -> None:
        """Drops what is too old, and the oldest of too much."""
        limit = time.monotonic() - KEEP
        while self.kept:
            key = next(iter(self.kept))
            row = self.kept[key]
            if row.at > limit and self.bytes <= MOST_BYTES:
                return
            del self.kept[key]
            self.bytes -= len(row.text)
