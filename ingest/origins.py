"""Which sensor each line belongs to, and the counts per peer and sensor."""

import polars as pl

from ingest.lines import complete
from ingest.sniffing import claims
from sensors.routing import Route, Routes

ENDS = ["peer", "port", "claim"]
ROUTE = {
    "sensor": pl.Int32,
    "enabled": pl.Boolean,
    "copy": pl.Boolean,  # sniffed, and received as well: not stored twice
    "zone": pl.String,  # of stamps without one
    "said": pl.String,  # members of an event: the zone that is assumed
    "settled": pl.Boolean,  # people have set the zone for this source
    "home": pl.Int32,  # an index into the list of routes
    "sender": pl.UInt32,  # a number for each sensor and peer
}


def attach(lines: pl.DataFrame, routes: Routes) -> tuple[pl.DataFrame, list[Route]]:
    """The frame with the columns of its route, and the routes."""
    lines = complete(lines)
    ends = lines.select(ENDS).unique()
    found = [routes.find(*end) for end in ends.iter_rows()]
    distinct: dict[Route, int] = {}
    senders: dict[tuple[int, str], int] = {}
    copies = [
        is_copy(claim, route, routes)
        for claim, route in zip(ends["claim"], found, strict=True)
    ]
    rows = [
        (
            *of(route, copy),
            distinct.setdefault(route, len(distinct)),
            senders.setdefault((route.sensor, peer), len(senders)),
        )
        for route, peer, copy in zip(found, ends["peer"], copies, strict=True)
    ]
    table = ends.hstack(pl.DataFrame(rows, schema=ROUTE, orient="row"))
    attached = lines.join(
        table, on=ENDS, how="left", maintain_order="left", nulls_equal=True
    )
    return attached, list(distinct)


def of(route: Route, copy: bool) -> tuple[int, bool, bool, str, str | None, bool]:
    said = assumption(route.zone, route.zone_from)
    settled = route.zone_from == "source"
    return route.sensor, route.enabled, copy, route.zone, said, settled


def is_copy(claim: str, route: Route, routes: Routes) -> bool:
    """Whether the same line was received, and is stored where those who may see this
    one see it: in the same domain, by a sensor that takes logs."""
    arrival = claims.received(claim)
    if arrival is None:
        return False
    other = routes.find(*arrival)
    return other.enabled and other.domain == route.domain


def assumption(zone: str, zone_from: str) -> str | None:
    """Members of `data`; UTC for want of anything better is not told."""
    if (zone, zone_from) == ("UTC", "sensor"):
        return None
    return f'"clock_zone": "{zone}", "clock_from": "{zone_from}"'


def tallies(lines: pl.DataFrame) -> pl.DataFrame:
    """One row per peer and sensor: how many lines are stored, ignored, duplicates."""
    enabled, copy = pl.col("enabled"), pl.col("copy")
    return lines.group_by(pl.col("peer").alias("source"), "sensor").agg(
        stored=(enabled & ~copy).sum().cast(pl.Int64),
        ignored=(~enabled).sum().cast(pl.Int64),
        duplicate=(enabled & copy).sum().cast(pl.Int64),
        seen=pl.col("received").max(),
    )
