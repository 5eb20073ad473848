"""What is known of the device of each line: its address, its zone, its clock.

A device is named by sensor, peer and host. What the background has learned of them and
what people have set is read when it has changed (`ingest/knowledge.py`); a batch only
looks it up. Most devices need nothing and are not in the table.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from events.hosts import Sender
from ingest import members, origins

DEVICE = {
    "whose": pl.String,  # sensor and peer
    "host": pl.String,  # as the line has it, empty for none
    "own_zone": pl.String,  # of stamps without a zone
    "own_said": pl.String,  # see `origins.assumption`
    "learned": pl.Boolean,  # so it gives way to the zone of a source
    "ahead": pl.Int64,  # seconds
    "told": pl.String,  # members of the event: who sent it, if not the peer
    "relayed": pl.Boolean,  # the peer passes its lines on; null: as all of the peer's
}
WHAT = ["own_zone", "own_said", "learned", "ahead", "told", "relayed"]
RELAYED = '"relayed": "yes"'
LEARNED, SET = "learned", "clock"


class Device(NamedTuple):
    """What differs from one that speaks for itself, with a clock as its sensor's."""

    zone: str | None = None
    zone_from: str = ""
    ahead: int = 0
    address: str | None = None
    relayed: bool | None = None

    def row(self) -> tuple[object, ...]:
        said = origins.assumption(self.zone, self.zone_from) if self.zone else None
        is_learned = self.zone_from == LEARNED
        at = f'"device_address": "{self.address}"' if self.address else None
        told = ", ".join(filter(None, [at, RELAYED if self.relayed else None]))
        return self.zone, said, is_learned, self.ahead, told or None, self.relayed


Key = tuple[int, str, str]  # sensor, peer, host


def table(devices: dict[Key, Device]) -> pl.DataFrame:
    rows = [(as_text(key[:2]), key[2], *one.row()) for key, one in devices.items()]
    return pl.DataFrame(rows, schema=DEVICE, orient="row")


def as_text(sender: Sender) -> str:
    return f"{sender[0]} {sender[1]}"


@dataclass(frozen=True)
class Known:
    """One moment of the tables, ready to be looked up."""

    version: int = -1
    devices: pl.DataFrame = field(default_factory=lambda: table({}))
    relays: frozenset[str] = frozenset()  # senders

    def __bool__(self) -> bool:
        return bool(self.relays) or not self.devices.is_empty()


NOTHING = Known()


def attach(frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """The frame with `ahead`, and with `zone` and `said` (see `ingest/origins.py`) of
    the device where they are known; who sent it is kept among the members."""
    frame = frame.with_columns(ahead=pl.lit(0, pl.Int64))
    if not known or frame.is_empty():
        return frame
    senders = senders_of(frame)
    relays = senders.filter(pl.col("whose").is_in(known.relays))["sender"]
    devices = known.devices.join(senders, on="whose").with_columns(key=key())
    if devices.is_empty() and relays.is_empty():
        return frame
    looked = frame.select(key=key()).join(
        devices.select("key", *WHAT), on="key", how="left", maintain_order="left"
    )
    return told(clocked(frame, looked), looked, relays)


def senders_of(frame: pl.DataFrame) -> pl.DataFrame:
    """The number that the frame gives each sender, by sensor and peer."""
    found = frame.select("sender", "sensor", "peer").unique("sender")
    whose = pl.concat_str("sensor", "peer", separator=" ").alias("whose")
    return found.select("sender", whose)


def key() -> pl.Expr:
    """Sender and host as one number: a join by it is several times as fast."""
    return pl.col("host").fill_null("").hash() + pl.col("sender").cast(pl.UInt64)


def clocked(frame: pl.DataFrame, looked: pl.DataFrame) -> pl.DataFrame:
    if (looked["ahead"] != 0).any():
        frame = frame.with_columns(looked["ahead"].fill_null(0))
    if looked["own_zone"].null_count() == len(looked):
        return frame
    both = frame.select("settled").hstack(looked)
    gives_way = pl.col("learned") & pl.col("settled")
    own = both.select(pl.col("own_zone").is_not_null() & ~gives_way).to_series()
    return frame.with_columns(
        looked["own_zone"].zip_with(own, frame["zone"]).alias("zone"),
        looked["own_said"].zip_with(own, frame["said"]).alias("said"),
    )


def told(frame: pl.DataFrame, looked: pl.DataFrame, relays: pl.Series) -> pl.DataFrame:
    """Says where the device is, and of a relay's lines that the peer is another one."""
    said = looked["told"]
    if not relays.is_empty():
        behind = frame["sender"].is_in(relays.implode()) & looked["relayed"].is_null()
        relayed = pl.Series([RELAYED]).new_from_index(0, len(frame))
        said = relayed.zip_with(behind, said)
    return members.add(frame, [pl.lit(said)])
