"""Real receivers on loopback, each a thread that keeps the lines it was sent."""

import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress

LOOPBACK = "127.0.0.1"


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


class UdpReceiver:
    def __init__(self, port: int = 0) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((LOOPBACK, port))
        self.port: int = self.socket.getsockname()[1]
        self.lines: list[bytes] = []
        self.peers: set[int] = set()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self) -> None:
        with suppress(OSError):
            while received := self.socket.recvfrom(65_535):
                if received[1] is None:  # shut down
                    return
                self.lines.append(received[0])
                self.peers.add(received[1][1])

    def close(self) -> None:
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


class TcpReceiver:
    """Reads lines that end in LF.

    `leave` is an orderly end: what was sent until then is still read. `close` is not.
    """

    def __init__(
        self, port: int = 0, context: ssl.SSLContext | None = None, reads: bool = True
    ) -> None:
        self.context = context
        self.reads = reads
        self.listener = socket.create_server((LOOPBACK, port))
        self.port: int = self.listener.getsockname()[1]
        self.received = bytearray()
        self.open: list[socket.socket] = []
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def lines(self) -> list[bytes]:
        """Whole lines only: a cut one at the end of a connection is not taken."""
        return bytes(self.received).split(b"\n")[:-1]

    def accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(
                    target=self.read, args=[connection], daemon=True
                ).start()

    def read(self, connection: socket.socket) -> None:
        with suppress(OSError):
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            self.open.append(connection)
            held = b""
            while self.reads and (data := connection.recv(65_536)):
                whole, _, held = (held + data).rpartition(b"\n")
                if whole:
                    self.received += whole + b"\n"

    def leave(self) -> None:
        self.stop_listening()
        for one in self.open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.stop_listening()
        for one in self.open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def stop_listening(self) -> None:
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port on which nothing listens."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((LOOPBACK, 0))
        found: int = probe.getsockname()[1]
        return found
