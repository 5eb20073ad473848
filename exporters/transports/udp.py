"""One datagram per line (RFC 5426). Nothing confirms it."""

import socket
import time
import zlib
from collections.abc import Sequence
from contextlib import suppress

from exporters.transports.base import Target, Transport
from exporters.transports.names import failure

# After a burst the receiver gets a moment: a socket buffer of the usual 208 KiB holds
# about 270 datagrams.
BURST = 64
PAUSE = 0.002

FIRST_PORT, PORTS = 20_480, 8_192  # below the system's own choices


class Udp(Transport):
    label = "UDP"
    promise = "promises nothing: what the network or the receiver drops is lost."
    limit = 2_048  # what every receiver should take, RFC 5426 section 3.2

    link: socket.socket | None = None

    def open(self) -> None:
        try:
            self.link = connected(self.target)
        except OSError as error:
            raise failure(self.target, error) from error

    def send(self, lines: Sequence[bytes]) -> None:
        if self.link is None:
            self.open()
        assert self.link is not None  # noqa: S101  (open sets it or raises)
        try:
            for number, line in enumerate(lines, 1):
                self.link.send(line[: self.limit])
                if number % BURST == 0:
                    time.sleep(PAUSE)
        except OSError as error:
            raise failure(self.target, error) from error

    def confirm(self) -> None:
        """The one thing a datagram may bring back: that nobody listens (ICMP)."""
        if self.link is None:
            return
        code = self.link.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise failure(self.target, OSError(code, ""))

    def close(self) -> None:
        if self.link is not None:
            self.link.close()
        self.link = None

    def abort(self) -> None:
        """Nothing to do: sending a datagram does not block for long."""


def connected(target: Target) -> socket.socket:
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_DGRAM)
    problem: OSError = OSError("no address")
    for family, kind, proto, _, address in found:
        try:
            made = socket.socket(family, kind, proto)
        except OSError as error:
            problem = error
            continue
        bind(made, target)
        try:
            made.connect(address)
        except OSError as error:
            made.close()
            problem = error
        else:
            return made
    raise problem


def bind(made: socket.socket, target: Target) -> None:
    """The same source port for all that this machine sends to one receiver.

    Some receivers hear the first sender only (`nc -lu`); so they get a test event, the
    deliveries and what follows a restart alike. A port that is taken does not matter.
    """
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    port = FIRST_PORT + zlib.crc32(f"{target.host} {target.port}".encode()) % PORTS
    port += port == target.port  # else it would send to itself
    with suppress(OSError):
        made.bind(("", port))
