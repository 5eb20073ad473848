"""PRI: facility × 8 + severity (RFC 5424 §6.2.1), as columns of text groups."""

import polars as pl

HIGHEST = 191


def facility(pri: pl.Expr) -> pl.Expr:
    return valid(pri) // 8


def severity(pri: pl.Expr) -> pl.Expr:
    return valid(pri) % 8


def valid(pri: pl.Expr) -> pl.Expr:
    """The number, null where it is missing, no number or above 191."""
    number = pri.cast(pl.Int16, strict=False)
    return pl.when(number <= HIGHEST).then(number)


def invalid(pri: pl.Expr) -> pl.Expr:
    """Whether something stood there that is no PRI."""
    return pri.is_not_null() & valid(pri).is_null()
