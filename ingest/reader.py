"""Reads a journal that is being written, in whole blocks, each line once.

Damage costs the lines that were in it and no others: they are counted in `lost`, the
log says so, and reading goes on at the next block.
"""

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ingest import folder as folders
from ingest.blocks import Block, Blocks, Damaged
from ingest.folder import JournalError, JournalFile
from ingest.lines import complete

LIMIT = 50_000  # lines of a batch: larger ones cost less a line

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Chunk:
    """The lines from a position to another, both inclusive (lost ones left out)."""

    first: int
    last: int
    lines: pl.DataFrame
    lost: int = 0  # lines before or among them that damage has cost


class Reader:
    """Follows one journal (by its identity) from a position on."""

    def __init__(self, folder: Path, identity: str, position: int) -> None:
        self.folder, self.identity = folder, identity
        self.position = position  # of the next line to be handed out
        self.lost = self.told_lost = 0
        self.file: JournalFile | None = None
        self.blocks: Blocks | None = None
        self.offset = 0
        self.held = pl.DataFrame()  # the rest of a block larger than a batch

    def read(self, limit: int = LIMIT) -> Chunk | None:
        """The next lines, small blocks together; None when there are none yet."""
        parts: list[pl.DataFrame] = []
        first, rows, lost = self.position, 0, self.told_lost
        while rows < limit and (found := self.lines(bool(parts))) is not None:
            lines, self.held = found[:limit], found[limit:]
            if not parts:
                first = self.position
            self.position += lines.height
            if lines.height:
                parts.append(lines)
                rows += lines.height
        if not parts:
            return None
        self.told_lost = self.lost
        return Chunk(first, self.position - 1, pl.concat(parts), self.lost - lost)

    def lines(self, joined: bool) -> pl.DataFrame | None:
        """The next lines, from the position on; None when there are none yet, or, if
        they are to be joined to others, when positions are missing between."""
        if self.held.height:
            return self.held
        block = self.peek()
        if block is None or (joined and block.first != self.position):
            return None
        return self.take(block)

    def take(self, block: Block) -> pl.DataFrame:
        """The block's lines from the position on; moves behind the block."""
        assert self.blocks is not None  # noqa: S101  (peek opened it)
        self.skip_to(block.first)
        start = self.position - block.first
        try:
            lines = complete(self.blocks.lines(block))[start:]
        except Damaged:
            self.lose(block.count - start, f"the block at {block.offset} is damaged")
            self.position = block.next
            self.offset = block.offset + 1  # its length cannot be trusted either
            return pl.DataFrame()
        self.offset = block.end
        return lines

    def peek(self) -> Block | None:
        """The next block that has lines after the position, without moving past it."""
        while (block := self.next_block()) is not None:
            if "jump" in block.meta:
                self.jump(*block.meta["jump"])
            if block.count and block.next > self.position:
                return block
            self.offset = block.end
        return None

    def next_block(self) -> Block | None:
        """The block at or after the offset, in this file or the next."""
        while True:
            block = self.here()
            if block is not None:
                return block
            following = self.following()
            if following is None:
                return None
            # It was closed before the next began, but perhaps after the look above.
            block = self.here()
            if block is not None:
                return block
            self.open(following)

    def here(self) -> Block | None:
        """The block at the offset; the next sound one when there is damage."""
        if self.blocks is None:
            return None
        try:
            block: Block | None = self.blocks.header(self.offset)
        except Damaged:
            block = self.blocks.search(self.offset + 1)
        if block is None or block.end > self.blocks.size():
            return None
        if block.offset != self.offset:
            log.error("%s: damage at offset %d", self.file, self.offset)
        return block

    def following(self) -> JournalFile | None:
        """The file after this one; at the beginning, the one with the position."""
        found = folders.files(self.folder)
        if not found:
            return None
        if found[-1].identity != self.identity:
            raise JournalError(f"{self.folder} was replaced by another journal")
        if self.file is None:
            before = [file for file in found if file.position <= self.position]
            return before[-1] if before else found[0]
        later = [file for file in found if file.sequence > self.file.sequence]
        return later[0] if later else None

    def open(self, file: JournalFile) -> None:
        self.close()
        self.blocks = Blocks(os.open(file.path, os.O_RDONLY), file.mark)
        self.file, self.offset = file, 0

    def close(self) -> None:
        if self.blocks is not None:
            os.close(self.blocks.fd)
        self.blocks = None

    def jump(self, origin: int, to: int) -> None:
        self.skip_to(origin)
        self.position = max(self.position, to)

    def skip_to(self, position: int) -> None:
        """Lines before this position that never came are lost."""
        if position > self.position:
            self.lose(position - self.position, "lines are missing")
            self.position = position

    def lose(self, count: int, why: str) -> None:
        self.lost += count
        log.error("%s: %d lines lost: %s", self.file or self.folder, count, why)


def drop_before(folder: Path, position: int) -> int:
    """Deletes whole files whose lines are all before the position; the newest stays.
    Returns how many."""
    found = folders.files(folder)
    gone = [file for file, after in pairs(found) if after.position <= position]
    for file in gone:
        file.path.unlink(missing_ok=True)
    return len(gone)


def pairs(files: list[JournalFile]) -> Iterator[tuple[JournalFile, JournalFile]]:
    return zip(files, files[1:], strict=False)
