"""`key=value`, `key: value`, `"key": "value"`: what device after device writes.

An expression that takes a value out costs 300 ns a line, one that only tests for a few
words 80 ns (contains_any: 200 ns): so rows are picked by words first.

Polars keeps the last 32 expressions, literal ones among them. A new one costs up to a
millisecond in every batch, so a batch of usual lines should need no more than these:
alike tests are the same text, and a single literal is counted, which needs none.
"""

from collections.abc import Callable, Iterable

import polars as pl

from ingest import spread

Read = Callable[[pl.DataFrame], pl.Series]
Way = tuple[pl.Expr, Read]  # which rows may tell it, and what these rows tell
LOWER = pl.col("lower").str

IS = r"(?: => | = |=|\s?:\s?)"


def present(keys: list[str]) -> pl.Expr:
    """Whether one of the keys stands there with what follows a key."""
    return LOWER.contains(rf"(?:{'|'.join(keys)})[\"']? ?[=:]")


def words(words: list[str]) -> pl.Expr:
    """Whether one of them stands there, perhaps inside a longer word.

    To ask where the word begins would cost three times as much: the search for a few
    literal texts skips through the line, one that looks at what is before does not.
    """
    return LOWER.contains(rf"(?:{'|'.join(words)})")


def text(text: str, column: str = "lower") -> pl.Expr:
    """Whether the text stands there."""
    return pl.col(column).str.count_matches(text, literal=True) > 0


def picked(rows: pl.DataFrame, test: pl.Expr) -> pl.DataFrame:
    """The rows where it is true."""
    found = rows.select(found=test)["found"]
    return rows if found.all(ignore_nulls=False) else rows.filter(found)


def first(rows: pl.DataFrame, ways: Iterable[Way]) -> pl.Series:
    """For each row what the first way tells that tells anything; the others are not
    asked then."""
    found, left = spread.nothing(len(rows), pl.String), rows
    for hint, read in ways:
        some = picked(left, hint)
        if not len(some):
            continue
        told = read(some)
        if told.null_count() == len(told):
            continue
        found = spread.over(found, some["row"], told)
        left = left.filter(found.gather(left["row"]).is_null())
        if not len(left):
            break
    return found


def value(texts: pl.Series, pattern: str) -> pl.Series:
    """The first group of the pattern that matched: quoted or bare."""
    groups = texts.str.extract_groups(pattern).struct.unnest()
    return groups.select(value=pl.coalesce(pl.all()))["value"]
