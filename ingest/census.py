"""Counts the journal by its blocks' headers: what came in, and what is not stored yet.

The lines are not read. Each place goes on from where it was at the last look, so a look
costs only what has been written since.
"""

from pathlib import Path
from threading import Lock

from ingest import folder as folders
from ingest.blocks import Block, Blocks, Damaged
from ingest.counters import Counters, Source
from ingest.folder import JournalFile
from ingest.recovery import opened


class Place:
    """A place in a journal, and all counts up to it."""

    def __init__(self) -> None:
        self.file: JournalFile | None = None
        self.offset = 0
        self.position = 0
        self.totals = Counters()

    def advance(self, files: list[JournalFile], until: int | None) -> Counters:
        """Moves to a position (None: to the end of the journal); the counts there."""
        if self.file not in files or (until is not None and until < self.position):
            self.start(first_file(files, until))
        while True:
            assert self.file is not None  # noqa: S101
            with opened(self.file) as blocks:
                rest = self.walk(blocks, until)
            if rest is not None:
                return rest
            later = [f for f in files if f.sequence > self.file.sequence]
            if not later or (until is not None and later[0].position > until):
                return self.totals
            self.file, self.offset = later[0], 0

    def start(self, file: JournalFile) -> None:
        self.file, self.offset, self.position = file, 0, file.position
        self.totals = Counters()

    def walk(self, blocks: Blocks, until: int | None) -> Counters | None:
        """To the end of the file (None), or to the position (the counts there)."""
        for block in blocks.walk(self.offset):
            if until is not None and block.next > until:
                if block.first < until:
                    return self.within(blocks, block, until)
                return self.totals
            self.absorb(block)
        return None

    def absorb(self, block: Block) -> None:
        self.offset = block.end
        self.position = max(self.position, block.next)
        if "totals" in block.meta:
            self.totals = Counters.from_json(block.meta["totals"])
        else:
            self.totals.add(Counters.from_json(block.meta))

    def within(self, blocks: Blocks, block: Block, until: int) -> Counters:
        """The counts in the middle of a block; the place stays before it."""
        found = Counters()
        found.add(self.totals)
        try:
            lines = blocks.lines(block)[: until - block.first]
        except Damaged:
            return found
        for peer, count in lines.group_by("peer").len().iter_rows():
            found.source(peer).add(Source(lines=count))
        return found


def first_file(files: list[JournalFile], until: int | None) -> JournalFile:
    """The newest file from which the place can be reached: its first block has all
    counts so far."""
    fit = [file for file in files if until is None or file.position <= until]
    for file in reversed(fit):
        with opened(file) as blocks:
            if any("totals" in block.meta for block in blocks.walk()):
                return file
    return files[0]


class Census:
    """The counts of one journal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = Lock()
        self.end, self.stored = Place(), Place()

    def take(self, position: int) -> tuple[Counters, Counters]:
        """All counts, and those up to the position that is stored."""
        with self.lock:
            files = folders.files(self.folder)
            if not files:
                return Counters(), Counters()
            stored = self.stored.advance(files, position)
            return copied(self.end.advance(files, None)), copied(stored)


def copied(counters: Counters) -> Counters:
    found = Counters()
    found.add(counters)
    return found


def queued(end: Counters, stored: Counters) -> dict[str, int]:
    """Per peer, how many lines are journalled and not stored."""
    none = Source()
    return {
        peer: source.lines - stored.sources.get(peer, none).lines
        for peer, source in end.sources.items()
    }
