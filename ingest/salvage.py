"""The pipeline for whatever was sent: no line, however odd, stops the ones behind it.

When the pipeline fails on a batch, the batch is halved until the line at fault stands
alone. It is stored as it came, with the reason, and the log has the details.
"""

import json
import logging
from datetime import timedelta

import polars as pl

from events import schema
from ingest import origins, pipeline, sightings
from ingest.known import NOTHING, Known
from ingest.pipeline import Prepared
from sensors.routing import Routes

FAULTS = (Exception, pl.exceptions.PanicException)

log = logging.getLogger(__name__)


def prepare(
    lines: pl.DataFrame,
    routes: Routes,
    retention: timedelta | None,
    known: Known = NOTHING,
) -> Prepared:
    """As `pipeline.prepare`, and always an answer."""
    try:
        return pipeline.prepare(lines, routes, retention, known=known)
    except FAULTS as error:
        if lines.height > 1:
            half = lines.height // 2
            first = prepare(lines[:half], routes, retention, known)
            return joined(first, prepare(lines[half:], routes, retention, known))
        log.exception("a line could not be read and is stored as it came")
        return as_it_came(lines, routes, f"{type(error).__name__}: {error}")


def joined(one: Prepared, two: Prepared) -> Prepared:
    tallies = pl.concat([one.tallies, two.tallies])
    together = tallies.group_by("source", "sensor", maintain_order=True).agg(
        pl.col("stored", "ignored", "duplicate").sum(), pl.col("seen").max()
    )
    seen = pl.concat([one.sightings, two.sightings])
    return Prepared(pl.concat([one.events, two.events]), together, seen)


def as_it_came(line: pl.DataFrame, routes: Routes, reason: str) -> Prepared:
    """One line without any field of its own."""
    row = line.row(0, named=True)
    route = routes.find(row["peer"], row["port"], row.get("claim") or "")
    text = row["line"].decode("utf-8", "replace").replace("\0", "\u2400")
    event = {
        "time": row["received"],
        "received": row["received"],
        "sensor": route.sensor,
        "type": 5,
        "rank": 0,
        "source": row["peer"] or None,
        "message": text,
        "raw": row["line"],
        "data": json.dumps({"unread": reason.replace("\0", "\u2400")[:500]}),
    }
    events = schema.conform(pl.DataFrame([event]), schema.EVENT)
    tallies = origins.tallies(origins.attach(line, routes)[0])
    seen = pl.DataFrame(schema=sightings.SEEN)
    return Prepared(events if tallies["stored"][0] else events.clear(), tallies, seen)
