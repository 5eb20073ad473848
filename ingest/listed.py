"""What addresses that stand next to each other tell of one another: ports, roles."""

import polars as pl

from ingest import spread
from ingest.roles import HAS_NAME, PLAIN, SOURCE_ROLE, TARGET_ROLE

SIGNS = ['","', ",", " "]
COMMAS = ['","', ","]
SIGN = r"(?:\",\"|,| )"
PORT = "([0-9]{1,5})"
# Alone between two addresses, then behind the second.
BETWEEN = rf"^{SIGN}{PORT}{SIGN}$"
LAST = rf"^{SIGN}{PORT}(?:{SIGN}|[\"'\s]|$)"
# Both behind the second.
BOTH = rf"^{SIGN} ?{PORT}{SIGN} ?{PORT}(?:{SIGN}|\"|$)"
LONGEST = len('","65535","')


def add(told: pl.DataFrame, around: pl.DataFrame) -> pl.DataFrame:
    """`told` (row, address, role, port) with what the places in lists say besides.

    `around` has the text to the `left` and `right` of each address.
    """
    if not (around["right"].str.len_bytes() <= LONGEST).any():
        return told
    for test, read in WAYS:
        if around.select(test).to_series().any():
            told = read(told, around)
    return told


def named(told: pl.DataFrame, around: pl.DataFrame) -> pl.DataFrame:
    """A host whose name is an address, `192.0.2.1[192.0.2.1]:25`, has its port."""
    behind = pl.col("port").shift(-1)
    is_named = around.select(HAS_NAME).to_series()
    return told.with_columns(port=pl.when(is_named).then(behind).otherwise("port"))


def paired(told: pl.DataFrame, around: pl.DataFrame) -> pl.DataFrame:
    """`address address port port`."""
    follows = around["right"].is_in(SIGNS).shift(1, fill_value=False)
    follows &= is_next(around)
    pairs = around["right"].str.extract_groups(BOTH).struct.unnest()
    source, target = (only(pairs[name], follows) for name in pairs.columns)
    return told.with_columns(port=pl.coalesce("port", source.shift(-1), target))


def alternating(told: pl.DataFrame, around: pl.DataFrame) -> pl.DataFrame:
    """`address port address port`: the source is the first."""
    between = around["right"].str.extract(BETWEEN, 1)
    follows = between.is_not_null().shift(1, fill_value=False) & is_next(around)
    last = only(around["right"].str.extract(LAST, 1), follows)
    first = last.is_not_null().shift(-1, fill_value=False)
    plain = pl.col("role") == PLAIN
    return told.with_columns(
        role=pl.when(plain & first)
        .then(SOURCE_ROLE)
        .when(plain & last.is_not_null())
        .then(TARGET_ROLE)
        .otherwise("role"),
        port=pl.coalesce("port", between.cast(pl.Int32), last),
    )


def three(told: pl.DataFrame, around: pl.DataFrame) -> pl.DataFrame:
    """`inside","outside","target`: what a proxy knows of a client, then the target."""
    commas = around["right"].is_in(COMMAS)
    second = commas.shift(1, fill_value=False) & is_next(around) & commas
    third = second.shift(1, fill_value=False) & is_next(around) & ~commas
    third &= ~second.shift(2, fill_value=False)
    is_third = third & (told["role"] == PLAIN)
    role = pl.when(is_third).then(TARGET_ROLE).otherwise("role")
    return told.with_columns(role=role)


def is_next(around: pl.DataFrame) -> pl.Series:
    """Whether the address stands in the same message as the one before."""
    return around["row"] == around["row"].shift(1, fill_value=0)


def only(ports: pl.Series, where: pl.Series) -> pl.Series:
    none = spread.nothing(len(ports), pl.Int32)
    return ports.cast(pl.Int32).zip_with(where, none)


RIGHT = pl.col("right")
WAYS = (
    (HAS_NAME, named),
    (RIGHT.is_in(SIGNS), paired),
    (RIGHT.is_in(COMMAS), three),
    (RIGHT.str.contains(BETWEEN), alternating),
)
