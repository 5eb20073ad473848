"""Which sensor each line belongs to, and the counts per peer and sensor."""

import polars as pl

from ingest.lines import complete
from sensors.routing import Route, Routes

ENDS = ["peer", "port", "claim"]
ROUTE = {"sensor": pl.Int32, "enabled": pl.Boolean, "zone": pl.String, "home": pl.Int32}


def attach(lines: pl.DataFrame, routes: Routes) -> tuple[pl.DataFrame, list[Route]]:
    """The frame with the route's columns; `home` is an index into the list."""
    lines = complete(lines)
    ends = lines.select(ENDS).unique()
    found = [routes.find(*end) for end in ends.iter_rows()]
    distinct = list(dict.fromkeys(found))
    rows = [
        (route.sensor, route.enabled, route.zone, distinct.index(route))
        for route in found
    ]
    table = ends.hstack(pl.DataFrame(rows, schema=ROUTE, orient="row"))
    attached = lines.join(
        table, on=ENDS, how="left", maintain_order="left", nulls_equal=True
    )
    return attached, distinct


def tallies(lines: pl.DataFrame) -> pl.DataFrame:
    """One row per peer and sensor: how many lines are stored, how many ignored."""
    return lines.group_by(pl.col("peer").alias("source"), "sensor").agg(
        stored=pl.col("enabled").sum().cast(pl.Int64),
        ignored=(~pl.col("enabled")).sum().cast(pl.Int64),
        seen=pl.col("received").max(),
    )
