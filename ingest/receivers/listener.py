"""What every way in has in common: its limits, how it is told to wait, its socket."""

import errno
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol

from ingest.identity import Identity
from ingest.intake import Intake, State
from ingest.posted.tokens import Tokens


@dataclass(frozen=True)
class Limits:
    """What no sender may exceed."""

    line_bytes: int
    connections: int
    connections_per_peer: int
    idle_seconds: float  # without a whole frame
    udp_buffer_bytes: int


@dataclass(frozen=True)
class Sniffing:
    """Whose traffic is read for which ports, and which are our own to listen on."""

    interfaces: tuple[str, ...]
    ports: tuple[int, ...]
    listening: tuple[int, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Where to listen: the first port must work, the others may fail. 0: not at all.

    Without any port nothing is listened on, whatever sensors want (`manage.py sniff`).
    """

    host: str
    ports: tuple[int, ...]
    limits: Limits
    tls_port: int = 0
    http_port: int = 0
    unix: Path | None = None  # a socket
    files: tuple[str, ...] = ()  # patterns
    http_tls: str = "offered"  # or "required"
    http_bytes: int = 16 << 20  # of one request, before and after decompression
    sniffing: Sniffing | None = None

    def others(self) -> set[tuple[str, int]]:
        """Kind and port of what is no plain syslog."""
        ports = {("tls", self.tls_port), ("http", self.http_port)}
        local = {"unix": self.unix, "files": self.files, "sniff": self.sniffing}
        found = {(kind, port) for kind, port in ports if port}
        return found | {(kind, 0) for kind, named in local.items() if named}


@dataclass(frozen=True)
class Setup:
    """What every way in is given."""

    plan: Plan
    intake: Intake
    identity: Identity
    tokens: Tokens = field(default_factory=Tokens)


class Listener(Protocol):
    """One open socket."""

    name: str  # as in "udp [::]:5514"

    def follow(self, state: State) -> None:
        """The journal accepts more, or not: read, or leave it to the kernel."""

    def drops(self) -> int:
        """Datagrams that the kernel threw away since the last call."""

    def connections(self) -> int: ...

    def sweep(self, now: float) -> None:
        """Called every second, to end what waits too long."""

    def troubles(self) -> list[str]:
        """What the operator has to know, as sentences without their full stop."""

    def close(self) -> None:
        """Ends it at once; what was read is journalled."""


Listen = Callable[[int, Setup], Listener]


class PortError(Exception):
    """A port cannot be listened on; the message is a sentence for the operator."""


STREAMS = {"tcp", "tls", "http"}
WHY = {
    errno.EADDRINUSE: "another program uses it",
    errno.EACCES: "ports below 1024 need root or CAP_NET_BIND_SERVICE",
    errno.EADDRNOTAVAIL: "this machine does not have that address",
}


def bound(kind: str, host: str, port: int) -> socket.socket:
    """A socket on the host, or, when it is empty, on every address of both families.

    Shared (SO_REUSEPORT), so that several processes may serve one port.
    """
    if host:
        return bound_to(kind, host, port, family_of(host))
    try:
        return bound_to(kind, "::", port, socket.AF_INET6)
    except PortError as error:
        if error.__cause__ and in_use(error.__cause__):
            raise
        return bound_to(kind, "0.0.0.0", port, socket.AF_INET)  # noqa: S104


def in_use(error: BaseException) -> bool:
    refused = {errno.EADDRINUSE, errno.EACCES}
    return isinstance(error, OSError) and error.errno in refused


def bound_to(kind: str, host: str, port: int, family: int) -> socket.socket:
    stream = socket.SOCK_STREAM if kind in STREAMS else socket.SOCK_DGRAM
    sock = None
    try:
        sock = socket.socket(family, stream)
        sock.setblocking(False)
        if kind in STREAMS:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            both = int(host != "::")
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, both)
        sock.bind((host, port))
    except OSError as error:
        if sock is not None:
            sock.close()
        why = WHY.get(error.errno or 0, error.strerror or str(error))
        raise PortError(f"cannot listen on {kind} port {port}: {why}") from error
    return sock


def family_of(host: str) -> int:
    try:
        return socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET
    except ValueError:
        raise PortError(f"cannot listen on {host!r}: it is not an IP address") from None


def socket_name(kind: str, sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"{kind} {shown}:{port}"


@lru_cache(maxsize=65_536)
def canonical(address: str) -> str:
    """IPv4 also when it came over an IPv6 socket; no zone index."""
    found = ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)
