"""What the listeners with TLS show of themselves: a certificate of the product's own
CA, made at the first start and renewed before it ends, or the operator's.

A folder has `ca.pem`, `ca.key`, `server.pem`, `server.key`; the keys are for the owner
only. Whoever starts first makes them, under a lock.
"""

import datetime as dt
import fcntl
import logging
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from cryptography import x509

from ingest import certificates
from ingest.certificates import Signed

CA, CA_KEY, SERVER, SERVER_KEY = "ca.pem", "ca.key", "server.pem", "server.key"
RENEW_DAYS = 60  # before the end
WARN_DAYS = 14  # of a certificate that only its owner can renew
VERIFY = {
    "none": ssl.CERT_NONE,
    "asked": ssl.CERT_OPTIONAL,
    "required": ssl.CERT_REQUIRED,
}

log = logging.getLogger(__name__)


class IdentityError(Exception):
    """TLS cannot be offered; the message is a sentence for the operator."""


@dataclass(frozen=True)
class Wish:
    """What the settings say of certificates."""

    folder: Path  # of the product's own
    certificate: Path | None = None  # the operator's, with its key
    key: Path | None = None
    names: tuple[str, ...] = ()  # further names of this machine
    clients: str = "none"  # a key of VERIFY
    client_ca: Path | None = None  # None: the product's own


class Identity:
    """The certificate in force, in the contexts of all listeners."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.contexts: dict[str, ssl.SSLContext] = {}
        self.seen: tuple[int, ...] = ()
        self.until: dt.datetime | None = None
        self.trouble: str | None = None

    def context(self, clients: str = "none") -> ssl.SSLContext:
        """For a listener that wants clients' certificates or not. IdentityError."""
        if clients not in self.contexts:
            try:
                self.make(dt.datetime.now(dt.UTC))
                self.contexts[clients] = self.fresh(clients)
                self.look()
            except (OSError, ValueError) as error:
                raise IdentityError(f"no TLS: {reason(error)}") from error
        return self.contexts[clients]

    def fresh(self, clients: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.load(context)
        context.verify_mode = VERIFY[clients]
        if clients != "none":
            context.load_verify_locations(self.wish.client_ca or self.path(CA))
        return context

    def load(self, context: ssl.SSLContext) -> None:
        for file in self.files():
            file.open().close()  # for an error that names it
        context.load_cert_chain(*self.files())

    def files(self) -> tuple[Path, Path]:
        """The certificate with its chain, and its key."""
        if self.wish.certificate is not None:
            return self.wish.certificate, self.wish.key or self.wish.certificate
        return self.path(SERVER), self.path(SERVER_KEY)

    def path(self, name: str) -> Path:
        return self.wish.folder / name

    def renew(self, now: dt.datetime | None = None) -> None:
        """Called now and then: a new certificate when the old one is to end or lacks a
        name; the operator's when they replaced it."""
        if not self.contexts:
            return
        try:
            self.make(now or dt.datetime.now(dt.UTC))
            if self.stamps() != self.seen:
                for context in self.contexts.values():
                    self.load(context)
                self.look()
                log.info("TLS: the certificate is valid until %s", self.until)
            self.trouble = self.ending(now or dt.datetime.now(dt.UTC))
        except (OSError, ValueError) as error:
            self.trouble = f"The certificate cannot be renewed: {reason(error)}"

    def troubles(self) -> list[str]:
        return [self.trouble] if self.trouble else []

    def ending(self, now: dt.datetime) -> str | None:
        if self.until and self.until - now < dt.timedelta(days=WARN_DAYS):
            return f"The TLS certificate ends on {self.until:%Y-%m-%d}; replace it"
        return None

    def stamps(self) -> tuple[int, ...]:
        return tuple(file.stat().st_mtime_ns for file in self.files())

    def look(self) -> None:
        self.seen = self.stamps()
        self.until = certificates.read(self.files()[0]).not_valid_after_utc

    def make(self, now: dt.datetime) -> Signed:
        """The CA, made when there is none; with it a certificate when one is due. The
        CA is there for clients, even beside the operator's certificate."""
        with locked(self.wish.folder):
            ca = self.authority(now)
            if self.wish.certificate is not None:
                return ca
            names = [*self.wish.names, *own_names()]
            if not fits(self.path(SERVER), self.path(SERVER_KEY), ca[1], names, now):
                self.keep(SERVER, SERVER_KEY, certificates.server(ca, names, now))
        return ca

    def authority(self, now: dt.datetime) -> Signed:
        if not self.path(CA).exists():
            name = f"MSS Web CA of {socket.gethostname()}"
            self.keep(CA, CA_KEY, certificates.authority(name, now))
        return certificates.read_key(self.path(CA_KEY)), certificates.read(
            self.path(CA)
        )

    def keep(self, name: str, key_name: str, signed: Signed) -> None:
        """The key first: a certificate is there only with its key."""
        certificates.write(self.path(key_name), certificates.key_pem(signed[0]))
        certificates.write(self.path(name), certificates.pem(signed[1]), 0o644)

    def as_json(self) -> dict[str, Any] | None:
        """For `receive.json`; null when no listener has TLS."""
        if not self.contexts:
            return None
        return {
            "until": self.until and self.until.isoformat(),
            "own": self.wish.certificate is None,
            "clients": self.wish.clients,
        }


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fd = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def fits(
    path: Path, key: Path, ca: x509.Certificate, names: list[str], now: dt.datetime
) -> bool:
    """Whether the certificate goes on: of this CA, for all names, not about to end."""
    try:
        found = certificates.read(path)
        same = certificates.read_key(key).public_key() == found.public_key()
    except (OSError, ValueError):
        return False
    left = found.not_valid_after_utc - now
    return (
        same
        and found.issuer == ca.subject
        and set(names) <= certificates.covered(found)
        and left > dt.timedelta(days=RENEW_DAYS)
    )


def own_names() -> list[str]:
    """The names and addresses by which senders may know this machine."""
    host = socket.gethostname()
    found = [host, socket.getfqdn(), "localhost", *own_addresses()]
    return list(dict.fromkeys(name.lower() for name in found if is_ascii(name)))


def own_addresses() -> list[str]:
    families = {socket.AF_INET, socket.AF_INET6}
    return sorted(
        one.address.partition("%")[0]
        for interface in psutil.net_if_addrs().values()
        for one in interface
        if one.family in families and not one.address.startswith("fe80")
    )


def is_ascii(name: str) -> bool:
    return bool(name) and name.isascii()


def reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return f"the certificate and its key cannot be used ({error.reason})"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)
