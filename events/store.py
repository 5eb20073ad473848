"""The one door through which events and flows are stored. See ARCHITECTURE.md."""

from dataclasses import dataclass

import polars as pl

from events.database import Connection


@dataclass(frozen=True)
class Origin:
    """The journal range that a batch was made of; both positions inclusive."""

    journal: str
    first: int
    last: int


@dataclass(frozen=True)
class Saved:
    """What a save did. `head` is the highest committed event id, 0 when none."""

    head: int
    events: int
    flows: int
    duplicate: bool


def save(
    connection: Connection,
    origin: Origin,
    events: pl.DataFrame | None = None,
    flows: pl.DataFrame | None = None,
    tallies: pl.DataFrame | None = None,
) -> Saved:
    """Stores a whole batch in one transaction, exactly once."""
    raise NotImplementedError


def position(connection: Connection, journal: str) -> int:
    """The next position of the journal that is not stored yet."""
    raise NotImplementedError
