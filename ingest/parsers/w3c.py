"""Access logs of IIS (W3C extended) with its own order of fields.

`date time [site machine] server-address method path query port user client-address …`:
the parts that stand around the method are known by their shape.
"""

import re

import polars as pl

from ingest.parsers import facts_of, rowwise
from ingest.parsers.format import Format
from ingest.parsers.rowwise import Fields

ADDRESS = r"[0-9A-Fa-f.:%]+"
LINE = re.compile(
    r"^(?P<stamp>[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}) "
    rf"(?:(?P<site>W3SVC[0-9]*) )?(?:(?P<device>[A-Za-z0-9_.\-]+) )?(?P<dst>{ADDRESS}) "
    r"(?P<method>[A-Z]{3,16}) (?P<path>\S+) (?P<query>\S+) (?P<dport>[0-9]{1,5}) "
    rf"(?P<user>\S+) (?P<src>{ADDRESS})(?: |$)"
)
FACTS = {name: (name,) for name in ("src", "dst", "dport", "user", "device", "stamp")}


def read(message: str) -> Fields | None:
    found = LINE.match(message)
    if not found:
        return None
    parts = found.groupdict()
    columns = facts_of.columns(parts, FACTS)
    http = {
        name: parts[name] for name in ("method", "path", "query") if parts[name] != "-"
    }
    return columns | {"data": {"http": http}, "prose": ""}


def parse(lines: pl.DataFrame) -> pl.DataFrame:
    """A header format may have taken time and address for its own."""
    whole = lines.with_columns(message=pl.concat_str("head", "message"))
    return rowwise.parse(whole, read)


CLAIMS = pl.col("message").str.contains(
    r"^(?:\S+ ){0,5}[A-Z]{3,16} /\S* \S+ [0-9]{1,5} "
)
METHODS = (
    *("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE"),
    *("PROPFIND", "SEARCH", "RPC_IN_DATA", "RPC_OUT_DATA"),
)
WORDS = tuple(f"{method} /" for method in METHODS)
FORMAT = Format("w3c", CLAIMS, parse, WORDS)
