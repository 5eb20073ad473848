"""Stored lines read by today's parsers: what would be different, and the rows anew.

Pure but for `Settings.load`: a stored row and today's settings are all that is read.
The sensor, the peer and the time of arrival are the stored ones. A line is never
changed: a row of which the new columns do not give back the very line is left alone.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import orjson
import polars as pl
from django.conf import settings

from events import rewriting
from events.schema import EVENT
from ingest import knowledge, origins, parsers, pipeline
from ingest.known import Known
from ingest.parsers.format import Format
from ingest.salvage import FAULTS
from sensors import routing
from sensors.models import Sensor
from sensors.routing import INTERFACE, Route, Routes

SAMPLES = 3  # of each column

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """Today's settings. Those that were in force at arrival are not kept."""

    routes: Routes
    by_sensor: dict[int, Route]
    known: Known
    retention: timedelta

    @classmethod
    def load(cls) -> "Settings":
        by_sensor = {one.pk: routing.route_of(one) for one in Sensor.objects.all()}
        retention = timedelta(days=settings.RETENTION_DAYS)
        return cls(routing.load(), by_sensor, knowledge.load(), retention)

    def stored(self) -> "Stored":
        none = Route(-1, True, "UTC", ())
        return Stored(0, none, {}, self.routes.sources, by_sensor=self.by_sensor)


@dataclass(frozen=True)
class Stored(Routes):
    """The routes of stored rows: the number of the sensor stands in the line's port."""

    by_sensor: dict[int, Route] = field(default_factory=dict)

    def find(self, peer: str, port: int, claim: str = "") -> Route:
        """Of the stored sensor, with the zone of its source."""
        sensor = self.by_sensor.get(port, Route(port, True, "UTC", ()))
        found = self.by_address(peer, sensor)
        return replace(found if found.sensor == port else sensor, enabled=True)


@dataclass
class Changes:
    """How many rows differ, by column, with a few samples: id, old, new."""

    rows: int = 0
    changed: int = 0
    kept: int = 0  # could not be read, or refused: as they were
    columns: dict[str, int] = field(default_factory=dict)
    samples: dict[str, list[tuple[int, Any, Any]]] = field(default_factory=dict)

    def add(self, other: "Changes") -> None:
        self.rows += other.rows
        self.changed += other.changed
        self.kept += other.kept
        for name, count in other.columns.items():
            self.columns[name] = self.columns.get(name, 0) + count
            samples = self.samples.setdefault(name, [])
            samples += other.samples[name][: SAMPLES - len(samples)]


def lines(rows: pl.DataFrame) -> pl.DataFrame:
    """Journal lines of stored rows (`rewriting.ROW`), in their order."""
    head, message = pl.col("head").fill_null(""), pl.col("message")
    exact = pl.concat_str(head, message).cast(pl.Binary)
    seen = [f"{INTERFACE}{name}" if name else "" for name in member(rows, "sniffed")]
    return rows.select(
        "received",
        pl.col("source").fill_null("").alias("peer"),
        pl.lit("").alias("transport"),
        pl.col("sensor").alias("port"),  # see `Stored`
        pl.Series("cut", member(rows, "cut"), pl.UInt32, strict=False).fill_null(0),
        pl.coalesce("raw", exact).alias("line"),
        pl.Series("claim", seen, pl.String),
    )


def member(rows: pl.DataFrame, name: str) -> list[Any]:
    """A member of `data` that the pipeline wrote, of each row."""
    has = rows["data"].str.contains(f'"{name}"', literal=True).fill_null(False)
    if not has.any():
        return [None] * rows.height
    found = [
        value(text) if is_in else None
        for text, is_in in zip(rows["data"], has, strict=True)
    ]
    return [one.get(name) if isinstance(one, dict) else None for one in found]


def attached(rows: pl.DataFrame, today: Settings) -> tuple[pl.DataFrame, list[Route]]:
    """The lines with the columns of their routes, as the pipeline begins."""
    routed, distinct = origins.attach(lines(rows), today.stored())
    return routed.with_row_index("row"), distinct


def parsed(
    rows: pl.DataFrame,
    today: Settings,
    contents: tuple[Format, ...] = parsers.CONTENTS,
) -> pl.DataFrame:
    """What today's parsers make of the rows: `ROW`, each with its id."""
    frame, routes = attached(rows, today)
    dated = pipeline.dated_lines(frame, today.retention, None, contents, today.known)
    made = pipeline.events(dated, routes)
    return pl.DataFrame([rows["id"], *(made[name] for name in EVENT)])


def salvaged(rows: pl.DataFrame, today: Settings) -> pl.DataFrame:
    """As `parsed`; a line that breaks a parser is left out."""
    try:
        return parsed(rows, today)
    except FAULTS:
        if rows.height == 1:
            log.exception("event %d stays as it is", rows["id"][0])
            return rows.clear()
        half = rows.height // 2
        return pl.concat([salvaged(rows[:half], today), salvaged(rows[half:], today)])


def again(rows: pl.DataFrame, today: Settings) -> tuple[pl.DataFrame, Changes]:
    """The rows that differ, ready for `rewriting.write`, and what differs."""
    if rows.is_empty():
        return rows, Changes()
    new = salvaged(rows, today)
    old = rows if new.height == rows.height else rows.join(new, on="id", how="semi")
    same_line = exact(old) == exact(new)
    old, new = old.filter(same_line), new.filter(same_line)
    differs = {name: different(old, new, name) for name in rewriting.REWRITTEN}
    rewritten = pl.select(pl.any_horizontal(*differs.values())).to_series()
    changes = Changes(rows.height, int(rewritten.sum()), rows.height - new.height)
    for name, where in differs.items():
        if where.any():
            changes.columns[name] = int(where.sum())
            changes.samples[name] = samples(old, new, name, where)
    # What does not come of the line stays; only `REWRITTEN` is written.
    return new.filter(rewritten), changes


def exact(rows: pl.DataFrame) -> pl.Series:
    return lines(rows)["line"]


def different(old: pl.DataFrame, new: pl.DataFrame, name: str) -> pl.Series:
    found = old[name].ne_missing(new[name])
    as_meant = MEANT.get(name)
    if as_meant is None or not found.any():
        return found
    at = found.arg_true()
    pairs = zip(old[name].gather(at), new[name].gather(at), strict=True)
    differs = [as_meant(one) != as_meant(other) for one, other in pairs]
    return found.scatter(at, pl.Series(differs, dtype=pl.Boolean))


def address(text: str | None) -> object:
    try:
        return ip_address(text) if text else None
    except ValueError:
        return text


def value(text: str | None) -> Any:
    try:
        return orjson.loads(text) if text else None
    except ValueError:
        return text


def samples(
    old: pl.DataFrame, new: pl.DataFrame, name: str, where: pl.Series
) -> list[tuple[int, Any, Any]]:
    some = where.arg_true().head(SAMPLES)
    return list(zip(old["id"][some], old[name][some], new[name][some], strict=True))


# PostgreSQL writes JSON in an order and with spaces of its own, and `::ffff:0` as
# `::255.255.0.0`.
MEANT: dict[str, Callable[[str | None], object]] = {
    "data": value,
    "src": address,
    "dst": address,
}
