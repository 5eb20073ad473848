"""Syslog over TCP (RFC 6587), any framing, with limits on what a sender may hold."""

import time

from ingest.framing import Decoder, Frames
from ingest.receivers.listener import Listener, Setup
from ingest.receivers.streams import Conversation, Streams

QUIET_TIMES = 96  # a device that has nothing to say keeps its connection so much longer
TLS_HELLO = b"\x16\x03"


class Syslog(Conversation):
    """A stream of syslog frames, on whatever carries it."""

    def __init__(self, listener: Streams, peer: str) -> None:
        super().__init__(listener, peer)
        self.decoder = Decoder(listener.limits.line_bytes)
        self.claim = ""
        self.talked = False  # a whole frame has come

    def data_received(self, data: bytes) -> None:
        if not self.decoder.pending:
            self.alive_at = time.monotonic()
        self.deliver(self.decoder.feed(data), len(data))

    def deliver(self, frames: Frames, size: int) -> None:
        if frames.empty:
            self.intake.reject(self.peer, "empty", frames.empty)
        if frames.lines:
            self.talked, self.alive_at = True, time.monotonic()
            self.intake.add(
                self.peer,
                self.listener.kind,
                self.listener.port,
                frames.lines,
                size,
                frames.cuts,
                self.claim,
            )

    def end(self) -> None:
        """Keeps the last line, even if it has no end."""
        if self not in self.listener.open:
            return
        self.listener.left(self)
        self.deliver(self.decoder.close(), 0)
        self.abort()

    def patience(self) -> float:
        """One that has sent whole frames and owes nothing keeps its connection longer:
        a plain TCP sender would lose its next line if it were cut off. Keepalive ends
        those that are gone."""
        quiet = self.talked and not self.decoder.pending
        return super().patience() * (QUIET_TIMES if quiet else 1)

    def expire(self) -> None:
        """Too long without a whole frame. Who never sent one is counted."""
        if not self.talked and not self.decoder.pending:
            self.refuse("idle")
        self.end()


class Plain(Syslog):
    def __init__(self, listener: Streams, peer: str) -> None:
        super().__init__(listener, peer)
        self.begun = b""  # its first two bytes

    def data_received(self, data: bytes) -> None:
        if len(self.begun) < len(TLS_HELLO):
            self.begun = (self.begun + data)[: len(TLS_HELLO)]
            if self.begun == TLS_HELLO:
                self.refuse("tls_on_plain_port")
                return
        super().data_received(data)


def listen(port: int, setup: Setup) -> Listener:
    return Streams("tcp", port, setup, Plain)
