"""One interface that is sniffed, open or waited for."""

import errno
import socket
from typing import Any

import psutil

from ingest.sniffing.ring import Ring
from ingest.sniffing.wire import Wire

GONE = {errno.ENODEV, errno.ENXIO}


class Tap:
    """`trouble` says why nothing comes, without a full stop; empty when it does."""

    def __init__(self, name: str, wire: Wire) -> None:
        self.name, self.wire = name, wire
        self.ring: Ring | None = None
        self.trouble = ""

    def open(self, code: bytes) -> bool:
        """Whether it was opened just now. PermissionError without CAP_NET_RAW."""
        try:
            self.ring = Ring(self.name, code)
        except PermissionError:
            raise
        except OSError as error:
            missing = error.errno in GONE or error.errno is None
            why = "there is no such interface" if missing else error.strerror
            self.trouble = f"nothing is sniffed on {self.name}: {why}"
            return False
        self.trouble = ""
        return True

    def lost(self) -> bool:
        """Whether the interface is no longer the one that was opened."""
        try:
            return self.ring is not None and self.ring.index != socket.if_nametoindex(
                self.name
            )
        except OSError:
            return True

    def look(self) -> None:
        """Whether it is up; a ring goes on by itself when it is again."""
        if self.ring is not None:
            state = psutil.net_if_stats().get(self.name)
            down = state is not None and not is_up(state)
            self.trouble = (
                f"nothing is sniffed on {self.name}: it is down" if down else ""
            )


def is_up(state: Any) -> bool:
    return "up" in state.flags.split(",")
