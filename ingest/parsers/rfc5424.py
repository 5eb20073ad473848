"""RFC 5424: `<PRI>VERSION TIMESTAMP HOST APP PROCID MSGID [structured data] message`.

Tolerated: any version number, doubled spaces, a stamp of another kind, structured data
that breaks the grammar (it stays in the message) or is missing, a line that ends early.
"""

import polars as pl

from ingest import members, stamps
from ingest.parsers import priority, structured
from ingest.parsers.format import Format

BOM = "\ufeff"
START = (
    r"(?:[0-9]{1,6} )?(?:<(?<pri>[0-9]{1,4})>(?<version>[0-9]{1,5})|1) +"
    rf"(?<stamp>-|{stamps.ISO}|{stamps.EPOCH})"
)
HOST = r" +(?<host>[^ ]{1,255})"
APP = r" +(?<app>[^ |\[{][^ |{]{0,63})"
PROCID = r" +(?<procid>[^ \[{|]{1,128})"
NUMBER = r" +(?<procid>-|[0-9]+)"  # where a word may be prose
MSGID = r" +(?<msgid>[^ \[{|]{1,64})"
# rsyslog sends the space after a BSD tag along, as the first character of the message.
DATA = rf" +(?:-|(?<sd>{structured.DATA}))(?: {{1,2}}|$){BOM}?"

# As the RFC says, then: broken structured data, none at all, the line's early end.
PATTERNS = (
    rf"^(?<head>{START}{HOST}{APP}{PROCID}{MSGID}{DATA})",
    rf"^(?<head>{START}{HOST}{APP}{PROCID}{MSGID} +)\[",
    rf"^(?<head>{START}{HOST}{APP}{NUMBER}{MSGID} +)",
    rf"^(?<head>{START}(?:{HOST}(?:{APP}(?:{NUMBER}(?:{MSGID})?)?)?)? *)$",
)
GROUPS = ["head", "pri", "stamp", "host", "app", "procid", "msgid", "sd"]


def parse(lines: pl.DataFrame) -> pl.DataFrame:
    parts, left = [], lines.select("row", "text")
    for pattern in PATTERNS:
        read = groups(left, pattern)
        fits = read["head"].is_not_null()
        parts.append(read.filter(fits))
        left = left.filter(~fits)
        if not len(left):
            break
    whole = pl.concat([*parts, groups(left, PATTERNS[0])]).sort("row")
    return columns(whole)


def groups(lines: pl.DataFrame, pattern: str) -> pl.DataFrame:
    found = pl.col("text").str.extract_groups(pattern).alias("is")
    read = lines.select("row", "text", found).unnest("is")
    none = [pl.lit(None, pl.String).alias(name) for name in GROUPS]
    return read.with_columns(
        expr
        for expr, name in zip(none, GROUPS, strict=True)
        if name not in read.columns
    ).select("row", "text", *GROUPS)


def columns(read: pl.DataFrame) -> pl.DataFrame:
    pid = pl.col("procid").cast(pl.Int64, strict=False)
    frame = priority.read(read).select(
        "head",
        "sd",
        more=pl.concat_str("msgid", "sd", separator=" ", ignore_nulls=True),
        message=pl.col("text").str.strip_prefix(pl.col("head")),
        stamp=named("stamp"),
        host=named("host"),
        app=named("app"),
        pid=pid,
        facility="facility",
        severity="severity",
        understood=pl.col("head").is_not_null(),
        procid=pl.when(pid.is_null()).then(named("procid")),
        msgid=named("msgid"),
        pri_invalid="pri_invalid",
        members=pl.lit(None, pl.String),
    )
    extras = [
        members.text("procid", pl.col("procid")),
        members.text("msgid", pl.col("msgid")),
        members.constant("pri", "invalid", pl.col("pri_invalid")),
    ]
    done = members.add(structured.read(frame), extras)
    return done.drop("sd", "procid", "msgid", "pri_invalid")


def named(name: str) -> pl.Expr:
    """The field, null where it is the NILVALUE."""
    return pl.when(pl.col(name) != "-").then(name)


CLAIMS = pl.col("text").str.contains(
    r"^(?:[0-9]{1,6} )?(?:<[0-9]{1,4}>[0-9]{1,5} +(?:-|[0-9]{4}-)"
    r"|1 [0-9]{4}-[0-9]{2}-[0-9]{2}T)"  # files keep no PRI
)
FORMAT = Format("rfc5424", CLAIMS, parse)
