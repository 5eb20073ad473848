"""Figures of many pieces, summed in bounded memory. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

import polars as pl

MOST_VALUES = 100_000  # of one field that are remembered
LOOSE = 300_000  # rows that may wait before they are summed

BARS: dict[str, type[pl.DataType]] = {
    "bucket": pl.Int64,  # its begin, in seconds since 1970
    "value": pl.String,  # of the series; null where a row has none
    "n": pl.Int64,
}
# A `rest` row has no value: `lost` says by how much any value of the field may be
# counted too low, because rarer values were cut.
FACETS: dict[str, type[pl.DataType]] = {
    "field": pl.UInt8,  # see `fields.CODES`
    "value": pl.String,
    "n": pl.Int64,
    "rest": pl.Boolean,
    "lost": pl.Int64,
}


class Found(NamedTuple):
    bars: pl.DataFrame
    facets: pl.DataFrame

    def scaled(self, share: float) -> "Found":
        """Of a sample of this share: what the whole has, about."""
        scale = (pl.col("n") / share).round().cast(pl.Int64)
        return Found(self.bars.with_columns(scale), self.facets.with_columns(scale))


NOTHING = Found(pl.DataFrame(schema=BARS), pl.DataFrame(schema=FACETS))


class Totals:
    """The sum of what was added."""

    def __init__(self) -> None:
        self.parts: list[Found] = [NOTHING]
        self.loose = 0

    def add(self, found: Found) -> None:
        self.parts.append(found)
        self.loose += found.facets.height + found.bars.height
        if self.loose > LOOSE:
            self.sum()

    def sum(self) -> Found:
        """All of it as one; rare values are cut where there are too many."""
        if len(self.parts) > 1:
            self.parts = [summed(self.parts)]
            self.loose = 0
        return self.parts[0]

    def with_all(self, other: "Totals") -> Found:
        return summed([*self.parts, *other.parts])


def summed(parts: Iterable[Found]) -> Found:
    parts = list(parts)
    bars = pl.concat(part.bars for part in parts)
    facets = pl.concat(part.facets for part in parts)
    both = Found(
        bars.group_by("bucket", "value").agg(pl.col("n").sum()),
        facets.group_by("field", "value", "rest").agg(pl.col("n", "lost").sum()),
    )
    ordered = both.facets.select(*FACETS)
    return Found(both.bars, ordered if ordered.height <= MOST_VALUES else cut(ordered))


def cut(facets: pl.DataFrame) -> pl.DataFrame:
    """At most so many values of a field, the most frequent."""
    place = pl.col("n").rank("ordinal", descending=True).over("field")
    rare = (place > MOST_VALUES) & ~pl.col("rest") & pl.col("value").is_not_null()
    marked = facets.with_columns(rare.alias("rare"))
    rests = marked.filter("rare").group_by("field").agg(lost=pl.col("n").max())
    rest = rests.select(
        "field",
        pl.lit(None, pl.String).alias("value"),
        pl.lit(0, pl.Int64).alias("n"),
        pl.lit(True).alias("rest"),
        "lost",
    )
    return pl.concat([marked.filter(~pl.col("rare")).select(*FACETS), rest])
