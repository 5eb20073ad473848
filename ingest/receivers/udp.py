"""Syslog over UDP (RFC 5426): one datagram, one message."""

import asyncio
import os
import socket
from pathlib import Path
from typing import Any

from ingest.framing import END
from ingest.intake import State
from ingest.receivers.listener import Listener, Setup, bound, canonical, socket_name

AT_ONCE = 256  # datagrams before the other sockets have their turn
BIGGEST = 65_536
SO_RCVBUFFORCE = 33  # not in Python's socket module
TABLES = (Path("/proc/net/udp"), Path("/proc/net/udp6"))


class Datagrams:
    """A socket of whatever kind that gives a message at a time."""

    kind, port = "udp", 0

    def __init__(self, sock: socket.socket, setup: Setup, name: str) -> None:
        self.sock, self.intake, self.name = sock, setup.intake, name
        self.limits = limits = setup.plan.limits
        self.inode = os.fstat(sock.fileno()).st_ino
        self.seen_drops = 0
        self.buffer = bytearray(BIGGEST)
        self.view = memoryview(self.buffer)
        self.buffer_bytes = enlarge(sock, limits.udp_buffer_bytes)
        self.loop = asyncio.get_running_loop()
        self.loop.add_reader(sock, self.read)

    def read(self) -> bool:
        """Up to `AT_ONCE` datagrams; False when the kernel has no more."""
        peer, size = "", 0
        lines: list[bytes] = []
        cuts: list[tuple[int, int]] = []
        limit, more = self.limits.line_bytes, True
        for _ in range(AT_ONCE):
            try:
                length, address = self.sock.recvfrom_into(self.buffer)
            except BlockingIOError:
                more = False
                break
            except OSError:  # an ICMP error for something that was sent: not for us
                continue
            sender = self.sender(address)
            if sender != peer:
                self.deliver(peer, lines, cuts, size)
                peer, lines, cuts, size = sender, [], [], 0
            if length > limit:
                cuts.append((len(lines), length))
            lines.append(bytes(self.view[: min(length, limit)]))
            size += length
        self.deliver(peer, lines, cuts, size)
        return more

    def sender(self, address: Any) -> str:
        """Who sent it, by what the socket says."""
        return canonical(address[0])

    def deliver(
        self, peer: str, lines: list[bytes], cuts: list[tuple[int, int]], size: int
    ) -> None:
        """Datagrams of one peer, in order."""
        if not lines:
            return
        if self.intake.state is State.FULL:
            self.intake.reject(peer, "journal_full", len(lines))
            return
        kept = [line.rstrip(END) for line in lines]
        if not all(kept):
            self.intake.reject(peer, "empty", kept.count(b""))
            lengths = dict(cuts)
            rows = [row for row, line in enumerate(kept) if line]
            cuts = [(at, lengths[row]) for at, row in enumerate(rows) if row in lengths]
            kept = [kept[row] for row in rows]
        if kept:
            self.intake.add(peer, self.kind, self.port, kept, size, cuts)

    def follow(self, state: State) -> None:
        if state is State.CROWDED:
            self.loop.remove_reader(self.sock)
        else:
            self.loop.add_reader(self.sock, self.read)

    def drops(self) -> int:
        total = kernel_drops(self.inode)
        new, self.seen_drops = total - self.seen_drops, total
        return new

    def troubles(self) -> list[str]:
        return []

    def connections(self) -> int:
        return 0

    def sweep(self, now: float) -> None:
        """A datagram does not wait."""

    def drain(self) -> None:
        """Reads what the kernel already has: no more than its buffer holds."""
        self.loop.remove_reader(self.sock)
        for _ in range(self.buffer_bytes // AT_ONCE // 512 + 1):
            if not self.read():
                break

    def close(self) -> None:
        self.drain()
        self.intake.drop(self.name, self.drops())
        self.sock.close()


class Udp(Datagrams):
    def __init__(self, sock: socket.socket, setup: Setup) -> None:
        self.port = int(sock.getsockname()[1])
        super().__init__(sock, setup, socket_name("udp", sock))


def listen(port: int, setup: Setup) -> Listener:
    return Udp(bound("udp", setup.plan.host, port), setup)


def enlarge(sock: socket.socket, wanted: int) -> int:
    """Asks for a receive buffer, past the system's limit where that is allowed; the
    bytes that the kernel gave (it counts its own overhead in)."""
    for option in (SO_RCVBUFFORCE, socket.SO_RCVBUF):
        try:
            sock.setsockopt(socket.SOL_SOCKET, option, wanted)
        except PermissionError:
            continue
        break
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)


def kernel_drops(inode: int) -> int:
    """Datagrams dropped because the socket's buffer was full, since it was opened."""
    for table in TABLES:
        try:
            text = table.read_text()
        except OSError:
            continue
        for row in text.splitlines()[1:]:
            columns = row.split()
            if columns[9] == str(inode):
                return int(columns[12])
    return 0
