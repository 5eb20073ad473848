"""What every transport is: something that lines are sent through, and one error."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

CONNECT_SECONDS = 5.0


class DeliveryError(Exception):
    """Why lines did not arrive, as one sentence for the operator.

    `permanent`: only a change of the configuration or at the receiver will help, so it
    is tried again rarely.
    """

    def __init__(self, message: str, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True)
class Target:
    """Where to, and how its certificate is checked (TLS only)."""

    host: str
    port: int
    verify: bool = True
    ca: str = ""  # PEM; empty: the authorities that the system trusts

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host} port {self.port}"


class Transport(ABC):
    """One connection. Not shared between threads, but for `abort`."""

    label: str  # on the page
    promise: str  # what it promises, in a sentence
    limit: int  # bytes of a line, without framing

    def __init__(self, target: Target) -> None:
        self.target = target

    @abstractmethod
    def open(self) -> None:
        """Connects; DeliveryError when it cannot."""

    @abstractmethod
    def send(self, lines: Sequence[bytes]) -> None:
        """Hands the lines to the kernel; DeliveryError when some may be lost."""

    @abstractmethod
    def confirm(self) -> None:
        """Waits until what was sent is as sure as this transport can make it."""

    @abstractmethod
    def close(self) -> None:
        """Ends the connection; never raises."""

    @abstractmethod
    def abort(self) -> None:
        """Called by another thread: makes a blocked send end with DeliveryError."""
