"""What the terminal shows: steps of the launcher, and lines of the processes' logs that
matter. Logs may quote what a device sent, so control characters never pass."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from mssweb.launcher.home import Home

IMPORTANT = re.compile(r" (WARNING|ERROR|CRITICAL|FATAL|PANIC)[ :]|^Traceback ")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
LINE_LIMIT = 500


def say(step: str) -> None:
    print(f"mssweb: {step}", flush=True)


def harmless(line: str) -> str:
    return CONTROL.sub("�", line.rstrip("\n").replace("\t", "    "))[:LINE_LIMIT]


def last_words(home: Home, names: Iterable[str], lines: int = 5) -> str:
    """The end of each log, indented."""
    texts = []
    for name in names:
        file = home.log / f"{name}.log"
        if file.exists():
            text = file.read_text(errors="replace")[-8_000:]
            shown = [f"  {name}: {harmless(x)}" for x in text.splitlines()[-lines:]]
            texts += [*shown, f"  (all of it: {file})"]
    return "\n".join(texts)


class Tail:
    """The important new lines of every log of a home."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.read: dict[Path, tuple[int, int]] = {}  # file → inode, offset
        for file in home.log.glob("*.log"):
            state = file.stat()
            self.read[file] = (state.st_ino, state.st_size)

    def lines(self) -> Iterator[str]:
        for file in sorted(self.home.log.glob("*.log")):
            for line in self.fresh(file):
                if IMPORTANT.search(line):
                    yield f"{file.stem}: {harmless(line)}"

    def fresh(self, file: Path) -> list[str]:
        """Whole lines since the last call; a rotated file begins anew."""
        try:
            with file.open("rb") as log:
                state = file.stat()
                inode, offset = self.read.get(file, (state.st_ino, 0))
                if inode != state.st_ino or offset > state.st_size:
                    offset = 0
                log.seek(offset)
                data = log.read(1 << 20)
        except FileNotFoundError:
            return []
        whole = data.rfind(b"\n") + 1
        self.read[file] = (state.st_ino, offset + whole)
        return data[:whole].decode(errors="replace").splitlines()
