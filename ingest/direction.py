"""Which way a connection goes: inbound when dst is in HOME_NET and src is not."""

import polars as pl

from sensors import networks
from sensors.routing import Route

ENDS = ("src", "dst")


def add(frame: pl.DataFrame, routes: list[Route]) -> pl.DataFrame:
    """The frame with `inbound`; null where src or dst is not known."""
    known = frame.select("row", "home", *ENDS).drop_nulls()
    if not len(known):
        return frame.with_columns(inbound=pl.lit(None, pl.Boolean))
    inside = [is_home(known["home"], known[name], routes) for name in ENDS]
    inbound = known.select("row", inbound=~inside[0] & inside[1])
    return frame.join(inbound, on="row", how="left", maintain_order="left")


def is_home(home: pl.Series, address: pl.Series, routes: list[Route]) -> pl.Series:
    """Whether each address is in the networks of its line's route."""
    number = numbers(address)
    found = home.is_null()
    for index, route in enumerate(routes):
        mine = home == index
        for network in route.home_net:
            if network.version == 4:
                low, high = int(network[0]), int(network[-1])
                found |= mine & number.is_between(low, high).fill_null(False)
    six = number.is_null()
    return found.zip_with(~six, is_home_six(home, address, six, routes))


def numbers(address: pl.Series) -> pl.Series:
    """IPv4 addresses as numbers, null for others."""
    parts = pl.col("address").str.split_exact(".", 3).struct
    whole = pl.lit(0, pl.UInt32)
    for place in range(4):
        part = parts.field(f"field_{place}").cast(pl.UInt32, strict=False)
        whole = whole * 256 + part
    return address.to_frame("address").select(whole.alias("number"))["number"]


def is_home_six(
    home: pl.Series, address: pl.Series, six: pl.Series, routes: list[Route]
) -> pl.Series:
    """The same for IPv6, one address after the other, each once."""
    pairs = pl.DataFrame({"home": home, "address": address})
    ends = pairs.filter(six).unique()
    inside = [
        networks.contains(routes[index].home_net, text)
        for index, text in ends.iter_rows()
    ]
    table = ends.with_columns(inside=pl.Series(inside, dtype=pl.Boolean))
    joined = pairs.join(
        table, on=["home", "address"], how="left", maintain_order="left"
    )
    return joined["inside"].fill_null(False)
