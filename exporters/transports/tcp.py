"""Lines over TCP, each ended by LF (RFC 6587, non-transparent framing).

`send()` succeeds long before anything arrived. So before each batch the connection is
read, which shows a receiver that has gone; and a batch counts as sent only when the
peer's kernel has acknowledged every byte (SIOCOUTQ is zero). What the receiver's own
program had not read when it died is lost all the same: TCP cannot tell more.
"""

import fcntl
import socket
import struct
import termios
import time
from collections.abc import Sequence
from contextlib import suppress

from exporters.transports.base import (
    CONNECT_SECONDS,
    DeliveryError,
    Target,
    Transport,
)
from exporters.transports.names import failure

SIOCOUTQ = termios.TIOCOUTQ  # the same number, see tcp(7)
STALL_SECONDS = 30.0  # without progress: TCP_USER_TIMEOUT and our own waits
SEND_BUFFER = 256 << 10
PIECE = 64 << 10  # each has its own time limit, so a slow link is no failure
READ = 65_536


class Tcp(Transport):
    label = "TCP"
    promise = (
        "survives the loss of the link only: what the receiver had taken but not "
        "yet read when it stopped is lost."
    )
    limit = 8_192  # RFC 5425 section 4.3.1; longer ones are split by some receivers

    link: socket.socket | None = None
    aborted = False

    def open(self) -> None:
        self.close()
        try:
            self.link = self.connect()
        except OSError as error:
            raise failure(self.target, error) from error
        self.check_aborted()

    def check_aborted(self) -> None:
        if self.aborted:
            raise DeliveryError("Delivery was stopped.")

    def connect(self) -> socket.socket:
        return connected(self.target)

    def send(self, lines: Sequence[bytes]) -> None:
        if self.is_gone():
            self.open()
        framed = b"\n".join((*lines, b""))
        try:
            for start in range(0, len(framed), PIECE):
                self.current().sendall(framed[start : start + PIECE])
        except OSError as error:
            raise failure(self.target, error) from error

    def is_gone(self) -> bool:
        """Whether the receiver has closed: asked before anything is sent to it."""
        if self.link is None:
            return True
        try:
            return self.has_left()
        except OSError:
            return True

    def has_left(self) -> bool:
        """Reads what the receiver says, which is nothing, to notice that it left."""
        found = self.current()
        found.settimeout(0)
        try:
            while chunk := found.recv(READ):
                del chunk
        except BlockingIOError:
            return False
        finally:
            found.settimeout(STALL_SECONDS)
        return True

    def confirm(self) -> None:
        """Returns when the peer's kernel has acknowledged everything.

        A receiver that ended in good order by then had read it all; one that had not
        read all resets the connection.
        """
        waiting, since, pause = self.unacknowledged(), time.monotonic(), 0.0005
        while waiting:
            self.check_aborted()
            time.sleep(pause)
            pause = min(pause * 2, 0.05)
            now = self.unacknowledged()
            if now < waiting:
                since = time.monotonic()
            elif time.monotonic() - since > STALL_SECONDS:
                raise DeliveryError(f"{self.target} stopped taking what was sent.")
            waiting = now
        try:
            self.has_left()
        except OSError as error:
            raise failure(self.target, error) from error

    def unacknowledged(self) -> int:
        try:
            answer = fcntl.ioctl(self.current(), SIOCOUTQ, b"\0\0\0\0")
        except OSError as error:
            raise failure(self.target, error) from error
        return int(struct.unpack("i", answer)[0])

    def current(self) -> socket.socket:
        if self.link is None:
            raise DeliveryError(f"{self.target} is not connected.")
        return self.link

    def close(self) -> None:
        if self.link is not None:
            self.link.close()
        self.link = None

    def abort(self) -> None:
        self.aborted = True
        if self.link is not None:
            with suppress(OSError):
                socket.socket.shutdown(self.link, socket.SHUT_RDWR)


def connected(target: Target) -> socket.socket:
    """A connection that notices within 30 s when the other side is gone."""
    made = socket.create_connection((target.host, target.port), CONNECT_SECONDS)
    made.settimeout(STALL_SECONDS)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (
        (socket.TCP_NODELAY, 1),
        (socket.TCP_KEEPIDLE, 30),
        (socket.TCP_KEEPINTVL, 10),
        (socket.TCP_KEEPCNT, 3),
        (socket.TCP_USER_TIMEOUT, int(STALL_SECONDS * 1000)),
    ):
        made.setsockopt(socket.IPPROTO_TCP, option, value)
    return made
