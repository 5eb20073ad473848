"""The bytes of a journal file: one block after the other, each with its own checks.

A block is a header, its metadata (JSON: the counts since the block before) and an Arrow
IPC stream of lines. The first checksum covers header and metadata, so that counts can
be read without the lines; the second covers the lines. Every block begins with the
journal's random mark: after damage the next block is found by it, and nobody who sends
a line can write one that looks like a block.
"""

import io
import json
import mmap
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

MARK_LENGTH = 8
# mark, checksum of all that follows and the metadata, sequence, first position,
# number of lines, length of metadata and lines, checksum of the lines
HEADER = struct.Struct(f"<{MARK_LENGTH}sIQQIIII")
CHECKED = MARK_LENGTH + 4  # where the checked part begins
MAX_META = 64 << 20
MAX_PAYLOAD = 1 << 30


@dataclass(frozen=True)
class Block:
    """A block's place and header; `first` is the position of its first line."""

    offset: int
    sequence: int
    first: int
    count: int
    payload: int  # length
    checksum: int
    meta: dict[str, Any]
    meta_length: int

    @property
    def next(self) -> int:
        """The position after its last line."""
        return self.first + self.count

    @property
    def end(self) -> int:
        """The offset of the block after it."""
        return self.offset + HEADER.size + self.meta_length + self.payload


class Damaged(Exception):  # noqa: N818  (a finding about bytes, not a failure of ours)
    """The bytes at this offset are not a whole, unharmed block."""


class Unfinished(Damaged):
    """The file ends inside of the block: it may still be growing."""


def encode(
    mark: bytes,
    sequence: int,
    first: int,
    meta: dict[str, Any],
    lines: pl.DataFrame | None = None,
) -> bytes:
    """A whole block, ready to be appended."""
    count = 0 if lines is None else lines.height
    payload = b"" if lines is None or not count else stream(lines)
    about = json.dumps(meta, separators=(",", ":")).encode()
    lengths = (count, len(about), len(payload), zlib.crc32(payload))
    checked = HEADER.pack(mark, 0, sequence, first, *lengths)[CHECKED:] + about
    return mark + struct.pack("<I", zlib.crc32(checked)) + checked + payload


def stream(lines: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    lines.write_ipc_stream(buffer, compression="lz4")
    return buffer.getvalue()


@dataclass(frozen=True)
class Blocks:
    """An open journal file, read by offset (it may be growing)."""

    fd: int
    mark: bytes

    def header(self, offset: int) -> Block:
        """The block at an offset, its lines not yet checked. Damaged if none."""
        start = os.pread(self.fd, HEADER.size, offset)
        if len(start) < HEADER.size:
            raise Unfinished
        fields = HEADER.unpack(start)
        mark, checksum, sequence, first, count, about, payload, payload_sum = fields
        if mark != self.mark or about > MAX_META or payload > MAX_PAYLOAD:
            raise Damaged
        meta = os.pread(self.fd, about, offset + HEADER.size)
        if len(meta) < about:
            raise Unfinished
        if zlib.crc32(start[CHECKED:] + meta) != checksum:
            raise Damaged
        found = json.loads(meta)
        return Block(offset, sequence, first, count, payload, payload_sum, found, about)

    def lines(self, block: Block) -> pl.DataFrame:
        """The lines of a block. Damaged when they are not as they were written."""
        payload = os.pread(self.fd, block.payload, block.end - block.payload)
        if len(payload) < block.payload:
            raise Unfinished
        if zlib.crc32(payload) != block.checksum:
            raise Damaged
        return pl.read_ipc_stream(payload) if payload else pl.DataFrame()

    def sound(self, block: Block) -> bool:
        """Whether the lines are as they were written."""
        try:
            self.lines(block)
        except Damaged:
            return False
        return True

    def size(self) -> int:
        return os.fstat(self.fd).st_size

    def search(self, offset: int) -> Block | None:
        """The next block at or after an offset: where to go on after damage."""
        size = self.size()
        if offset >= size:
            return None
        with mmap.mmap(self.fd, size, prot=mmap.PROT_READ) as view:
            while (offset := view.find(self.mark, offset)) >= 0:
                try:
                    return self.header(offset)
                except Damaged:
                    offset += 1
        return None

    def walk(self, offset: int = 0) -> Iterator[Block]:
        """Every block from an offset on that is whole by its length."""
        while True:
            try:
                block: Block | None = self.header(offset)
            except Damaged:
                block = self.search(offset + 1)
            if block is None or block.end > self.size():
                return
            yield block
            offset = block.end
