"""The last step before the store: no value that PostgreSQL refuses or indexes badly.

A B-tree entry may not exceed a third of a page, so indexed text is capped; what was cut
off is kept in `data`. Ports and process ids out of range are no ports and ids.
"""

import polars as pl

from ingest import members

MOST_BYTES = 512
INDEXED = ("host", "app", "user", "action", "signature", "proto")
HIGHEST_PORT = 65_535
HIGHEST_PID = 2**63 - 1


def make(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every value storable; `members` may grow."""
    frame = capped(frame)
    return frame.with_columns(
        port("sport"),
        port("dport"),
        pl.when(pl.col("pid").is_between(0, HIGHEST_PID)).then("pid").alias("pid"),
    )


def port(name: str) -> pl.Expr:
    return pl.when(pl.col(name).is_between(0, HIGHEST_PORT)).then(name).alias(name)


def capped(frame: pl.DataFrame) -> pl.DataFrame:
    longest = frame.select(pl.col(INDEXED).str.len_bytes().max()).row(0, named=True)
    for name, length in longest.items():
        if length and length > MOST_BYTES:
            frame = cut(frame, name)
    return frame


def cut(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """One column cut on a character's border, the rest as a member `<name>_rest`."""
    whole = pl.col(name)
    long = whole.str.len_bytes() > MOST_BYTES
    kept = pl.when(long).then(short(whole)).otherwise(whole)
    rest = pl.when(long).then(whole.str.strip_prefix(short(whole)))
    frame = members.add(frame, [members.text(f"{name}_rest", rest)])
    return frame.with_columns(kept.alias(name))


def short(text: pl.Expr) -> pl.Expr:
    """At most 512 bytes: as many characters as fit when each is as wide as the widest.

    Exact for ASCII; text of wider characters is cut a little earlier than it had to be.
    """
    ascii_only = text.str.len_bytes() == text.str.len_chars()
    wide = text.str.head(MOST_BYTES // 4)
    return pl.when(ascii_only).then(text.str.head(MOST_BYTES)).otherwise(wide)
