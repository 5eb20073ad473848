"""Logs that the collectors of big clusters write: `- EPOCH DATE NODE` before RFC 3164.

The host then stands twice, `dn228/dn228` or `user@node` (the CFDR's Thunderbird,
Liberty and Spirit). The epoch is the one exact time.
"""

import polars as pl

from ingest import stamps
from ingest.parsers.format import Format
from ingest.parsers.tags import PID, TAG

LINE = (
    r"(?s)^(?<head>- (?<stamp>[0-9]{9,10}) [0-9]{4}\.[0-9]{2}\.[0-9]{2} [^ ]+ "
    rf"{stamps.BSD} (?:[^ /@]*[/@])?(?<host>[^ ]+) (?:{TAG}(?:{PID})?: ?)?)"
    r"(?<message>.*)$"
)


def parse(lines: pl.DataFrame) -> pl.DataFrame:
    read = lines.select(pl.col("text").str.extract_groups(LINE).alias("is")).unnest(
        "is"
    )
    return read.select(
        "head",
        "message",
        "stamp",
        "host",
        "app",
        pid=pl.col("pid").cast(pl.Int64, strict=False),
        understood=pl.col("head").is_not_null(),
    )


FORMAT = Format("cluster", pl.col("text").str.starts_with("- "), parse)
