"""Plain text: what no other format understood, kept whole with the reason."""

import polars as pl

from ingest.parsers.format import Format

# `[pid 7]` and `[pid 7:tid 8]` of Apache, `[error] 7#8:` of nginx, `:[7]:LOG` of
# PostgreSQL.
BEGINNING = 200  # characters
PID = (
    r"(?:\[pid |[^ ]:\[|\[(?:debug|info|notice|warn|error|crit|alert|emerg)\] )"
    r"([0-9]{1,10})(?:\]|:tid|#[0-9])"
)


def parse(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.select(
        head=pl.lit(""),
        message="text",
        pid=pl.col("text").str.head(BEGINNING).str.extract(PID, 1).cast(pl.Int64),
        members=pl.lit('"parse": "no syslog header"'),
        understood=pl.lit(True),
    )


FORMAT = Format("plain", pl.lit(True), parse)
