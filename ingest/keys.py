"""`key=value`, `key: value`, `"key": "value"`: what device after device writes.

A regular expression costs 300 ns a line, a search for many fixed texts at once 100 ns:
so rows are picked by the keys' texts first.
"""

import polars as pl

ENDS = ("=", ":", '"', "'", " =", " :")


def present(message: pl.Series, keys: list[str]) -> pl.Series:
    """Whether one of the keys stands there with what follows a key."""
    texts = [key + end for key in keys for end in ENDS]
    return message.str.contains_any(texts, ascii_case_insensitive=True)


def value(pattern: str) -> pl.Expr:
    """The first group of the pattern that matched: quoted or bare."""
    groups = pl.col("message").str.extract_groups(pattern)
    return pl.coalesce(groups.struct.field("*"))
