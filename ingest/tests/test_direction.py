"""HOME_NET is asked of the text of addresses: it must say what the numbers say."""

from ipaddress import IPv4Address, IPv4Network

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ingest import direction

NUMBERS = st.integers(0, 2**32 - 1)


@given(NUMBERS, st.integers(0, 32), st.lists(NUMBERS, max_size=5))
def test_text_and_numbers_agree_on_what_is_inside(
    start: int, length: int, others: list[int]
) -> None:
    network = IPv4Network((start, length), strict=False)
    low, high = int(network[0]), int(network[-1])
    edges = [n for n in (low - 1, low, high, high + 1) if 0 <= n < 2**32]
    addresses = [IPv4Address(number) for number in (*edges, *others)]
    texts = pl.Series(map(str, addresses), dtype=pl.String)
    found = direction.is_in(texts, (network,)).to_list()
    assert found == [address in network for address in addresses]


def test_a_long_home_net_is_asked_in_parts() -> None:
    networks = tuple(IPv4Network((number << 7, 25)) for number in range(2000))
    assert len(direction.patterns(networks)) == 2000 / direction.TOGETHER
    assert direction.is_in(pl.Series(["0.3.231.200"]), networks).to_list() == [True]
    assert direction.is_in(pl.Series(["0.3.232.0"]), networks).to_list() == [False]
