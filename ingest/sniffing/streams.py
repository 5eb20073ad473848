"""TCP connections that are only overheard → frames. Pure.

What was not seen cannot be asked for again: after a gap that nothing fills in time,
reading goes on at the next beginning of a frame. Both directions of a connection are
streams of their own. Number, memory and time are bounded.
"""

import re
from dataclasses import dataclass, field

from ingest.framing import RESYNC, Decoder, Frames
from ingest.sniffing.headers import Segment

MOST = 10_000  # streams
MOST_BYTES = 32 << 20  # of all unfinished frames, and of what waits for a gap to fill
MOST_SEGMENTS = 256  # that wait, of one stream
OVERHEAD = 128  # bytes of memory that a segment takes besides its own
GAP_SECONDS = 2
IDLE_SECONDS = 86_400
NEAR = 16 << 20  # sequence numbers further away belong to something else
FIN, SYN, RST = 1, 2, 4
TLS = re.compile(rb"[\x14-\x17]\x03[\x00-\x04]")
BEGINNING = re.compile(rb"(?:[1-9][0-9]{0,5} )?<[0-9]{1,3}>")
COUNTED = re.compile(rb"(?<![0-9])[1-9][0-9]{0,5} <[0-9]{1,3}>")
WINDOW = 14  # the longest of these, and the byte before it
ROUND = 1 << 32

Key = tuple[bytes, bytes, int, int]  # source, destination, and their ports


@dataclass
class Found:
    """What one packet brought. `gaps` stands for so many places where bytes are
    missing, `missing` for those bytes."""

    frames: Frames = field(default_factory=Frames)
    gaps: int = 0
    missing: int = 0
    tls: bool = False

    def add(self, frames: Frames) -> None:
        rows = len(self.frames.lines)
        self.frames.lines += frames.lines
        self.frames.cuts += [(rows + row, length) for row, length in frames.cuts]
        self.frames.empty += frames.empty


class Stream:
    """One direction of a connection."""

    def __init__(self, seq: int, at: int, limit: int, whole: bool) -> None:
        """`whole`: it is known from its first byte on."""
        self.next, self.at, self.limit = seq, at, limit
        self.decoder = Decoder(limit)
        self.synced, self.fresh = whole, True
        self.tail = b""  # where a frame may begin, while not synced
        self.waiting: dict[int, bytes] = {}  # segments behind a gap
        self.waits_since = 0
        self.held = 0
        self.end = -1  # where it ends, once that is known
        self.stray = -1  # where a segment ended that was far away
        self.secret = False  # TLS

    @property
    def size(self) -> int:
        return self.held + len(self.decoder.rest) + len(self.tail)

    def take(self, at: int, seq: int, data: bytes, found: Found) -> None:
        self.at = at
        ahead = distance(self.next, seq)
        if abs(ahead) > NEAR:
            self.far(seq, data, found)
        elif ahead > 0:
            self.wait(at, seq, data, found)
        elif ahead + len(data) > 0:
            self.feed(data[-ahead:], found)
            self.drain(found)

    def far(self, seq: int, data: bytes, found: Found) -> None:
        """Two of them in a row that fit together are how it really goes on."""
        if seq == self.stray:
            self.miss(0, found)
            self.next = seq
            self.feed(data, found)
        self.stray = (seq + len(data)) % ROUND

    def wait(self, at: int, seq: int, data: bytes, found: Found) -> None:
        if not self.waiting:
            self.waits_since = at
        if seq not in self.waiting:
            self.waiting[seq] = data
            self.held += len(data) + OVERHEAD
        if len(self.waiting) > MOST_SEGMENTS:
            self.jump(found)

    def drain(self, found: Found) -> None:
        """What waited and can now be read."""
        while self.waiting:
            seq = min(self.waiting, key=lambda one: distance(self.next, one))
            ahead = distance(self.next, seq)
            if ahead > 0:
                return
            self.follow(seq, ahead, found)

    def follow(self, seq: int, ahead: int, found: Found) -> None:
        """Reads what waited at `seq`, which is not ahead."""
        data = self.waiting.pop(seq)
        self.held -= len(data) + OVERHEAD
        if ahead + len(data) > 0:
            self.feed(data[-ahead:], found)

    def jump(self, found: Found) -> None:
        """Over the first gap."""
        seq = min(self.waiting, key=lambda one: distance(self.next, one))
        self.miss(max(0, distance(self.next, seq)), found)
        self.next = seq
        self.drain(found)

    def miss(self, count: int, found: Found) -> None:
        """The frame before the gap is kept, cut; the one behind it has no beginning."""
        found.gaps += 1
        found.missing += count
        rest = self.decoder.rest
        counting = self.decoder.counting
        if rest.strip():
            length = max(self.decoder.wanted, len(rest) + self.decoder.dropped + count)
            frames = Frames()
            frames.add(rest[: self.limit], max(length, 1))
            found.add(frames)
        self.decoder = Decoder(self.limit)
        self.decoder.counting = counting
        self.synced, self.tail = False, b""

    def feed(self, data: bytes, found: Found) -> None:
        self.next = (self.next + len(data)) % ROUND
        if self.fresh:
            self.fresh = False
            self.secret = found.tls = TLS.match(data) is not None
        if self.secret:
            return
        if not self.synced:
            data = self.beginning(data)
        if data:
            found.add(self.decoder.feed(data))

    def beginning(self, data: bytes) -> bytes:
        """From the first byte of a frame on; nothing when none begins here."""
        if not self.tail and BEGINNING.match(data):
            self.synced = True
            return data
        data = self.tail + data
        pattern = COUNTED if self.decoder.counting else RESYNC
        found = pattern.search(data)
        if found is None:
            self.tail = data[-WINDOW:]
            return b""
        self.synced, self.tail = True, b""
        return data[found.start() :].removeprefix(b"\n")

    def close(self, found: Found) -> None:
        # Sorted once: many gaps would take long to close one after the other.
        for seq in sorted(self.waiting, key=lambda one: distance(self.next, one)):
            ahead = distance(self.next, seq)
            if ahead > 0:
                self.miss(ahead, found)
                self.next = seq
            self.follow(seq, min(ahead, 0), found)
        if not self.secret:
            found.add(self.decoder.close())


