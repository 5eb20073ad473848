"""Ends a search from another thread: between two statements, and within one."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from events.pools import Reader

PATIENCE = 2.0  # seconds that the server has to take the wish


class Stopped(Exception):
    """The one who asked does not want the answer any more."""


class Stop:
    """A wish to end; one object for one search."""

    def __init__(self) -> None:
        self.wanted = False
        self.connection: Reader | None = None
        self.lock = Lock()

    def now(self) -> None:
        """Cancels the statement under way; harmless when the search has ended."""
        with self.lock:
            self.wanted = True
            if self.connection is not None:
                self.connection.cancel_safe(timeout=PATIENCE)

    @contextmanager
    def watching(self, connection: Reader) -> Iterator[None]:
        """The connection is this search's meanwhile, and only then cancelled."""
        with self.lock:
            self.connection = connection
        try:
            yield
        finally:
            with self.lock:
                self.connection = None

    def check(self) -> None:
        if self.wanted:
            raise Stopped
