"""What `receive` and `ingest` say of themselves in the journal's folder (the contract
in ARCHITECTURE.md), for the health page and the launcher."""

import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

STALE = 10  # seconds; both write every second
SNIFFED = "sniff"  # the journal beside those of receivers


def alive(folder: Path, process: str) -> bool:
    """Whether a `receive` or `ingest` of any journal of a receiver has written
    lately."""
    return any(
        fresh(file)
        for file in folder.glob(f"*/{process}.json")
        if file.parent.name != SNIFFED
    )


def fresh(file: Path) -> bool:
    return time.time() - age(file) < STALE


def forget(folder: Path) -> None:
    """Makes earlier signs of life stale, before a start that waits for new ones."""
    for file in folder.glob("*/*.json"):
        os.utime(file, (0, 0))


def age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0


def backlog(folder: Path, sniffed: bool = True) -> int:
    """Lines that are journalled and not stored, over all journals, or without the one
    of sniffed lines."""
    return sum(
        max(0, position(status) - position(status.with_name("ingest.json")))
        for status in folder.glob("*/receive.json")
        if sniffed or status.parent.name != SNIFFED
    )


def position(file: Path) -> int:
    try:
        status: dict[str, Any] = json.loads(file.read_text())
    except (OSError, ValueError):
        return 0
    return int(status.get("position", 0))


def folder(values: Mapping[str, str]) -> Path:
    """JOURNAL_DIR by the environment, for those that do without Django's settings."""
    return Path(values.get("MSS_JOURNAL_DIR") or f"{values['MSS_HOME']}/journal")


if __name__ == "__main__":  # the health check of a container
    place, process, *journal = folder(os.environ), *sys.argv[1:]
    if journal:
        sys.exit(0 if fresh(place / journal[0] / f"{process}.json") else 1)
    sys.exit(0 if alive(place, process) else 1)
