"""Files that grow, read line by line: rotated, truncated, gone and come back.

A file is known by its device and inode, and by its first bytes, because a truncated
file and a new one may have the number of an old one. What was read is given as `Piece`s
with the place where it ended; whoever journals the lines keeps that `Mark` with them,
so that after any end the reading goes on right there. Synchronous; runs in a thread.
"""

import logging
import os
import stat
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingest import patterns
from ingest.counters import Mark

CHUNK = 1 << 20
TURN_BYTES = 8 << 20  # read at once, of all files together
HEAD = 256  # bytes by which a file is known again
MOST_FILES = 1_000
SCAN_SECONDS = 1.0  # between two looks for new files
LINGER_SECONDS = 60.0  # a rotated file may still be written to by who has it open
PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip")
FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

log = logging.getLogger(__name__)


@dataclass
class Piece:
    """Lines of one file; `mark` None: the file is done with, forget it."""

    path: str
    key: str
    mark: Mark | None
    lines: list[bytes] = field(default_factory=list)
    cuts: list[tuple[int, int]] = field(default_factory=list)  # (row, whole length)
    empty: int = 0
    size: int = 0

    def add(self, line: bytes, limit: int, length: int = 0) -> None:
        whole = line.rstrip(b"\r").strip(b"\0")
        if not whole:
            self.empty += 1
            return
        length = length or len(whole)
        if length > limit:
            self.cuts.append((len(self.lines), length))
        self.lines.append(whole[:limit])


class Tail:
    """One open file, from an offset on. Its mark: path, offset, length and checksum of
    its first bytes."""

    def __init__(self, fd: int, path: str, limit: int) -> None:
        self.fd, self.path, self.limit = fd, path, limit
        found = os.fstat(fd)
        self.key = f"{found.st_dev}:{found.st_ino}"
        self.offset = 0  # where the next line begins
        self.skipped = 0  # bytes that were read of a line longer than a chunk
        self.begun = b""  # what is kept of that line
        self.known = 0, 0  # length and checksum of the first bytes
        self.gone_at: float | None = None
        self.grown_at = 0.0

    def was(self, mark: Mark) -> bool:
        """Whether a mark under another key is of this file: the numbers of devices may
        differ after a start of the machine, those of files and their folders do not."""
        path, offset, length, checksum = mark
        self.known = int(length), int(checksum)
        same = Path(str(path)).parent == Path(self.path).parent
        same = same and self.size() >= int(offset) > 0 and self.is_same()
        self.known = 0, 0
        return same

    def resume(self, mark: Mark) -> None:
        """Goes on at a mark, when the file is still the one that it was made of."""
        _, offset, length, checksum = mark
        self.known = int(length), int(checksum)
        if self.size() >= int(offset) and self.is_same():
            self.offset = int(offset)
        else:
            log.warning("%s was truncated or replaced; it is read anew", self.path)
            self.restart()

    def size(self) -> int:
        return os.fstat(self.fd).st_size

    def mark(self) -> Mark:
        return [self.path, self.offset, *self.known]

    def is_same(self) -> bool:
        length, checksum = self.known
        return zlib.crc32(os.pread(self.fd, length, 0)) == checksum

    def restart(self) -> None:
        self.offset = self.skipped = 0
        self.known = 0, 0

    def read(self) -> Piece | None:
        """The whole lines of the next chunk; None when there are none."""
        at = self.offset + self.skipped
        size = self.size()
        if size < at or (size > at and not self.is_same()):
            log.warning("%s was truncated; it is read from its beginning", self.path)
            self.restart()
            at = 0
        data = os.pread(self.fd, CHUNK, at)
        return self.within(data) if self.skipped else self.whole(data)

    def whole(self, data: bytes) -> Piece | None:
        end = data.rfind(b"\n")
        if end < 0:
            if len(data) == CHUNK:
                self.begun, self.skipped = data[: self.limit], CHUNK
            return None
        return self.taken(data[:end].split(b"\n"), end + 1)

    def within(self, data: bytes) -> Piece | None:
        """The rest of a line that is longer than a chunk."""
        end = data.find(b"\n")
        if end < 0:
            self.skipped += len(data)
            return None
        length = self.skipped + end
        return self.taken([self.begun], length + 1, length)

    def rest(self) -> Piece:
        """What has no end, of a file that nobody writes to any more; its last piece."""
        left = self.size() - self.offset
        line = self.begun or os.pread(self.fd, self.limit + 1, self.offset)
        piece = self.taken([line], left, left) if left > 0 else None
        done = piece or Piece(self.path, self.key, None)
        done.mark = None
        return done

    def taken(self, lines: list[bytes], size: int, length: int = 0) -> Piece:
        self.offset += size
        self.skipped, self.begun = 0, b""
        self.know()
        piece = Piece(self.path, self.key, self.mark(), size=size)
        for line in lines:
            piece.add(line, self.limit, length)
        return piece

    def know(self) -> None:
        """Remembers more of its first bytes, while there are not enough."""
        length = min(self.offset, HEAD)
        if length > self.known[0]:
            self.known = length, zlib.crc32(os.pread(self.fd, length, 0))

    def close(self) -> None:
        os.close(self.fd)


