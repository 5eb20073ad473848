"""What patterns of file names name. Folders that are symbolic links are followed in a
pattern's fixed beginning only: what is below it may belong to somebody else."""

import fnmatch
import os
from collections.abc import Iterator
from pathlib import Path

ANY = "**"  # any number of folders, also none
MAGIC = frozenset("*?[")


def expand(pattern: str) -> list[str]:
    """The paths that a pattern names, sorted; of what is in them nothing is known."""
    folder, parts = split(pattern)
    waiting, seen = [(folder, parts)], set()
    found: set[str] = set()
    while waiting:
        folder, parts = waiting.pop()
        if (folder, len(parts)) in seen:
            continue
        seen.add((folder, len(parts)))
        part, rest = parts[0], parts[1:]
        if part == ANY:
            waiting.append((folder, rest))
        here = list(entries(folder, part))
        if rest:
            deeper = parts if part == ANY else rest
            waiting += [(path, deeper) for path, real in here if real]
        else:
            found.update(path for path, _ in here)
    return sorted(found)


def split(pattern: str) -> tuple[str, tuple[str, ...]]:
    """The folder that a pattern begins with, and the names below it."""
    path = Path(pattern)
    parts = path.parts
    magic = [at for at, part in enumerate(parts) if MAGIC & set(part)]
    fixed = min([*magic, len(parts) - 1])
    below = parts[fixed:]
    return str(Path(*parts[:fixed])), (*below, "*") if below[-1] == ANY else below


def entries(folder: str, part: str) -> Iterator[tuple[str, bool]]:
    """What a name stands for in a folder: paths, and whether they are real folders."""
    if not MAGIC & set(part):
        path = Path(folder, part)
        if os.path.lexists(path):
            yield str(path), not path.is_symlink() and path.is_dir()
        return
    try:
        with os.scandir(folder) as listed:
            for entry in listed:
                if fits(entry.name, part):
                    path = Path(folder, entry.name)
                    yield str(path), entry.is_dir(follow_symlinks=False)
    except OSError:
        return  # gone, or not for us


def fits(name: str, part: str) -> bool:
    """As a shell has it: a hidden name is only meant by one with a dot."""
    if name.startswith(".") and not part.startswith("."):
        return False
    return fnmatch.fnmatchcase(name, part)


def names(pattern: str, path: str) -> bool:
    """Whether a pattern may name a path; `*` may be several folders here."""
    return fnmatch.fnmatchcase(path, pattern.replace("**/", "*"))
