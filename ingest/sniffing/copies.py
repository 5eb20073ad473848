"""Which sniffed lines were received as well, by the journals of this machine.

A sniffed line is a copy when a line with the same bytes (without its framing) was
received by another journal at most `NEAR` seconds before or after it. Each received
line makes one copy of one sniffed line, the oldest that fits, and no more: of two
honest equal lines that were sniffed, one is left when one was received.
"""

import secrets
from collections import defaultdict, deque
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from ingest import folder as folders
from ingest import recovery
from ingest.folder import JournalError
from ingest.lines import complete
from ingest.reader import Reader
from ingest.sniffing.claims import Arrival

NEAR = 2_000_000  # microseconds
LATE = 500_000  # until a received line can be read in its journal
MOST = 4_000_000  # received lines that are remembered
KNOWN = {
    "key": pl.UInt64,
    "at": pl.Int64,
    "peer": pl.String,
    "port": pl.UInt16,
    "claim": pl.String,
}


class Copies:
    def __init__(self, own: Path) -> None:
        """`own` is the journal folder of the sniffed lines; its siblings are read."""
        self.own = own
        self.readers: dict[str, Reader] = {}
        self.seed = secrets.randbits(64)  # so that nobody can choose equal keys
        self.known = pl.DataFrame(schema=KNOWN)
        self.look()

    def look(self) -> None:
        """Reads what the other journals have got since the last look."""
        for folder in folders.journals(self.own.parent):
            if folder != self.own:
                self.follow(folder)
        if self.known.height > MOST:
            self.known = self.known.tail(MOST)

    def follow(self, folder: Path) -> None:
        try:
            reader = self.readers.get(folder.name) or self.start(folder)
            while reader is not None and (chunk := reader.read()) is not None:
                self.remember(chunk.lines)
        except (JournalError, OSError):  # made anew, or gone: begin again with it
            self.readers.pop(folder.name, None)

    def start(self, folder: Path) -> Reader | None:
        """From the journal's end on."""
        files = folders.files(folder)
        if not files:
            return None
        position = recovery.end(files).position
        reader = Reader(folder, files[-1].identity, position)
        self.readers[folder.name] = reader
        return reader

    def remember(self, lines: pl.DataFrame) -> None:
        fresh = complete(lines).select(
            key=pl.col("line").hash(self.seed),
            at=pl.col("received").dt.epoch("us"),
            peer="peer",
            port="port",
            claim="claim",
        )
        self.known = pl.concat([self.known, fresh])

    def match(self, lines: list[bytes], times: list[int]) -> dict[int, Arrival]:
        """Rows that are copies, and what they are copies of; `times` in microseconds,
        not before those of an earlier call."""
        keys = pl.Series(lines, dtype=pl.Binary).hash(self.seed)
        self.forget(min(times) - NEAR)
        known = self.known.with_row_index("row").filter(
            pl.col("key").is_in(keys.implode())
        )
        if known.is_empty():
            return {}
        arrivals: dict[int, deque[tuple[int, int, Arrival]]] = defaultdict(deque)
        for row, key, at, *named in known.sort("at").iter_rows():
            arrivals[key].append((at, row, Arrival(*named)))
        found, used = paired(
            enumerate(zip(keys.to_list(), times, strict=True)), arrivals
        )
        rest = pl.int_range(pl.len()).is_in(pl.lit(pl.Series(used)).implode())
        self.known = self.known.filter(~rest)
        return found

    def forget(self, before: int) -> None:
        if not self.known.is_empty():
            self.known = self.known.filter(pl.col("at") >= before)


def paired(
    sniffed: Iterable[tuple[int, tuple[int, int]]],
    arrivals: dict[int, deque[tuple[int, int, Arrival]]],
) -> tuple[dict[int, Arrival], list[int]]:
    """Rows and what they are copies of; the rows of those that were used up."""
    found, used = {}, []
    for row, (key, at) in sniffed:
        waiting = arrivals.get(key)
        while waiting and waiting[0][0] < at - NEAR:
            waiting.popleft()
        if waiting and waiting[0][0] <= at + NEAR:
            _, known, found[row] = waiting.popleft()
            used.append(known)
    return found, used
