"""Connections of Cisco ASA and Firepower: which end is the source.

The messages name the interfaces' ends in the order of their security levels, so that a
connection that was built outbound has its source second; `faddr` is the far end and
`laddr` the near one. (Cisco, "ASA Series Syslog Messages": 106023, 106100, 302013 to
302021, 305011, 607001, 609001.)
"""

import polars as pl

from ingest import mentions
from ingest.parsers import cisco
from ingest.parsers.format import Format

NAT = r"(?: ?\([^)]*\))*"
END = r"[^\s:]+:(?<{0}>[^\s/()]+)(?:/(?<{0}p>[0-9]{{1,5}}))?" + NAT
FLOW = rf"(?:for|from|src) {END.format('a')},? (?:to|dst) {END.format('b')}"
ACCESS = (
    r"[^\s/]+/(?<a>[^\s()]+)\((?<ap>[0-9]+)\)(?:\([^)]*\))? -> "
    r"[^\s/]+/(?<b>[^\s()]+)\((?<bp>[0-9]+)\)"
)
ICMP = rf"faddr (?<a>[^\s/]+)/(?<ap>[0-9]+){NAT} gaddr \S+ ?{NAT} ?laddr (?<b>[^\s/]+)"
ICMP += r"/(?<bp>[0-9]+)"
HOST = r"local-host [^\s:]+:(?<a>[^\s/]+)"
PATTERNS = (FLOW, ACCESS, ICMP, HOST)
OUTBOUND = r"Built outbound |Pre-allocate "
ENDS = ("a", "ap", "b", "bp")


def parse(lines: pl.DataFrame) -> pl.DataFrame:
    message = lines["message"]
    ends = read(message)
    a, b = (mentions.addresses(ends[name]) for name in ("a", "b"))
    outbound = message.str.contains(OUTBOUND)
    named = cisco.parse(lines)
    return named.with_columns(
        src=b.zip_with(outbound, a),
        dst=a.zip_with(outbound, b),
        sport=ends["bp"].zip_with(outbound, ends["ap"]).cast(pl.Int32, strict=False),
        dport=ends["ap"].zip_with(outbound, ends["bp"]).cast(pl.Int32, strict=False),
        understood=ends["a"].is_not_null(),
    )


def read(messages: pl.Series) -> pl.DataFrame:
    """The ends that the first pattern reads that fits."""
    found = groups(messages, PATTERNS[0])
    for pattern in PATTERNS[1:]:
        left = found["a"].is_null()
        if not left.any():
            break
        more = groups(messages.filter(left), pattern)
        at = left.arg_true()
        found = found.with_columns(found[n].scatter(at, more[n]) for n in ENDS)
    return found


def groups(messages: pl.Series, pattern: str) -> pl.DataFrame:
    """The groups of a pattern, those that it does not have null."""
    read = messages.str.extract_groups(pattern).struct.unnest()
    none = pl.lit(None, pl.String)
    return read.select(
        (pl.col(name) if name in read.columns else none).alias(name) for name in ENDS
    )


CLAIMS = pl.col("message").str.contains(
    r"(?:Built|Teardown|Deny|[Dd]enied|permitted|est-allowed|Pre-allocate|[Ff]ailed"
    r"|Dropping|bypass|reset|monitored|whitelisted|blacklisted|translation|Inbound) "
)
WORDS = ("%ASA-", "%FTD-", "%FWSM-", "%PIX-", " faddr ")
FORMAT = Format("asa", CLAIMS, parse, WORDS)
