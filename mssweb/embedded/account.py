"""The unprivileged account that the servers run as when we are root."""

import os
import pwd
from pathlib import Path
from typing import Any

from mssweb.embedded.exceptions import EmbeddedError

NAME = "nobody"


def is_root() -> bool:
    return os.geteuid() == 0


def ids() -> tuple[int, int]:
    """User and group id; not every system has a group `nogroup`."""
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        raise EmbeddedError(
            f"Root cannot run PostgreSQL and this system has no account {NAME!r}: "
            "start as an ordinary user, or set DATABASE_URL to a server of yours."
        ) from None
    return entry.pw_uid, entry.pw_gid


def popen_arguments() -> dict[str, Any]:
    """Arguments for subprocess that drop root; none for an ordinary user."""
    if not is_root():
        return {}
    user, group = ids()
    return {"user": user, "group": group, "extra_groups": [], "cwd": "/"}


def become() -> None:
    """Drops root for good, before an exec."""
    if not is_root():
        return
    user, group = ids()
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)
    os.chdir("/")


def give(path: Path) -> None:
    """Hands a file or folder to the account."""
    if is_root():
        os.chown(path, *ids(), follow_symlinks=False)


def reaches(path: Path) -> bool:
    """Whether the account may enter every folder down to `path`."""
    return all(
        folder.stat().st_mode & 0o001
        for folder in (path, *path.parents)
        if folder.is_dir()
    )
