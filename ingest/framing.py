"""TCP streams → frames: octet counting and newlines, told apart for every frame.

RFC 6587, and what senders make of it. A frame that begins with `DIGITS SP <` has a
length; any other ends at a line feed. Line ends and NUL around a frame belong to the
framing. Pure: bytes in, frames out, wherever the stream was cut into reads.
"""

import re
from dataclasses import dataclass, field

END = b"\r\n\0"

# A length: at most 999,999. Before the first counted frame it is one only if a message
# follows ("2024 was…" is text). A lone space before it is a fault of Cisco ASA.
LENGTH = re.compile(rb"([1-9][0-9]{0,5}) (?=[<{])")
LENGTH_AGAIN = re.compile(rb" ?([1-9][0-9]{0,5}) ")
# What may still become a length when more bytes come.
MAYBE = re.compile(rb"[1-9][0-9]{0,5} ?\Z")
MAYBE_AGAIN = re.compile(rb" ?(?:[1-9][0-9]{0,5})?\Z")
# Where counting goes on after a length that was wrong.
RESYNC = re.compile(rb"\n|(?<![0-9])[1-9][0-9]{0,5} <[0-9]{1,3}>")
WINDOW = 14  # its longest match, and the byte before it
LENGTH_IN_CHUNK = re.compile(rb"\n[1-9][0-9]{0,5} [<{]")
LINE_END = re.compile(rb"\r?\n")


@dataclass
class Frames:
    """What one piece of a stream completed."""

    lines: list[bytes] = field(default_factory=list)
    cuts: list[tuple[int, int]] = field(default_factory=list)  # (row, original length)
    empty: int = 0

    def add(self, kept: bytes, cut: int) -> None:
        """A frame, and its original length if a part of it is missing, else 0."""
        line = kept.rstrip(END)
        if not line:
            self.empty += 1
            return
        if cut:
            self.cuts.append((len(self.lines), cut))
        self.lines.append(line)


class Decoder:
    """The state of one connection. `fast` is off in the test that compares the ways."""

    def __init__(self, limit: int, fast: bool = True) -> None:
        self.limit, self.fast = limit, fast
        self.rest = b""  # bytes from the beginning of an unfinished frame on
        self.at = 0  # where in `rest` the next frame begins
        self.dropped = 0  # bytes of that frame left out of `rest`, beyond the limit
        self.wanted = 0  # the frame's length; 0 when it ends at a line feed
        self.counting = False  # a frame with a length has been seen
        self.swallow = False  # a line end right after it is no frame
        self.resynced = 0  # lengths that were wrong

    @property
    def pending(self) -> bool:
        """Whether an unfinished frame waits for its end."""
        return bool(self.rest or self.wanted)

    def feed(self, data: bytes) -> Frames:
        frames = Frames()
        plain = self.fast and not (self.counting or self.dropped)
        self.rest = self.rest + data if self.rest else data
        if plain and self.split(frames):
            return frames
        while self.at < len(self.rest) and self.next(frames):
            pass
        self.rest, self.at = self.rest[self.at :], 0
        self.shorten()
        return frames

    def split(self, frames: Frames) -> bool:
        """The fast way, for bytes in which no frame has a length and none is long."""
        if self.rest[:1].isdigit() or LENGTH_IN_CHUNK.search(self.rest):
            return False
        lines = self.rest.split(b"\n")
        if max(map(len, lines)) > self.limit or lines[-1][:1].isdigit():
            return False
        strip = b"\r" in self.rest or b"\0" in self.rest
        self.rest = lines.pop()
        if strip:
            lines = [line.rstrip(END) for line in lines]
        frames.lines = list(filter(None, lines))
        frames.empty = len(lines) - len(frames.lines)
        return True

    def next(self, frames: Frames) -> bool:
        """Takes one frame (or what stands before it); False when bytes are missing."""
        if self.wanted:
            return self.counted(frames)
        if self.swallow:
            if self.rest.endswith(b"\r") and len(self.rest) == self.at + 1:
                return False
            self.swallow = False
            if found := LINE_END.match(self.rest, self.at):
                self.at = found.end()
                return True
        if not self.dropped:
            if found := self.pattern(LENGTH, LENGTH_AGAIN).match(self.rest, self.at):
                self.at = found.end()
                self.wanted, self.counting = int(found[1]), True
                return True
            if self.pattern(MAYBE, MAYBE_AGAIN).match(self.rest, self.at):
                return False
        return self.line(frames)

    def pattern(
        self, before: re.Pattern[bytes], after: re.Pattern[bytes]
    ) -> re.Pattern[bytes]:
        return after if self.counting else before

    def counted(self, frames: Frames) -> bool:
        end = self.at + self.wanted - self.dropped
        if end > len(self.rest):
            return False
        self.take(frames, end, self.wanted)
        self.at, self.wanted, self.swallow = end, 0, True
        return True

    def line(self, frames: Frames) -> bool:
        """A frame that ends at a line feed; garbage also where counting goes on."""
        start = self.at + self.limit + 1 if self.dropped else self.at
        if self.counting and self.rest[self.at] != ord("<"):
            found = RESYNC.search(self.rest, start)
            end = found.start() if found else -1
        else:
            end = self.rest.find(b"\n", start)
        if end < 0:
            return False
        self.take(frames, end, end - self.at + self.dropped)
        newline = self.rest[end] == ord("\n")
        self.resynced += not newline
        self.at = end + newline
        return True

    def take(self, frames: Frames, end: int, length: int) -> None:
        """Adds the frame from `at` to `end`, which the sender sent with `length`."""
        kept = self.rest[self.at : min(end, self.at + self.limit)]
        frames.add(kept, length if length > self.limit else 0)
        self.dropped = 0

    def shorten(self) -> None:
        """Forgets what an unfinished frame has beyond the limit, but for the bytes in
        which its end may have begun."""
        end = len(self.rest) - (0 if self.wanted else WINDOW)
        if end > self.limit:
            self.dropped += end - self.limit
            self.rest = self.rest[: self.limit] + self.rest[end:]

    def close(self) -> Frames:
        """The connection has ended: what is left is a frame, cut if it had a length."""
        frames = Frames()
        length = self.wanted or len(self.rest) + self.dropped
        missing = self.wanted or length > self.limit
        if self.pending:
            frames.add(self.rest[: self.limit], length if missing else 0)
        self.rest, self.wanted = b"", 0
        return frames
