"""A Unix datagram socket, as /dev/log is one: programs of this machine, without a port.

A full journal never stops a program: its messages are counted and rejected, as
datagrams of UDP are.
"""

import contextlib
import errno
import os
import socket
import stat
from pathlib import Path
from typing import Any

from ingest.receivers.listener import Listener, PortError, Setup
from ingest.receivers.udp import Datagrams

MODE = 0o666  # whoever may reach the folder may log
LONGEST_PATH = 107  # of the kernel


class Unix(Datagrams):
    kind = "unix"

    def __init__(self, path: Path, setup: Setup) -> None:
        self.path = path
        super().__init__(opened(path), setup, f"unix {path}")
        self.made = path.stat().st_ino

    def sender(self, address: Any) -> str:
        return ""  # this machine

    def drops(self) -> int:
        return 0  # a full socket makes its writers wait

    def sweep(self, now: float) -> None:
        """Made anew when somebody has removed it: nobody could reach it any more."""
        if self.is_there():
            return
        with contextlib.suppress(PortError):
            fresh = opened(self.path)
            self.drain()
            self.sock.close()
            self.sock, self.made = fresh, self.path.stat().st_ino
            self.follow(self.intake.state)

    def troubles(self) -> list[str]:
        return [] if self.is_there() else [f"{self.path} was removed"]

    def is_there(self) -> bool:
        with contextlib.suppress(OSError):
            return self.path.stat().st_ino == self.made
        return False

    def close(self) -> None:
        super().close()
        if self.is_there():
            self.path.unlink(missing_ok=True)


def opened(path: Path) -> socket.socket:
    """PortError when it cannot be there."""
    if len(os.fsencode(path)) > LONGEST_PATH:
        raise PortError(f"cannot listen on {path}: the path is too long")
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        make_room(path)
        sock.bind(os.fsencode(path))
        path.chmod(MODE)
    except OSError as error:
        sock.close()
        why = "another program uses it" if error.errno == errno.EADDRINUSE else None
        raise PortError(f"cannot listen on {path}: {why or error.strerror}") from error
    return sock


def make_room(path: Path) -> None:
    """Removes a socket that nobody listens to any more, and nothing else."""
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise OSError(errno.EEXIST, "something else is there")
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(os.fsencode(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise OSError(errno.EADDRINUSE, "another program uses it")


def listen(port: int, setup: Setup) -> Listener:
    assert setup.plan.unix is not None  # noqa: S101  (else nobody asks for it)
    return Unix(setup.plan.unix, setup)
