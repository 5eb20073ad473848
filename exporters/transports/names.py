"""Errors of the system and of name look-ups as sentences."""

import errno
import socket
import ssl

from exporters.transports.base import DeliveryError, Target

REASONS = {
    errno.ECONNREFUSED: "refused the connection: nothing listens there",
    errno.ECONNRESET: "closed the connection without reading everything",
    errno.EPIPE: "closed the connection",
    errno.ETIMEDOUT: "does not answer",
    errno.EHOSTUNREACH: "cannot be reached: no route to it",
    errno.ENETUNREACH: "cannot be reached: no route to its network",
    errno.EACCES: "cannot be reached: the system does not allow that address",
}


def failure(target: Target, error: OSError) -> DeliveryError:
    """The error that the operator reads, of whatever a socket raised."""
    if isinstance(error, socket.gaierror):
        return DeliveryError(unresolved(target, error), permanent=True)
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = error.verify_message.rstrip(".")
        return DeliveryError(
            f"The certificate of {target} is not accepted: {reason}.", permanent=True
        )
    if isinstance(error, ssl.SSLError):
        return DeliveryError(
            f"{target} does not speak TLS as expected: {plain(error)}."
        )
    if isinstance(error, TimeoutError):
        return DeliveryError(f"{target} does not answer.")
    reason = REASONS.get(error.errno or 0) or f"failed: {error.strerror or error}"
    return DeliveryError(f"{target} {reason}.")


def unresolved(target: Target, error: socket.gaierror) -> str:
    if error.errno == socket.EAI_AGAIN:
        return f"The name {target.host} was not resolved: no name server answers."
    return f"The name {target.host} does not resolve to an address."


def plain(error: ssl.SSLError) -> str:
    return (error.reason or str(error)).replace("_", " ").lower()
