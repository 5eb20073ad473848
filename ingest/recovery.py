"""Where a journal ended, found by walking its blocks, however the writer ended."""

import contextlib
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingest.blocks import Blocks
from ingest.counters import Counters
from ingest.folder import JournalFile

log = logging.getLogger(__name__)


@dataclass
class End:
    """All counts until a place in the journal, and how the writing ended there."""

    totals: Counters = field(default_factory=Counters)
    position: int = 0
    sequence: int = 0
    clean: bool = False
    boot: str = ""


def recount(files: list[JournalFile]) -> End:
    """The end of a journal; cuts off what a killed writer left unfinished."""
    with opened(files[-1], os.O_RDWR) as blocks:
        cut_torn(blocks, files[-1])
    found = end(files)
    found.sequence = max(found.sequence, files[-1].sequence + 1)
    return found


def end(files: list[JournalFile]) -> End:
    """The end of a journal that may be in use.

    Begins at the newest file whose first block can be read: it has all counts so far.
    """
    found, start = End(), 0
    for start in range(len(files) - 1, -1, -1):
        with opened(files[start]) as blocks:
            if any("totals" in block.meta for block in blocks.walk()):
                break
    for file in files[start:]:
        with opened(file) as blocks:
            read_into(found, blocks)
        found.position = max(found.position, file.position)
    return found


def read_into(end: End, blocks: Blocks) -> None:
    for block in blocks.walk():
        if "totals" in block.meta:
            end.totals = Counters.from_json(block.meta["totals"])
            end.boot = block.meta.get("boot", "")
        else:
            end.totals.add(Counters.from_json(block.meta))
        end.position, end.sequence = block.next, block.sequence + 1
        end.clean = bool(block.meta.get("closed"))


def cut_torn(blocks: Blocks, file: JournalFile) -> None:
    """Truncates after the last block that is whole."""
    found = list(blocks.walk())
    while found and not blocks.sound(found[-1]):
        found.pop()
    end = found[-1].end if found else 0
    if end < blocks.size():
        log.warning("%s: %d torn bytes cut off", file.path, blocks.size() - end)
        os.ftruncate(blocks.fd, end)


@contextlib.contextmanager
def opened(file: JournalFile, flags: int = os.O_RDONLY) -> Iterator[Blocks]:
    fd = os.open(file.path, flags)
    try:
        yield Blocks(fd, file.mark)
    finally:
        os.close(fd)


def boot() -> str:
    """Changes when the machine starts: then unsynced writes may be gone."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
