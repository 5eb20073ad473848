"""Plain text: what no other format understood, kept whole with the reason."""

import polars as pl

from ingest.parsers.format import Format


def parse(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.select(
        head=pl.lit(""),
        message="text",
        members=pl.lit('"parse": "no syslog header"'),
        understood=pl.lit(True),
    )


FORMAT = Format("plain", pl.lit(True), parse)
