"""Which way a connection goes: inbound when dst is in HOME_NET and src is not."""

import polars as pl

from sensors import networks
from sensors.routing import Route


def add(frame: pl.DataFrame, routes: list[Route]) -> pl.DataFrame:
    """The frame with `inbound`; null where src or dst is not known."""
    known = frame.select("home", "src", "dst").drop_nulls()
    if not len(known):
        return frame.with_columns(inbound=pl.lit(None, pl.Boolean))
    ends = pl.concat(
        [known.select("home", pl.col(name).alias("address")) for name in ("src", "dst")]
    ).unique()
    inside = [
        networks.contains(routes[home].home_net, address)
        for home, address in ends.iter_rows()
    ]
    table = ends.with_columns(inside=pl.Series(inside, dtype=pl.Boolean))
    for name in ("src", "dst"):
        frame = frame.join(
            table.rename({"address": name, "inside": f"{name} inside"}),
            on=["home", name],
            how="left",
            maintain_order="left",
        )
    both = pl.col("src").is_not_null() & pl.col("dst").is_not_null()
    inbound = pl.col("dst inside") & ~pl.col("src inside")
    return frame.with_columns(inbound=pl.when(both).then(inbound)).drop(
        "src inside", "dst inside"
    )
