"""Lines over TLS, each ended by LF, as Splunk and most syslog servers read them.

The same care as over TCP. The receiver's certificate must be signed by the given CA, or
by one that the system trusts, and name the host; unless checking is switched off.
"""

import select
import socket
import ssl
from contextlib import suppress

from exporters.transports import tcp
from exporters.transports.base import DeliveryError, Target
from exporters.transports.tcp import READ, STALL_SECONDS, Tcp

VERDICT_SECONDS = 0.3


class Tls(Tcp):
    label = "TLS"
    promise = (
        "adds secrecy and the receiver's identity to TCP, but no confirmation: "
        "what the receiver had taken but not yet read when it stopped is lost."
    )

    def connect(self) -> socket.socket:
        context = context_of(self.target)
        plain = tcp.connected(self.target)
        try:
            made = context.wrap_socket(plain, server_hostname=self.target.host)
            await_verdict(made)
        except (OSError, ValueError):
            plain.close()
            raise
        return made

    def has_left(self) -> bool:
        """Reads through TLS: session tickets lie before an end of the connection."""
        found = self.current()
        found.settimeout(0)
        try:
            while chunk := found.recv(READ):
                del chunk
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        finally:
            found.settimeout(STALL_SECONDS)
        return True

    def close(self) -> None:
        """Says close_notify (RFC 5425 section 4.4) but does not wait for the answer."""
        if isinstance(self.link, ssl.SSLSocket):
            with suppress(OSError, ValueError):
                self.link.settimeout(0)
                self.link.unwrap()
        super().close()


def await_verdict(made: ssl.SSLSocket) -> None:
    """A server that wants a certificate of ours says so only after the handshake.

    Until then whatever is sent would be lost. Most servers send a ticket at once, which
    says that all is well; of one that says nothing the same is assumed.
    """
    readable, _, _ = select.select([made], [], [], VERDICT_SECONDS)
    if readable:
        made.settimeout(0)
        with suppress(ssl.SSLWantReadError):
            made.recv(READ)
        made.settimeout(STALL_SECONDS)


def context_of(target: Target) -> ssl.SSLContext:
    """DeliveryError when the CA text is no certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not target.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif target.ca:
        trust(context, target.ca)
    else:
        context.load_default_certs()
    return context


def trust(context: ssl.SSLContext, pem: str) -> None:
    try:
        context.load_verify_locations(cadata=pem)
    except (ssl.SSLError, ValueError) as error:
        raise DeliveryError(
            "The CA certificate is not valid PEM text.", permanent=True
        ) from error
