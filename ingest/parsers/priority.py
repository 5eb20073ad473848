"""PRI: facility × 8 + severity (RFC 5424 §6.2.1)."""

import polars as pl

HIGHEST = 191


def read(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with `facility`, `severity` and `pri_invalid`, from the text `pri`.

    Both numbers are null where PRI is missing, no number or above 191; `pri_invalid`
    says that something stood there that is no PRI. Each step is a step of its own,
    because expressions do not share what they compute.
    """
    number = pl.col("number")
    frame = frame.with_columns(number=pl.col("pri").cast(pl.Int16, strict=False))
    frame = frame.with_columns(number=pl.when(number <= HIGHEST).then(number))
    return frame.with_columns(
        facility=number // 8,
        severity=number % 8,
        pri_invalid=pl.col("pri").is_not_null() & number.is_null(),
    ).drop("number")
