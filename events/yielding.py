"""Searches give way to ingest: their processes in the database server have a lower
priority, where the server runs on this machine as the same user (the embedded one).
Elsewhere nothing is done."""

import contextlib
import os
from pathlib import Path
from typing import Any

from psycopg import Connection

NICE = 10  # of 19


def give_way(connection: Connection[Any]) -> None:
    """For a pool's `configure`. Their parallel workers are not reached."""
    process = connection.info.backend_pid
    if is_server(process):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process, NICE)


def is_server(process: int) -> bool:
    """Whether a process of this machine with this number is one of PostgreSQL's."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().startswith(b"postgres: ")
    except OSError:
        return False
