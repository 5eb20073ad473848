"""RFC 3164 as it is sent: `<PRI>Mmm dd hh:mm:ss HOST TAG[PID]: message`, and dialects.

The usual shape is read by one expression; what that leaves is for `dialects`.
"""

import polars as pl

from ingest import members
from ingest.parsers import dialects, priority, tags
from ingest.parsers.format import Format
from ingest.parsers.tags import PID, TAG

# A Cisco mnemonic (`%ASA-4-106023:`) is no tag; it begins the message.
USUAL = (
    r"^(?<start>(?:<(?<pri>[0-9]{1,4})>)?"
    r"(?<stamp>[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}|"
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2}))"
    rf" (?<host>[A-Za-z0-9_.\-]+) )(?:(?<tag>{TAG}(?:{PID})?: ?)|%[A-Z])"
)
ZONED = r" (?:[A-Z]{3,5}|[+-][0-9]{2}:?[0-9]{2})$"  # what the clock showed is told
# A level is no host: `2026-07-26T11:59:58Z ERROR pool: text` of a program's own file.
NO_HOSTS = [
    form(level) for form in (str.upper, str.lower, str.title) for level in tags.LEVELS
]
NO_TAGS = ["CEF", "LEEF"]  # how their events begin


def parse(lines: pl.DataFrame) -> pl.DataFrame:
    groups = lines["text"].str.extract_groups(USUAL).struct.unnest()
    read = pl.DataFrame([lines["row"], lines["text"], *groups])
    usual = read["start"].is_not_null()
    usual &= ~read["host"].is_in(NO_HOSTS).fill_null(False)
    for name in NO_TAGS:
        usual &= read["app"].ne_missing(name)
    if usual.all():
        return usual_columns(read).drop("row")
    left = read.filter(~usual).select("row", "text")
    both = [usual_columns(read.filter(usual)), columns(dialects.read(left))]
    return pl.concat(both).sort("row").drop("row")


def usual_columns(read: pl.DataFrame) -> pl.DataFrame:
    head = pl.concat_str("start", "tag", ignore_nulls=True)
    return columns(read.with_columns(head=head, understood=pl.lit(True)))


def columns(read: pl.DataFrame) -> pl.DataFrame:
    """The columns that a header gives, of rows with the groups as text."""
    frame = priority.read(read)
    return frame.select(
        "row",
        "head",
        message=pl.col("text").str.strip_prefix(pl.col("head")),
        stamp="stamp",
        host="host",
        app="app",
        pid=pl.col("pid").cast(pl.Int64, strict=False),
        facility="facility",
        severity="severity",
        understood="understood",
        members=doubts(frame),
    )


def doubts(frame: pl.DataFrame) -> pl.Expr:
    """What was wrong with the header, as members."""
    found = []
    if frame["pri_invalid"].any():
        found.append(members.constant("pri", "invalid", pl.col("pri_invalid")))
    if "unset" in frame.columns:
        unset = pl.col("unset").is_not_null()
        found.append(members.constant("clock", "not set on the device", unset))
        zoned = frame["stamp"].str.contains(ZONED).fill_null(False)
        if zoned.any():
            stamp = pl.when(zoned).then("stamp")
            found.append(members.text("header_stamp", stamp))
    return members.join(*found) if found else pl.lit(None, pl.String)


FORMAT = Format("rfc3164", pl.lit(True), parse)
