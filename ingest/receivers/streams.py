"""What listeners of streams have in common: who may connect, how many, how long."""

import asyncio
import errno
import socket
import ssl
import time
from collections import Counter
from typing import Protocol

from ingest.intake import Intake, State
from ingest.receivers.listener import Setup, bound, canonical, socket_name

BACKLOG = 4_096
NO_FILES = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
HANDSHAKE_SECONDS = 10.0  # all of it, however slowly it trickles in
SHUTDOWN_SECONDS = 2.0
KEEPALIVE = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 120),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 30),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4),
)


class Conversation(asyncio.Protocol):
    """One connection. Subclasses say what its bytes mean."""

    def __init__(self, listener: "Streams", peer: str) -> None:
        self.listener, self.peer = listener, peer
        self.intake = listener.intake
        self.transport: asyncio.Transport | None = None
        self.alive_at = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self.transport = transport
        if self not in self.listener.open:  # ended during its handshake
            self.abort()
            return
        self.follow(self.intake.state)

    def connection_lost(self, exc: Exception | None) -> None:
        self.end()

    def patience(self) -> float:
        """Seconds in which something whole has to come."""
        return self.listener.limits.idle_seconds

    def end(self) -> None:
        """Ends it; what was read is kept."""
        self.listener.left(self)
        self.abort()

    def expire(self) -> None:
        """It was silent for too long."""
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


class Converse(Protocol):
    def __call__(self, listener: "Streams", peer: str) -> Conversation: ...


class Streams:
    def __init__(self, kind: str, port: int, setup: Setup, converse: Converse) -> None:
        self.sock = bound(kind, setup.plan.host, port)
        self.kind, self.setup, self.converse = kind, setup, converse
        self.intake: Intake = setup.intake
        self.limits = setup.plan.limits
        self.name = socket_name(kind, self.sock)
        self.port = int(self.sock.getsockname()[1])
        self.open: set[Conversation] = set()
        self.per_peer: Counter[str] = Counter()
        self.loop = asyncio.get_running_loop()
        self.serving: set[asyncio.Task[None]] = set()
        self.sock.listen(BACKLOG)
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
        connection = self.converse(self, peer)
        self.open.add(connection)
        self.per_peer[peer] += 1
        task = self.loop.create_task(self.serve(connection, sock))
        self.serving.add(task)  # the loop itself would not keep it
        task.add_done_callback(self.serving.discard)

    async def serve(self, connection: Conversation, sock: socket.socket) -> None:
        try:
            sock.setblocking(False)
            for level, option, value in KEEPALIVE:
                sock.setsockopt(level, option, value)
            await self.begin(connection, sock)
        except OSError:  # gone before it was served
            sock.close()
            self.left(connection)

    async def begin(self, connection: Conversation, sock: socket.socket) -> None:
        await self.make(connection, sock)

    async def make(
        self,
        connection: Conversation,
        sock: socket.socket,
        context: ssl.SSLContext | None = None,
    ) -> None:
        """Makes the connection, after its handshake where there is one."""
        await self.loop.connect_accepted_socket(
            lambda: connection,
            sock,
            ssl=context,
            ssl_handshake_timeout=HANDSHAKE_SECONDS if context else None,
            ssl_shutdown_timeout=SHUTDOWN_SECONDS if context else None,
        )

    def refusal(self, peer: str) -> str:
        if len(self.open) >= self.limits.connections:
            return "too_many_connections"
        if self.per_peer[peer] >= self.limits.connections_per_peer:
            return "too_many_connections_of_peer"
        return ""

    def left(self, connection: Conversation) -> None:
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

    def troubles(self) -> list[str]:
        return []

    def connections(self) -> int:
        return len(self.open)

    def sweep(self, now: float) -> None:
        """Ends connections that have not completed a frame for too long."""
        if not self.limits.idle_seconds or self.intake.state is not State.OPEN:
            return
        for connection in list(self.open):
            if now - connection.alive_at > connection.patience():
                connection.expire()

    def close(self) -> None:
        self.loop.remove_reader(self.sock)
        self.sock.close()
        for task in self.serving:
            task.cancel()
        for connection in list(self.open):
            connection.end()
