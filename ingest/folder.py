"""A journal's folder: its files, its identity, and the status files beside them.

`POSITION-SEQUENCE-IDENTITY.blocks`: the position of the first line, the number of the
first block, and a random mark made with the folder. The newest file is never deleted,
so position and identity outlive everything that was stored; a folder that was moved
away and made anew has another identity, and so its positions mean something else.
"""

import fcntl
import json
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SUFFIX = ".blocks"
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
RECEIVE = "receive.json"
INGEST = "ingest.json"


class JournalError(Exception):
    """The journal cannot be used; the message is one sentence for the operator."""


@dataclass(frozen=True, order=True)
class JournalFile:
    """A file of blocks, ordered by age."""

    sequence: int
    position: int
    identity: str
    folder: Path

    @property
    def path(self) -> Path:
        name = f"{self.position:020d}-{self.sequence:012d}-{self.identity}{SUFFIX}"
        return self.folder / name

    @property
    def mark(self) -> bytes:
        return bytes.fromhex(self.identity)

    def size(self) -> int:
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0


def named(root: Path, name: str) -> Path:
    """The folder of a journal by the name that a process was given."""
    if not NAME.fullmatch(name):
        raise JournalError(
            f"{name!r} is no name for one; letters, digits, ., - and _ are, 64 at most"
        )
    return root / name


def files(folder: Path) -> list[JournalFile]:
    """The files of the folder's journal, oldest first.

    Files of another identity (copied in from elsewhere) are not part of it.
    """
    found = sorted(parse(path) for path in folder.glob(f"*-*-*{SUFFIX}"))
    return [file for file in found if file.identity == found[-1].identity]


def parse(path: Path) -> JournalFile:
    try:
        position, sequence, identity = path.name.removesuffix(SUFFIX).split("-")
        bytes.fromhex(identity)
        return JournalFile(int(sequence), int(position), identity, path.parent)
    except ValueError:
        raise JournalError(f"{path} is not a file of the journal; move it away") from (
            None
        )


def journal_name(folder: Path, identity: str) -> str:
    """The name by which the store knows this journal."""
    return f"{folder.name}-{identity}"


def lock(folder: Path, purpose: str) -> int:
    """Held until the process ends: one writer and one ingest per journal."""
    fd = os.open(folder / f"{purpose}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        raise JournalError(
            f"another {purpose} process uses the journal {folder}; "
            "give this one a name of its own (--name 1)"
        ) from None
    return fd


def write_json(path: Path, found: dict[str, Any]) -> None:
    """Replaces the file as a whole: a reader sees the old or the new one, whoever else
    writes it (`ports.json` is of every ingest)."""
    fresh = path.with_name(f"{path.stem}.{secrets.token_hex(4)}.new")
    try:
        fresh.write_text(json.dumps(found))
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)  # of a full disk one a second would be left
        raise


def read_json(path: Path) -> dict[str, Any]:
    """What the file says; empty when there is none (yet) or it cannot be read."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def journals(directory: Path) -> list[Path]:
    """The folders of all journals on this machine."""
    if not directory.is_dir():
        return []
    return sorted(path for path in directory.iterdir() if path.is_dir())
