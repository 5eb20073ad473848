"""IP fragments → whole datagrams, bounded in number, memory and time. Pure."""

from dataclasses import dataclass, field

from ingest.sniffing.headers import Packet

SECONDS = 5
MOST = 1_000  # datagrams of which parts are missing
MOST_BYTES = 8 << 20
MOST_PARTS = 128
BIGGEST = 65_535

Key = tuple[bytes, bytes, int, int]  # source, destination, protocol, number


@dataclass
class Pieces:
    at: int  # microseconds, of the first that came
    src: bytes
    found: dict[int, bytes] = field(default_factory=dict)  # by offset
    whole: int = 0  # the datagram's length, once the last part is there
    size: int = 0
    wanted: bool = False  # the first part is there, and is for a port of syslog
    foreign: bool = False  # it is there, and is not


class Fragments:
    """`lost` has the senders of datagrams for syslog ports that never became whole."""

    def __init__(self) -> None:
        self.waiting: dict[Key, Pieces] = {}
        self.size = 0
        self.lost: list[bytes] = []

    def add(self, at: int, packet: Packet, data: bytes, wanted: bool) -> bytes | None:
        """The whole datagram, when this was its last missing part. `wanted` is asked
        of the first part alone, which has the ports."""
        part = packet.part
        assert part is not None  # noqa: S101
        key = packet.src, packet.dst, packet.carries, part.number
        pieces = self.waiting.get(key)
        if pieces is None:
            pieces = self.waiting[key] = Pieces(at, packet.src)
        if part.offset == 0:
            pieces.wanted, pieces.foreign = wanted, not wanted
        if pieces.foreign or part.offset in pieces.found:
            return None
        self.keep(pieces, part.offset, data)
        if not part.more:
            pieces.whole = part.offset + len(data)
        return self.ended(key, pieces)

    def keep(self, pieces: Pieces, offset: int, data: bytes) -> None:
        pieces.found[offset] = data
        pieces.size += len(data)
        self.size += len(data)

    def ended(self, key: Key, pieces: Pieces) -> bytes | None:
        if pieces.size > BIGGEST or len(pieces.found) > MOST_PARTS:
            self.drop(key)
        elif pieces.whole and pieces.size >= pieces.whole:
            joined = join(pieces)
            self.drop(key, whole=joined is not None)
            return joined
        while len(self.waiting) > MOST or self.size > MOST_BYTES:
            self.drop(next(iter(self.waiting)))
        return None

    def drop(self, key: Key, whole: bool = False) -> None:
        pieces = self.waiting.pop(key)
        self.size -= pieces.size
        if pieces.wanted and not whole:
            self.lost.append(pieces.src)

    def sweep(self, now: int) -> None:
        """`now` in microseconds."""
        old = now - SECONDS * 1_000_000
        for key in [key for key, one in self.waiting.items() if one.at < old]:
            self.drop(key)


def join(pieces: Pieces) -> bytes | None:
    """None when parts overlap: what was meant cannot be known."""
    parts, reached = [], 0
    for offset in sorted(pieces.found):
        if offset != reached:
            return None
        parts.append(pieces.found[offset])
        reached += len(parts[-1])
    return b"".join(parts) if reached == pieces.whole else None
