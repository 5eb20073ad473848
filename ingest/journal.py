"""The journal: what arrived, on disk before anything looks at it.

One process appends (`Writer`), one reads behind it (`Reader`). A position is a number
that grows with every line and never repeats. Writing order is the promise: what a
killed process has appended is read by the next one; after a power cut at most the last
sync interval is missing, and positions jump ahead, so that what the database already
knows under the missing ones is never confused with new lines.
"""

import contextlib
import errno
import logging
import os
import secrets
import shutil
import time
from pathlib import Path

import polars as pl

from ingest import folder as folders
from ingest.blocks import encode
from ingest.counters import Counters
from ingest.folder import JournalFile
from ingest.recovery import boot, recount

FILE_BYTES = 64 << 20
SYNC_BYTES = 1 << 20
SYNC_SECONDS = 0.2
MIN_FREE = 64 << 20  # left on the disk for everybody else
JUMP = 1 << 24  # more lines than a sync interval can hold
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

log = logging.getLogger(__name__)


class JournalFull(Exception):  # noqa: N818  (a state of the disk, not a fault)
    """The block was not written; nothing has changed."""


class Writer:
    """The one process that appends to a journal folder."""

    def __init__(
        self, folder: Path, max_bytes: int, file_bytes: int = FILE_BYTES
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.lock = folders.lock(folder, "receive")
        self.max_bytes = max_bytes
        self.file_bytes = min(file_bytes, max(max_bytes // 8, 1))
        self.totals = Counters()
        self.fd = -1
        self.full = False
        self.used = self.unsynced = 0
        self.synced_at = time.monotonic()
        self.recover()
        self.measure()

    def recover(self) -> None:
        """Goes on where the last writer ended, in a file of its own."""
        found = folders.files(self.folder)
        if not found:
            self.position = self.sequence = 0
            self.identity = secrets.token_hex(8)
            self.start_file({})
            return
        end = recount(found)
        self.identity = found[-1].identity
        self.totals, self.sequence = end.totals, end.sequence
        if end.clean or end.boot == boot():
            self.position = end.position
            self.start_file({})
        else:
            log.warning("%s: the machine went down; positions jump ahead", self.folder)
            self.jump(end.position, end.position + JUMP)

    def jump(self, origin: int, to: int) -> None:
        """Leaves positions out: whoever reads knows that no line was there."""
        self.position = to
        self.start_file({"jump": [origin, to]})

    def raise_to(self, position: int) -> None:
        """The database knows positions up to this one, however that came about."""
        if position > self.position:
            log.error(
                "%s: the database is ahead of the journal (%d, not %d): this folder "
                "is older than the database; positions jump ahead",
                *(self.folder, position, self.position),
            )
            self.jump(self.position, position + JUMP)

    def start_file(self, meta: dict[str, object]) -> None:
        file = JournalFile(self.sequence, self.position, self.identity, self.folder)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
        fd, old = os.open(file.path, flags, 0o600), self.fd
        try:
            self.fd, self.size = fd, os.fstat(fd).st_size
            self.write({**meta, "totals": self.totals.as_json(), "boot": boot()}, None)
        except JournalFull:
            self.fd = old
            os.close(fd)
            file.path.unlink()
            raise
        if old >= 0:
            os.fdatasync(old)
            os.close(old)
        os.fsync(fd)
        sync_folder(self.folder)

    def append(self, lines: pl.DataFrame | None, counted: Counters) -> None:
        """One block. JournalFull when the disk refuses it; then nothing was counted."""
        if self.size >= self.file_bytes:
            self.start_file({})
        if lines is not None:
            for peer, count in lines.group_by("peer").len().iter_rows():
                counted.source(peer).lines = count
        height = 0 if lines is None else lines.height
        self.write(counted.as_json(), lines)
        self.totals.add(counted)
        self.position += height

    def write(self, meta: dict[str, object], lines: pl.DataFrame | None) -> None:
        mark = bytes.fromhex(self.identity)
        block = encode(mark, self.sequence, self.position, meta, lines)
        try:
            write_all(self.fd, block)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self.fd, self.size)
            if error.errno not in NO_SPACE:
                raise
            self.full = True
            raise JournalFull from None
        self.sequence += 1
        self.size += len(block)
        self.unsynced += len(block)
        self.used += len(block)
        if self.used > self.max_bytes:
            self.full = True

    def sync(self, force: bool = False) -> None:
        """To the disk, when a MiB or the interval is due."""
        now = time.monotonic()
        due = self.unsynced >= SYNC_BYTES or now - self.synced_at >= SYNC_SECONDS
        if self.unsynced and (due or force):
            os.fdatasync(self.fd)
            self.unsynced, self.synced_at = 0, now

    def measure(self) -> None:
        """Looks at the disk: files that are stored have gone, others need room too."""
        self.used = sum(file.size() for file in folders.files(self.folder))
        free = shutil.disk_usage(self.folder).free
        room = self.file_bytes if self.full else 0  # so that it does not flutter
        self.full = self.used + room > self.max_bytes or free - room < MIN_FREE

    def close(self) -> None:
        """A clean end: everything is on the disk, and the next writer knows it."""
        with contextlib.suppress(JournalFull):
            self.write({"closed": True}, None)
        self.sync(force=True)
        os.close(self.fd)
        os.close(self.lock)


def write_all(fd: int, block: bytes) -> None:
    view = memoryview(block)
    while view:
        view = view[os.write(fd, view) :]


def sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