def distance(one: int, two: int) -> int:
    """How far `two` is ahead of `one`; negative when it is behind."""
    return (two - one + ROUND // 2) % ROUND - ROUND // 2


class Streams:
    def __init__(self, limit: int) -> None:
        self.limit = limit  # bytes of a line
        self.open: dict[Key, Stream] = {}  # the one that was busy last at the end
        self.begun: dict[Key, int] = {}  # connections that have sent nothing yet
        self.size = 0
        self.given_up: list[tuple[Key, Found]] = []  # for want of room, until `sweep`

    def take(self, at: int, key: Key, one: Segment, data: bytes) -> Found:
        """A segment of the stream `key`, `at` microseconds."""
        found = Found()
        seq = one.seq
        if one.flags & SYN:
            seq = (seq + 1) % ROUND
            self.begin(key, seq, found)
        if data:
            self.feed(at, key, seq, data, found)
        if one.flags & (FIN | RST):
            self.finish(key, (seq + len(data)) % ROUND, one.flags, found)
        return found

    def begin(self, key: Key, seq: int, found: Found) -> None:
        stream = self.open.get(key)
        if stream is not None and abs(distance(stream.next, seq)) > 1:
            self.close(key, found)  # the ports are used again
        self.begun.pop(key, None)
        self.begun[key] = seq
        if len(self.begun) > MOST:
            del self.begun[next(iter(self.begun))]

    def feed(self, at: int, key: Key, seq: int, data: bytes, found: Found) -> None:
        stream = self.open.pop(key, None)
        if stream is None:
            stream = self.start(at, key, seq)
        before = stream.size
        self.open[key] = stream
        stream.take(at, seq, data, found)
        self.size += stream.size - before
        if stream.next == stream.end:
            self.close(key, found)
        while len(self.open) > MOST or self.size > MOST_BYTES:
            oldest, rest = next(iter(self.open)), Found()
            self.close(oldest, rest)
            self.given_up.append((oldest, rest))

    def start(self, at: int, key: Key, seq: int) -> Stream:
        first = self.begun.pop(key, None)
        if first is not None and abs(distance(first, seq)) <= NEAR:
            return Stream(first, at, self.limit, whole=True)
        return Stream(seq, at, self.limit, whole=False)

    def finish(self, key: Key, end: int, flags: int, found: Found) -> None:
        """The end counts where it fits: anybody can write a packet that says so."""
        self.begun.pop(key, None)
        stream = self.open.get(key)
        if stream is None:
            return
        ahead = distance(stream.next, end)
        stream.end = end if ahead > 0 and not flags & RST else stream.end
        if ahead == 0 or (flags & RST and 0 <= ahead <= NEAR):
            self.close(key, found)

    def close(self, key: Key, found: Found) -> None:
        stream = self.open.pop(key)
        self.size -= stream.size
        stream.close(found)

    def sweep(self, now: int) -> list[tuple[Key, Found]]:
        """What gaps and silence bring; `now` in microseconds."""
        results, self.given_up = self.given_up, []
        for key, stream in list(self.open.items()):
            found = Found()
            if stream.waiting and now - stream.waits_since > GAP_SECONDS * 1_000_000:
                before = stream.size
                stream.jump(found)
                stream.waits_since = now
                self.size += stream.size - before
            elif now - stream.at > IDLE_SECONDS * 1_000_000:
                self.close(key, found)
            if found.gaps or found.frames.lines:
                results.append((key, found))
        return results

    def end(self) -> list[tuple[Key, Found]]:
        """Of all streams what is left."""
        results, self.given_up = self.given_up, []
        for key in list(self.open):
            found = Found()
            self.close(key, found)
            results.append((key, found))
        return results
