"""Cisco's body: `%FACILITY-SEVERITY-MNEMONIC: text`, after whatever header.

Relays put a header of their own before the device's, so a sequence number, a name and a
second stamp may stand before the `%`. They stay in the message; the stamp is not used,
because the header's is the same moment.
"""

import polars as pl

from ingest import members
from ingest.parsers.format import Format

MNEMONIC = (
    r"%(?<code>(?<facility>[A-Z][A-Z0-9_]*)(?:-[A-Z0-9_]+)*?"
    r"-(?<level>[0-7])-[A-Z0-9_]+) ?:"
)


def parse(lines: pl.DataFrame) -> pl.DataFrame:
    groups = pl.col("message").str.extract_groups(MNEMONIC).alias("is")
    read = lines.select("app", "severity", "members", groups).unnest("is")
    return read.select(
        app=pl.coalesce("app", "facility"),
        severity=pl.coalesce("severity", pl.col("level").cast(pl.Int16)),
        members=members.join(
            pl.col("members"), members.text("mnemonic", pl.col("code"))
        ),
        understood=pl.col("code").is_not_null(),
    )


CLAIMS = pl.col("message").str.contains(r"%[A-Z][A-Z0-9_]*-")
FORMAT = Format("cisco", CLAIMS, parse, ("%",))
