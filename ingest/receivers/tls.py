"""Syslog over TLS (RFC 5425): the framing of TCP behind a handshake in bounded time.

A handshake that fails is one rejected frame with its reason. A client certificate that
was verified names the sender, besides its address.
"""

import asyncio
import logging
import socket
import ssl
from asyncio import sslproto

from ingest import certificates
from ingest.identity import IdentityError
from ingest.receivers.listener import Listener, PortError, Setup
from ingest.receivers.streams import Conversation, Converse, Streams
from ingest.receivers.tcp import Syslog

# Bytes that asyncio keeps ready for every connection with TLS, 256 KiB unless told: the
# greatest part of what a connection costs, and a record has at most 16.
sslproto.SSLProtocol.max_size = 32 << 10

MOST_TOLD = 1_000  # reasons in the log; a flood of bad handshakes must not fill it
# What OpenSSL calls it → the reason that is counted.
REASONS = {
    "WRONG_VERSION_NUMBER": "plain_on_tls_port",
    "HTTP_REQUEST": "plain_on_tls_port",
    "HTTPS_PROXY_REQUEST": "plain_on_tls_port",
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": "tls_no_certificate",
    "CERTIFICATE_VERIFY_FAILED": "tls_bad_certificate",
    "UNSUPPORTED_PROTOCOL": "tls_too_old",
}

log = logging.getLogger(__name__)


class Secured(Syslog):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        try:
            self.claim = claim_of(transport.get_extra_info("ssl_object"))
        except certificates.UnreadableError as error:
            log.warning("the certificate of %s cannot be read: %s", self.peer, error)
            self.refuse("tls_bad_certificate")


class SecureStreams(Streams):
    """Connections that begin with a handshake, or may."""

    def __init__(
        self, kind: str, port: int, setup: Setup, converse: Converse, clients: str
    ) -> None:
        try:
            self.context = setup.identity.context(clients)
        except IdentityError as error:
            raise PortError(f"cannot listen on {kind} port {port}: {error}") from error
        self.told: set[tuple[str, str]] = set()
        super().__init__(kind, port, setup, converse)

    async def begin(self, connection: Conversation, sock: socket.socket) -> None:
        try:
            await self.make(connection, sock, self.context)
        except OSError as error:
            self.failed(connection.peer, error)
            raise

    def failed(self, peer: str, error: OSError) -> None:
        reason = failure(error)
        self.intake.reject(peer, reason)
        if (peer, reason) not in self.told and len(self.told) < MOST_TOLD:
            self.told.add((peer, reason))
            log.warning("no TLS with %s: %s", peer, explained(error))


def failure(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return REASONS.get(error.reason or "", "tls_handshake")
    return (
        "tls_timeout" if isinstance(error, ConnectionAbortedError) else "tls_handshake"
    )


def explained(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or str(error)).replace("_", " ").lower()
    if isinstance(error, ConnectionAbortedError):
        return "the handshake took too long"
    return "the other side ended the handshake"


def claim_of(secured: ssl.SSLObject | None) -> str:
    """What the verified certificate of the other side says, as the journal keeps it.
    UnreadableError."""
    der = secured.getpeercert(binary_form=True) if secured else None
    if not der:
        return ""
    try:
        names = certificates.names_of(der)
    except ValueError:
        return ""
    return "\n".join(f"certificate:{name}" for name in names)


def listen(port: int, setup: Setup) -> Listener:
    clients = setup.identity.wish.clients
    return SecureStreams("tls", port, setup, Secured, clients)