class Tailing:
    """All files of some patterns."""

    def __init__(
        self, patterns: tuple[str, ...], limit: int, marks: Mapping[str, Mark]
    ) -> None:
        self.patterns, self.limit = patterns, limit
        self.marks = dict(marks)  # of files that are not open, until they are found
        self.moved: list[Piece] = []  # marks under new keys, to be told of
        self.tails: dict[str, Tail] = {}
        self.troubles: dict[str, str] = {}
        self.scan_at = 0.0

    def turn(self, now: float) -> list[Piece]:
        """The next pieces: of every file one, as far as a turn goes. Whoever was read
        is the last in the next turn, so that each has its own."""
        pieces: list[Piece] = []
        if now >= self.scan_at:
            self.scan_at = now + SCAN_SECONDS
            pieces += self.scan(now)
        size = 0
        for key, tail in list(self.tails.items()):
            self.tails[key] = self.tails.pop(key)
            new = list(self.step(tail, now))
            pieces += new
            size += sum(piece.size for piece in new)
            if size >= TURN_BYTES:
                break
        return pieces

    def step(self, tail: Tail, now: float) -> Iterator[Piece]:
        try:
            before = tail.skipped
            piece = tail.read()
            if piece is not None or tail.skipped != before:
                tail.grown_at = now
            if piece is not None:
                yield piece
            elif self.is_over(tail, now):
                yield tail.rest()
                self.forget(tail)
        except OSError as error:
            self.troubles[tail.path] = f"{tail.path}: {error.strerror}"
            self.marks[tail.key] = tail.mark()  # it is opened anew and goes on there
            self.forget(tail)

    def is_over(self, tail: Tail, now: float) -> bool:
        if tail.gone_at is None:
            return False
        return now - max(tail.gone_at, tail.grown_at) > LINGER_SECONDS

    def forget(self, tail: Tail) -> None:
        del self.tails[tail.key]
        tail.close()

    def scan(self, now: float) -> list[Piece]:
        """Opens what is new and notices what is gone."""
        self.troubles = {}
        here = {}
        for path in self.paths():
            tail = self.opened(path)
            if tail is not None:
                here[tail.key] = path
        for key, tail in self.tails.items():
            if key in here:
                tail.path, tail.gone_at = here[key], None
            elif tail.gone_at is None:
                tail.gone_at = now
        rotated = self.find_rotated(set(here.values()), now)
        moved, self.moved = self.moved, []
        return moved + rotated

    def paths(self) -> list[str]:
        found: dict[str, None] = {}
        for pattern in self.patterns:
            for path in patterns.expand(pattern):
                if not path.endswith(PACKED):
                    found[path] = None
        if len(found) > MOST_FILES:
            more = f"only {MOST_FILES} of {len(found)} files are read"
            self.troubles["*"] = f"MSS_FILES: {more}; name fewer"
        return list(found)[:MOST_FILES]

    def opened(self, path: str) -> Tail | None:
        """The file at a path, opened when it is new; None when it is none to read."""
        try:
            about = os.lstat(path)
            why = unfit(about)
            if why:
                self.troubles[path] = f"{path} {why}"
                return None
            known = self.tails.get(f"{about.st_dev}:{about.st_ino}")
            return known or self.begin(path)
        except FileNotFoundError:
            return None  # rotated just now
        except OSError as error:
            self.troubles[path] = f"{path} cannot be read: {error.strerror}"
            return None

    def begin(self, path: str) -> Tail:
        tail = Tail(os.open(path, FLAGS), path, self.limit)
        if tail.key in self.tails:
            tail.close()
            return self.tails[tail.key]
        try:
            self.go_on(tail)
        except OSError:  # its mark is kept
            tail.close()
            raise
        self.tails[tail.key] = tail
        return tail

    def go_on(self, tail: Tail) -> None:
        """Where the file was read to, when it is known."""
        key = tail.key if tail.key in self.marks else self.key_before(tail)
        if key is None:
            return
        tail.resume(self.marks[key])
        del self.marks[key]
        if key != tail.key:  # in this order: at no moment is there no mark
            self.moved.append(Piece(tail.path, tail.key, tail.mark()))
            self.moved.append(Piece(tail.path, key, None))

    def key_before(self, tail: Tail) -> str | None:
        """The key that the file had when devices had other numbers."""
        inode = tail.key.partition(":")[2]
        for key, mark in self.marks.items():
            if key.partition(":")[2] == inode and tail.was(mark):
                return key
        return None

    def find_rotated(self, here: set[str], now: float) -> list[Piece]:
        """Files that were read and are not open. Renamed meanwhile, they are read to
        their end; of others only the loss can be told."""
        lost = []
        for key, mark in list(self.marks.items()):
            path = str(mark[0])
            if key in self.marks and self.is_lost(key, path, here, now):
                del self.marks[key]
                lost.append(Piece(path, key, None))
        return lost

    def is_lost(self, key: str, path: str, here: set[str], now: float) -> bool:
        """Whether the file of a mark is not to be found, or not to be read any more."""
        if not self.names(path):
            return True
        try:
            found = same_file(path, key)
        except OSError:
            return False  # the folder is not there: perhaps later
        if found is None:
            log.warning("%s is gone; what it had besides is not read", path)
            return True
        if found == path:
            return path in here  # else it may not be opened now: perhaps later
        if tail := self.opened(found):
            tail.gone_at = now
        return False

    def names(self, path: str) -> bool:
        return any(patterns.names(pattern, path) for pattern in self.patterns)

    def close(self) -> None:
        for tail in list(self.tails.values()):
            self.forget(tail)


def shown(path: str) -> str:
    """A path as text: what is no UTF-8 in it is replaced."""
    return os.fsencode(path).decode("utf-8", "replace")


def unfit(about: os.stat_result) -> str:
    """Why a path is not read; empty when it is."""
    if stat.S_ISLNK(about.st_mode):
        return "is a symbolic link, which is not followed: name its target in MSS_FILES"
    if stat.S_ISDIR(about.st_mode):
        return "is a folder: name the files in it, as with /*"
    return "" if stat.S_ISREG(about.st_mode) else "is no regular file"


def same_file(path: str, key: str) -> str | None:
    """Where in its folder the file of a key is now. At its old path its number is
    enough: that of the device may have changed."""
    inode = key.partition(":")[2]
    if os.path.lexists(path) and str(os.lstat(path).st_ino) == inode:
        return path
    with os.scandir(Path(path).parent) as entries:
        for entry in entries:
            about = entry.stat(follow_symlinks=False)
            if f"{about.st_dev}:{about.st_ino}" == key:
                return entry.path
    return None
