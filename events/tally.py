"""How often each value occurs in a frame: per hour, and per ten seconds.

Pure. Two small frames come of a batch (DESIGN §2):

- hours: `field` (a code of CODES), `hour` (since 1970), `sensor`, `value` (text, null
  where the rows have none), `rest`, `n`, `lost`
- slots: `slot` (of ten seconds, since 1970), `sensor`, `type`, `band` (of the rank),
  `cls`, `n`; all rows of the batch stand in exactly one of them

A field has at most MOST values per hour and sensor (MOST_WHOLE where hours are left
out); of what was cut, one row with
`rest` says in `lost` by how much any single value may be counted too low.
"""

from collections.abc import Iterable
from typing import NamedTuple

import polars as pl

from events.tables import EVENTS, Table

MOST, MOST_WHOLE = 1_000, 2_000
HOUR, SLOT = 3_600, 10  # seconds

# What is counted, by a code that is stored: never give one another meaning.
ALL = 0  # every row, with a value of null
CODES = {
    "type": 1, "rank": 2, "cls": 3, "severity": 4, "proto": 5, "host": 6, "app": 7,
    "user": 8, "action": 9, "signature": 10, "src": 11, "dst": 12, "dport": 13,
    "sport": 14,
}  # fmt: skip
HOURLY = [ALL, CODES["type"], CODES["rank"], CODES["cls"]]  # histograms are of these

HOURS: dict[str, type[pl.DataType]] = {
    "field": pl.UInt8,
    "hour": pl.Int32,
    "sensor": pl.Int32,
    "value": pl.String,
    "rest": pl.Boolean,
    "n": pl.Int64,
    "lost": pl.Int64,
}
SLOTS: dict[str, type[pl.DataType]] = {
    "slot": pl.Int64,
    "sensor": pl.Int32,
    "type": pl.Int16,
    "band": pl.Int8,
    "cls": pl.Int32,
    "n": pl.Int64,
}
NO_HOURS, NO_SLOTS = pl.DataFrame(schema=HOURS), pl.DataFrame(schema=SLOTS)
FLOW_TYPE = 4
FEW = 8  # hours and sensors of a batch up to which each is counted by itself
CELL = ["hour", "sensor"]


def counted(table: Table) -> list[str]:
    """The columns of the table that are counted."""
    return [name for name in CODES if name in table.schema]


def since(table: Table, seconds: int) -> pl.Expr:
    """The number of the hour or slot of the table's time."""
    return pl.col(table.time).cast(pl.Int64).floordiv(seconds * 1_000_000)


def band(rank: pl.Expr) -> pl.Expr:
    """−1 below zero, 0, 1 for 1–49, 2 from 50."""
    above = (rank > 0).cast(pl.Int8) + (rank >= 50).cast(pl.Int8)
    return above - (rank < 0).cast(pl.Int8)


