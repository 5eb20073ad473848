"""What was received, journalled and rejected: sums that can be added up and stored.

`received` is counted by the receivers after framing, `lines` by the journal's writer;
they are apart so that a line lost between the two would show in the ledger.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

MAX_SOURCES = 50_000  # a flood of invented senders must not fill the memory
OTHERS = "(others)"
PORT_UNKNOWN = 0
Mark = list[int | str]  # a place in a file, see `ingest/tail.py`


@dataclass
class Source:
    """The counts of one peer."""

    received: int = 0  # every frame after framing, the rejected ones too
    lines: int = 0  # written to the journal
    port: int = PORT_UNKNOWN  # the listening port that it used last
    rejected: dict[str, int] = field(default_factory=dict)
    claim: str = ""  # what named it last, besides its address

    def add(self, other: "Source") -> None:
        self.received += other.received
        self.lines += other.lines
        self.port = other.port or self.port
        self.claim = other.claim or self.claim
        for reason, count in other.rejected.items():
            self.rejected[reason] = self.rejected.get(reason, 0) + count


@dataclass
class Counters:
    sources: dict[str, Source] = field(default_factory=dict)
    drops: dict[str, int] = field(default_factory=dict)  # by the kernel, per socket
    # How far each followed file is read, by its key; None: it is done with.
    files: dict[str, Mark | None] = field(default_factory=dict)

    def source(self, peer: str) -> Source:
        found = self.sources.get(peer)
        if found is None:
            full = len(self.sources) >= MAX_SOURCES and peer != OTHERS
            found = Source() if not full else self.source(OTHERS)
            self.sources.setdefault(OTHERS if full else peer, found)
        return found

    def receive(self, peer: str, port: int, count: int, claim: str = "") -> None:
        source = self.source(peer)
        source.received += count
        source.port, source.claim = port, claim

    def reject(self, peer: str, reason: str, count: int = 1) -> None:
        source = self.source(peer)
        source.received += count
        source.rejected[reason] = source.rejected.get(reason, 0) + count

    def drop(self, socket: str, count: int) -> None:
        self.drops[socket] = self.drops.get(socket, 0) + count

    def add(self, other: "Counters") -> None:
        for peer, source in other.sources.items():
            self.source(peer).add(source)
        for socket, count in other.drops.items():
            self.drop(socket, count)
        for key, mark in other.files.items():
            self.files.pop(key, None)
            if mark is not None:
                self.files[key] = mark

    def __bool__(self) -> bool:
        return bool(self.sources or self.drops or self.files)

    @property
    def received(self) -> int:
        return sum(source.received for source in self.sources.values())

    @property
    def lines(self) -> int:
        return sum(source.lines for source in self.sources.values())

    def rejected(self) -> dict[str, int]:
        """Rejected frames per reason, over all peers."""
        total = Source()
        for source in self.sources.values():
            total.add(Source(rejected=source.rejected))
        return total.rejected

    def as_json(self) -> dict[str, Any]:
        found = {"sources": dict(self.source_rows()), "drops": self.drops}
        return found | ({"files": self.files} if self.files else {})

    def source_rows(self) -> Iterator[tuple[str, list[Any]]]:
        for peer, source in self.sources.items():
            row = [source.received, source.lines, source.port, source.rejected]
            yield peer, [*row, source.claim] if source.claim else row

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        rows = found.get("sources", {}).items()
        sources = {
            peer: Source(received, lines, port, dict(rejected), *claim)
            for peer, (received, lines, port, rejected, *claim) in rows
        }
        drops, files = dict(found.get("drops", {})), dict(found.get("files", {}))
        return cls(sources, drops, files)
