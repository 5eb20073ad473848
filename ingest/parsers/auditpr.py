"""AIX's audit trail as `auditpr` prints it: event, command, login, user, status, time.

(IBM, AIX 7.3, `auditpr`.) What the event is about stands behind.
"""

import polars as pl

from ingest import members
from ingest.parsers.format import Format

LINE = (
    r"^(?<event>[A-Z][A-Za-z]*_[A-Za-z_]+) +(?<command>\S+) +(?<login>\S+)"
    r" +(?<real>\S+) +(?<status>OK|FAIL[A-Z_]*)"
    r" +(?<stamp>[0-9]{1,2} [A-Za-z]{3} [0-9]{4} [0-9:.]{8,18}) "
)
RESULTS = {"OK": "success"}


def parse(lines: pl.DataFrame) -> pl.DataFrame:
    groups = pl.col("message").str.extract_groups(LINE).alias("is")
    read = lines.select(pl.col("stamp").alias("given"), "app", "members", groups)
    read = read.unnest("is")
    status = pl.col("status").replace_strict(RESULTS, default="failure")
    bare = pl.col("given").is_null()
    return read.select(
        app=pl.coalesce("app", "command"),
        user="login",
        action=pl.when(pl.col("event").is_not_null()).then(status),
        signature="event",
        stamp=pl.when(bare).then("stamp"),
        members=members.join(
            pl.col("members"),
            members.text("stamp", pl.when(bare).then("stamp")),
            members.text("user", pl.col("real")),
        ),
        understood=pl.col("event").is_not_null(),
    )


WORDS = (" OK ", " FAIL")
CLAIMS = pl.col("message").str.contains(r"^[A-Z][A-Za-z]*_[A-Za-z_]+ ")
FORMAT = Format("auditpr", CLAIMS, parse, WORDS)