def slots(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    ranks = pl.col("rank") if table is EVENTS else pl.lit(0)
    found = frame.select(
        since(table, SLOT).alias("slot"),
        "sensor",
        (pl.col("type") if table is EVENTS else pl.lit(FLOW_TYPE)).alias("type"),
        band(ranks).alias("band"),
        (pl.col("cls") if table is EVENTS else pl.lit(None)).alias("cls"),
        pl.lit(1).alias("n"),
    ).cast(SLOTS)  # type: ignore[arg-type]
    return summed_slots([found])


def hours(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The usual batch lies in a few cells; value by value that is the faster way."""
    names = counted(table)
    hour = since(table, HOUR).cast(pl.Int32).alias("hour")
    base = frame.select(hour, "sensor", *names)
    cells = base.select(CELL).n_unique()
    if cells <= FEW:
        parts = base.partition_by(CELL) if cells > 1 else [base]
        return pl.concat(of_cell(part, names) for part in parts)
    return pl.concat(of_cells(base, name) for name in ("", *names))


def of_cell(cell: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Rows of one hour and sensor. By columns: expressions would take thrice as long
    in a small batch."""
    found = [Counted(ALL, pl.Series([None], dtype=pl.String), pl.Series([len(cell)]))]
    found += [of_column(CODES[name], cell[name]) for name in names]
    size = [len(each.values) for each in found]
    total = sum(size)
    values = pl.concat([each.values for each in found])
    over = [each for each in found if each.lost]
    made = pl.DataFrame(
        {
            "field": repeated([each.code for each in found], size, pl.UInt8),
            "hour": cell["hour"].new_from_index(0, total),
            "sensor": cell["sensor"].new_from_index(0, total),
            "value": values,
            "rest": pl.Series([False]).new_from_index(0, total),
            "n": pl.concat([each.n.cast(pl.Int64) for each in found]),
            "lost": pl.Series([0]).new_from_index(0, total),
        }
    )
    hour, sensor = cell["hour"][0], cell["sensor"][0]
    rests = [(each.code, hour, sensor, None, True, 0, each.lost) for each in over]
    return made.vstack(pl.DataFrame(rests, schema=HOURS, orient="row"))


class Counted(NamedTuple):
    """The values of one field, the most frequent; `lost` is the largest count cut."""

    code: int
    values: pl.Series
    n: pl.Series
    lost: int = 0


def of_column(code: int, column: pl.Series) -> Counted:
    found = column.value_counts(sort=False, name="n")
    lost = 0
    if found.height > MOST:
        found, lost = most_frequent(found, column.name)
    return Counted(code, found[column.name].cast(pl.String), found["n"], lost)


def most_frequent(found: pl.DataFrame, name: str) -> tuple[pl.DataFrame, int]:
    """The most frequent values, and null, which is none of them."""
    ordered = found.sort("n", descending=True)
    missing = ordered.filter(pl.col(name).is_null())
    named = ordered.filter(pl.col(name).is_not_null()) if len(missing) else ordered
    kept = named.head(MOST)
    lost = int(named["n"][MOST]) if named.height > MOST else 0
    return kept.vstack(missing), lost


def repeated(values: list[int], size: list[int], kind: type[pl.DataType]) -> pl.Series:
    """Each value as often as its size says."""
    made = [
        pl.Series([value], dtype=kind).new_from_index(0, often)
        for value, often in zip(values, size, strict=True)
    ]
    return pl.concat(made)


def of_cells(base: pl.DataFrame, name: str) -> pl.DataFrame:
    """Any number of hours and sensors; of one field, or of all rows."""
    found = base.group_by(*CELL, *([name] if name else [])).len("n")
    value = pl.col(name) if name else pl.lit(None)
    code = CODES[name] if name else ALL
    made = found.select(
        pl.lit(code, pl.UInt8).alias("field"),
        "hour",
        "sensor",
        value.cast(pl.String).alias("value"),
        pl.lit(False).alias("rest"),
        pl.col("n").cast(pl.Int64),
        pl.lit(0, pl.Int64).alias("lost"),
    )
    return shortened(made)


def without_hours(hours: pl.DataFrame) -> pl.DataFrame:
    """Of a whole segment, in hour 0; the few values of HOURLY keep their hours."""
    kept = pl.col("field").is_in(HOURLY)
    rest = hours.filter(~kept).with_columns(pl.lit(0, pl.Int32).alias("hour"))
    return pl.concat([hours.filter(kept), summed_hours([rest], MOST_WHOLE)])


def shortened(frame: pl.DataFrame, most: int = MOST) -> pl.DataFrame:
    """At most so many values of a field per hour and sensor, the most frequent."""
    if frame.height <= most:
        return frame
    cell = ["field", *CELL]
    named = pl.col("value").is_not_null()
    place = pl.when(named).then("n").rank("ordinal", descending=True).over(cell)
    placed = frame.with_columns(place.alias("place"))
    kept = placed.filter(pl.col("place").is_null() | (pl.col("place") <= most))
    cut = (
        placed.filter(pl.col("place") > most).group_by(cell).agg(lost=pl.col("n").max())
    )
    rest = cut.with_columns(
        value=pl.lit(None, pl.String), rest=pl.lit(True), n=pl.lit(0, pl.Int64)
    )
    return pl.concat([kept.drop("place"), rest.select(*HOURS)])


def summed_hours(frames: Iterable[pl.DataFrame], most: int = MOST) -> pl.DataFrame:
    """Counts of several batches as one."""
    keys = ["field", *CELL, "value", "rest"]
    together = pl.concat(frames).group_by(keys).agg(pl.col("n", "lost").sum())
    short = shortened(together.filter(~pl.col("rest")).select(*HOURS), most)
    rests = pl.concat([short.filter("rest"), together.filter("rest").select(*HOURS)])
    again = rests.group_by(keys).agg(pl.col("n", "lost").sum()).select(*HOURS)
    return pl.concat([short.filter(~pl.col("rest")), again])


def summed_slots(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    keys = [name for name in SLOTS if name != "n"]
    return pl.concat(frames).group_by(keys).agg(pl.col("n").sum())
