"""PRI: facility × 8 + severity (RFC 5424 §6.2.1)."""

import polars as pl

from ingest import spread

HIGHEST = 191


def read(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with `facility`, `severity` and `pri_invalid`, from the text `pri`.

    Both numbers are null where PRI is missing, no number or above 191; `pri_invalid`
    says that something stood there that is no PRI. The number is a column of its own,
    because expressions do not share what they compute.
    """
    pri = frame["pri"]
    number = pri.cast(pl.Int16, strict=False)
    number = number.zip_with(number <= HIGHEST, spread.nothing(len(frame), pl.Int16))
    columns = {"facility": number // 8, "severity": number % 8}
    invalid = pl.col("pri").is_not_null() & pl.lit(number).is_null()
    return frame.with_columns(**columns, pri_invalid=invalid)
