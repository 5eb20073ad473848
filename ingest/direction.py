"""Which way a connection goes: inbound when dst is in HOME_NET and src is not."""

import polars as pl

from ingest import spread
from sensors import networks
from sensors.routing import Route


def add(frame: pl.DataFrame, routes: list[Route]) -> pl.DataFrame:
    """The frame with `inbound`; null where src or dst is not known."""
    known = frame.select("row", "home", "src", "dst").drop_nulls(["src", "dst"])
    inbound = spread.nothing(len(frame), pl.Boolean)
    if len(known):
        inbound = spread.over(inbound, known["row"], is_inbound(known, routes))
    return frame.with_columns(inbound=inbound)


def is_inbound(known: pl.DataFrame, routes: list[Route]) -> pl.Series:
    to_home = is_home(known["home"], known["dst"], routes)
    if not to_home.any():
        return to_home
    ours = known.filter(to_home)
    from_home = is_home(ours["home"], ours["src"], routes)
    return to_home.scatter(to_home.arg_true(), ~from_home)


def is_home(home: pl.Series, address: pl.Series, routes: list[Route]) -> pl.Series:
    """Whether each address is in the networks of its line's route.

    Most are not, which their first number tells without taking them apart.
    """
    likely = address.str.contains(beginnings(routes))
    if not likely.any():
        return likely
    inside = is_inside(home.filter(likely), address.filter(likely), routes)
    return likely.scatter(likely.arg_true(), inside)


def beginnings(routes: list[Route]) -> str:
    """A pattern of all addresses in a HOME_NET, and of others: how they begin."""
    numbers = {
        str(number)
        for route in routes
        for network in route.home_net
        if network.version == 4
        for number in range(network[0].packed[0], network[-1].packed[0] + 1)
    }
    return rf"^(?:{'|'.join(sorted(numbers))})\.|:" if numbers else ":"


def is_inside(home: pl.Series, address: pl.Series, routes: list[Route]) -> pl.Series:
    number = numbers(address)
    found = home.is_null()
    for index, route in enumerate(routes):
        mine = home == index
        for network in route.home_net:
            if network.version == 4:
                low, high = int(network[0]), int(network[-1])
                found |= mine & number.is_between(low, high).fill_null(False)
    six = number.is_null()
    if not six.any():
        return found
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
