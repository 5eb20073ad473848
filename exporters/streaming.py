"""The file of a download, written while it is searched: bounded memory, any length.

Each step reads one page of the search in a thread and gives its bytes to the server,
which waits until the browser has taken them (`mssweb/steady.py`). The end of the
request, for whatever reason, ends the statement under way. A file that is not whole is
never ended properly: the connection breaks, so that the browser says so.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from asgiref.sync import sync_to_async
from django.db.models import Min
from psycopg_pool import PoolTimeout

from events import pools, search
from events.models import Segment
from events.search import Search
from events.stopping import Stop
from events.tables import TABLES
from exporters import downloads, writing
from exporters.formats import csv
from exporters.formats.base import Row
from exporters.models import Download
from exporters.writing import FILES, Write

STEP_SECONDS = 5.0  # of one search for a page
LONGEST_STEP = 160.0  # when that was not enough to get anywhere
PULSE = 2.0  # seconds between signs of life
TRIES = 12  # to get a connection while others search
GZIP = 31  # zlib's window bits for a gzip file

State = Download.State


class Incomplete(Exception):
    """The file cannot be completed; the message is a sentence for the user."""


@dataclass
class Run:
    """One file under way. `step` blocks; everything else is quick."""

    download: Download
    asked: Search
    write: Write
    bottom: datetime  # the range ends here, for `progress`
    top: datetime
    rows: int = 0
    progress: float = 0.0
    is_over: bool = False
    is_unwanted: bool = False
    stop: Stop = field(default_factory=Stop)

    def step(self) -> bytes:
        """The bytes of the next page."""
        page = self.page()
        self.is_over = page.next is None
        self.asked = replace(self.asked, after=page.next, seconds=STEP_SECONDS)
        is_whole = FILES[self.download.kind].whole
        found: Sequence[Row] = page.rows if is_whole else writing.exported(page.rows)
        self.rows += len(found)
        if page.next is not None:
            self.progress = self.covered(page.next.time)
        return writing.joined(self.download.kind, self.write(found))

    def page(self) -> search.Page:
        """Incomplete when the search does not get on, however long it may take."""
        for _ in range(TRIES):
            try:
                page = search.run(self.asked, self.stop)
            except PoolTimeout:
                continue
            if page.next is None or page.next != self.asked.after:
                return page
            if self.asked.seconds >= LONGEST_STEP:
                raise Incomplete(f"The search does not get below {page.reached}.")
            self.asked = replace(self.asked, seconds=self.asked.seconds * 2)
        raise Incomplete("Too many searches run at the same time.")

    def covered(self, reached: datetime) -> float:
        whole = (self.top - self.bottom).total_seconds()
        left = (reached - self.bottom).total_seconds()
        return min(max(1 - left / whole, 0.0), 1.0) if whole > 0 else 0.0

    def pulse(self) -> bool:
        """A sign of life; False when the file is not wanted or allowed any more."""
        if not self.asked.scope <= downloads.scope(self.download.user):
            downloads.stop(self.download.user, self.download.pk)
        going = downloads.note(self.download, self.rows, self.progress)
        self.is_unwanted = not going
        return going

    def finish(self, state: State, reason: str) -> None:
        with suppress(*pools.AWAY):
            downloads.finish(self.download, state, reason, self.rows)


def begin(download: Download, asked: Search, now: datetime) -> Run:
    """`asked` has the range, the query and the user's scope."""
    table, chosen = TABLES[download.table], download.columns
    write = writing.writer(download.kind, table=table, chosen=chosen)
    bottom = oldest(download.table) or now
    if download.start:
        bottom = max(bottom, download.start)
    top = max(download.end or now, bottom)
    asked = replace(asked, limit=writing.PAGE, seconds=STEP_SECONDS)
    return Run(download, asked, write, bottom, top)


def oldest(table: str) -> datetime | None:
    """The time of the oldest row that is stored."""
    found = Segment.objects.filter(table=table).aggregate(at=Min("oldest"))
    at: datetime | None = found["at"]
    return at


def head(download: Download) -> bytes:
    chosen = download.columns or writing.columns(TABLES[download.table])
    kind = download.kind
    mark = csv.BOM if download.bom and kind == "csv" else b""
    return mark + writing.joined(kind, writing.heading(kind, chosen))


async def chunks(run: Run) -> AsyncIterator[bytes]:
    """The file. It raises, or is cancelled, when it does not become whole."""
    state, reason = State.STOPPED, "The connection was closed."
    pulse = asyncio.create_task(keep_alive(run, asyncio.current_task()))
    try:
        async for part in packed(run) if run.download.gzip else parts(run):
            yield part
        state, reason = State.DONE, ""
    except Incomplete as error:
        state, reason = State.FAILED, str(error)
        raise
    except pools.AWAY as error:
        state, reason = State.FAILED, "The database did not answer."
        raise Incomplete(reason) from error
    finally:
        pulse.cancel()
        await asyncio.to_thread(run.stop.now)
        await sync_to_async(run.finish)(state, reason)


async def parts(run: Run) -> AsyncIterator[bytes]:
    yield head(run.download)
    while not run.is_over:
        part = await sync_to_async(run.step)()
        if part:
            yield part


async def packed(run: Run) -> AsyncIterator[bytes]:
    """As a gzip file."""
    packer = zlib.compressobj(wbits=GZIP)
    async for part in parts(run):
        small = await asyncio.to_thread(packer.compress, part)
        if small:
            yield small
    yield packer.flush()


async def keep_alive(run: Run, writer: "asyncio.Task[None] | None") -> None:
    """Signs of life; cancels the writing when its user has stopped it."""
    while True:
        await asyncio.sleep(PULSE)
        with suppress(*pools.AWAY):
            if not await sync_to_async(run.pulse)() and writer is not None:
                writer.cancel()
                return
