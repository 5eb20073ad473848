"""Syslog over TCP (RFC 6587), any framing, with limits on what a sender may hold."""

import asyncio
import errno
import socket
import time
from collections import Counter

from ingest.framing import Decoder, Frames
from ingest.intake import Intake, State
from ingest.receivers.listener import Limits, canonical, socket_name

BACKLOG = 4_096
QUIET_TIMES = 96  # a device that has nothing to say keeps its connection so much longer
NO_FILES = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
TLS_HELLO = b"\x16\x03"
KEEPALIVE = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 120),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 30),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4),
)


class Tcp:
    def __init__(self, sock: socket.socket, intake: Intake, limits: Limits) -> None:
        self.sock, self.intake, self.limits = sock, intake, limits
        self.name = socket_name("tcp", sock)
        self.port = int(sock.getsockname()[1])
        self.open: set[Connection] = set()
        self.per_peer: Counter[str] = Counter()
        self.loop = asyncio.get_running_loop()
        self.serving: set[asyncio.Task[None]] = set()
        sock.listen(BACKLOG)
        self.listen()

    def listen(self) -> None:
        if self.sock.fileno() >= 0:
            self.loop.add_reader(self.sock, self.accept)

    def accept(self) -> None:
        """Takes what waits, a bounded number, so that reading has its turn too."""
        for _ in range(100):
            try:
                sock, address = self.sock.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in NO_FILES:  # asking again at once would not help
                    self.loop.remove_reader(self.sock)
                    self.loop.call_later(0.5, self.listen)
                return
            self.admit(sock, canonical(address[0]))

    def admit(self, sock: socket.socket, peer: str) -> None:
        reason = self.refusal(peer)
        if reason:
            self.intake.reject(peer, reason)
            sock.close()
            return
        connection = Connection(self, peer)
        self.open.add(connection)
        self.per_peer[peer] += 1
        task = self.loop.create_task(self.serve(connection, sock))
        self.serving.add(task)  # the loop itself would not keep it
        task.add_done_callback(self.serving.discard)

    async def serve(self, connection: "Connection", sock: socket.socket) -> None:
        try:
            sock.setblocking(False)
            for level, option, value in KEEPALIVE:
                sock.setsockopt(level, option, value)
            await self.loop.connect_accepted_socket(lambda: connection, sock)
        except OSError:  # gone before it was served
            sock.close()
            self.left(connection)

    def refusal(self, peer: str) -> str:
        if len(self.open) >= self.limits.connections:
            return "too_many_connections"
        if self.per_peer[peer] >= self.limits.connections_per_peer:
            return "too_many_connections_of_peer"
        return ""

    def left(self, connection: "Connection") -> None:
        if connection not in self.open:
            return
        self.open.remove(connection)
        self.per_peer[connection.peer] -= 1
        if not self.per_peer[connection.peer]:
            del self.per_peer[connection.peer]

    def follow(self, state: State) -> None:
        for connection in self.open:
            connection.follow(state)

    def drops(self) -> int:
        return 0

    def connections(self) -> int:
        return len(self.open)

    def sweep(self, now: float) -> None:
        """Ends connections that have not completed a frame for too long."""
        if not self.limits.idle_seconds or self.intake.state is not State.OPEN:
            return
        for connection in list(self.open):
            patience = self.limits.idle_seconds
            if connection.is_quiet():
                patience *= QUIET_TIMES
            if now - connection.alive_at > patience:
                connection.expire()

    def close(self) -> None:
        self.loop.remove_reader(self.sock)
        self.sock.close()
        for connection in list(self.open):
            connection.end()


class Connection(asyncio.Protocol):
    def __init__(self, listener: Tcp, peer: str) -> None:
        self.listener, self.peer = listener, peer
        self.intake = listener.intake
        self.decoder = Decoder(listener.limits.line_bytes)
        self.transport: asyncio.Transport | None = None
        self.alive_at = time.monotonic()
        self.begun = b""  # its first two bytes
        self.talked = False  # a whole frame has come

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self.transport = transport
        self.follow(self.intake.state)

    def data_received(self, data: bytes) -> None:
        if len(self.begun) < len(TLS_HELLO):
            self.begun = (self.begun + data)[: len(TLS_HELLO)]
            if self.begun == TLS_HELLO:
                self.refuse("tls_on_plain_port")
                return
        if not self.decoder.pending:
            self.alive_at = time.monotonic()
        self.deliver(self.decoder.feed(data), len(data))

    def deliver(self, frames: Frames, size: int) -> None:
        if frames.empty:
            self.intake.reject(self.peer, "empty", frames.empty)
        if frames.lines:
            self.talked, self.alive_at = True, time.monotonic()
            port = self.listener.port
            self.intake.add(self.peer, "tcp", port, frames.lines, size, frames.cuts)

    def connection_lost(self, exc: Exception | None) -> None:
        self.end()

    def end(self) -> None:
        """Keeps the last line, even if it has no end."""
        if self not in self.listener.open:
            return
        self.listener.left(self)
        self.deliver(self.decoder.close(), 0)
        self.abort()

    def is_quiet(self) -> bool:
        """Has sent whole frames and owes nothing: a plain TCP sender would lose its
        next line if it were cut off. Keepalive ends those that are gone."""
        return self.talked and not self.decoder.pending

    def expire(self) -> None:
        """Too long without a whole frame. Who never sent one is counted."""
        if not self.talked and not self.decoder.pending:
            self.refuse("idle")
        self.end()

    def refuse(self, reason: str) -> None:
        self.intake.reject(self.peer, reason)
        self.listener.left(self)
        self.abort()

    def abort(self) -> None:
        if self.transport is not None:
            self.transport.abort()

    def follow(self, state: State) -> None:
        if self.transport is None or self.transport.is_closing():
            return
        self.alive_at = time.monotonic()
        if state is State.OPEN:
            self.transport.resume_reading()
        else:
            self.transport.pause_reading()


def listen(sock: socket.socket, intake: Intake, limits: Limits) -> Tcp:
    return Tcp(sock, intake, limits)
