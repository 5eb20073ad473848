"""What was found in some rows, as a column of all rows.

A join would do the same, but it costs twenty times as much in a batch of a few lines.
"""

import polars as pl

Columns = dict[str, pl.Series]


def nothing(height: int, kind: pl.DataType | type[pl.DataType]) -> pl.Series:
    return pl.Series([None], dtype=kind).new_from_index(0, height)


def over(column: pl.Series, rows: pl.Series, values: pl.Series) -> pl.Series:
    """The column with the values put at their rows, nulls left out."""
    if values.null_count():
        there = values.is_not_null()
        values, rows = values.filter(there), rows.filter(there)
    return column.scatter(rows, values) if len(rows) else column
