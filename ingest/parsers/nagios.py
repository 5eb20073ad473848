"""Nagios, Icinga 1 and Naemon: `SERVICE ALERT: host;service;state;…`.

The device is the host that is watched. (Nagios Core, "Log file format".)
"""

import polars as pl

from ingest import members
from ingest.parsers.format import Format

LINE = (
    r"^(?:(?:HOST|SERVICE) NOTIFICATION: [^;]*;"
    r"|(?:CURRENT|INITIAL|PASSIVE) (?:HOST|SERVICE) (?:STATE|CHECK): "
    r"|(?:HOST|SERVICE) (?:FLAPPING |DOWNTIME )?ALERT: "
    r"|EXTERNAL COMMAND: [A-Z_]*(?:HOST|SVC|SERVICE)[A-Z_]*;)(?<device>[^;\s]{1,255});"
)


def parse(lines: pl.DataFrame) -> pl.DataFrame:
    groups = pl.col("message").str.extract_groups(LINE).alias("is")
    read = lines.select("host", "members", groups).unnest("is")
    return read.select(
        host=pl.coalesce("host", "device"),
        members=members.join(
            pl.col("members"), members.text("device", pl.col("device"))
        ),
        understood=pl.col("device").is_not_null(),
    )


WORDS = (" NOTIFICATION: ", " STATE: ", " ALERT: ", " CHECK: ", "EXTERNAL COMMAND: ")
FORMAT = Format("nagios", None, parse, WORDS)
