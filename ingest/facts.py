"""Facts of a message that no parser knew: addresses, ports, protocol, user, action.

Each finder takes the rows that a cheap test picked and gives what it found by `row`.
What a format already gave is never replaced. The peer of the transport is no fact.
"""

import polars as pl

from ingest import actions, keys, mentions, users

PROTOCOLS = {
    "1": "icmp",
    "2": "igmp",
    "6": "tcp",
    "17": "udp",
    "41": "ipv6",
    "47": "gre",
    "50": "esp",
    "51": "ah",
    "58": "ipv6-icmp",
    "89": "ospf",
    "103": "pim",
    "112": "vrrp",
    "132": "sctp",
    "icmp6": "ipv6-icmp",
    "icmpv6": "ipv6-icmp",
}
PROTOCOL_KEY = (
    r"(?i)(?:^|[^a-z])(?:ip)?(?:trans)?[_ ]?proto(?:col)?(?:[_ \-]?(?:id|name|number))?"
    r"[\"']?\s?[=:]\s?[\"'\[(<]?([a-z0-9\-]{1,16})(?:[^a-z0-9]|$)"
)
PROTOCOL_WORD = (
    r"(?i)(?:^|[^a-z0-9_./\-])(tcp|udp|icmp|icmp6|icmpv6|ipv6-icmp|igmp|gre|esp|sctp"
    r"|vrrp)(?:[^a-z0-9_\-]|$)"
)
KNOWN = ["tcp", "udp", "icmp", "igmp", "gre", "esp", "ah", "sctp", "vrrp", "ospf"]
KNOWN += ["pim", "ipv6", "ipv6-icmp"]
PROTOCOL_HINTS = [
    "(?:ip|trans|conn)*_?proto",
    "[tu][cd]p",
    "icmp",
    "igmp",
    "gre",
    "esp",
]
PROTOCOL_HINTS += ["sctp", "vrrp", "ipv6-icmp"]

VALUE = r"[\"']?\s?[=:]\s?[\"']?([0-9]{1,5})(?:[^0-9.:]|[.:](?:[^0-9]|$)|$)"
SOURCE_PORT = (
    r"(?i)(?:^|[^a-z])(?:(?:conn|orig)?src|source|s|client|remote|rem|peer|c|orig"
    rf"|id\.orig)[_ .\-]?(?:port|pt|p){VALUE}"
)
TARGET_PORT = (
    r"(?i)(?:^|[^a-z])(?:(?:conn|orig)?dst|(?:conn)?dest(?:ination)?|d|server|target"
    rf"|local|id\.resp)[_ .\-]?(?:port|pt|p){VALUE}"
)
PORT_KEYS = ["port", "spt", "dpt", "_p"]


def find(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with src, sport, dst, dport, proto, user and action filled in."""
    rows = frame.select("row", message=searched(frame))
    for found in (
        ports(rows),
        mentions.find(rows),
        protocols(rows),
        users.find(rows),
        actions.find(rows),
    ):
        frame = fill(frame, found)
    return frame


def searched(frame: pl.DataFrame) -> pl.Expr:
    """The message, and before it what else of the line may hold facts."""
    if frame["more"].null_count() == len(frame):
        return pl.col("message")
    return pl.concat_str("more", "message", separator=" ", ignore_nulls=True)


def fill(frame: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """The frame, its null values taken from what was found."""
    if not len(found):
        return frame
    names = [name for name in found.columns if name != "row"]
    joined = frame.join(
        found, on="row", how="left", maintain_order="left", suffix=" found"
    )
    filled = (pl.coalesce(name, f"{name} found") for name in names)
    return joined.with_columns(filled).drop(f"{name} found" for name in names)


def ports(rows: pl.DataFrame) -> pl.DataFrame:
    """Ports by key names, wherever they stand."""
    some = keys.present(rows["message"], PORT_KEYS)
    text = pl.col("message").str
    return rows.filter(some).select(
        "row",
        sport=text.extract(SOURCE_PORT, 1).cast(pl.Int32),
        dport=text.extract(TARGET_PORT, 1).cast(pl.Int32),
    )


def protocols(rows: pl.DataFrame) -> pl.DataFrame:
    """The transport protocol by key, else by its bare name."""
    some = keys.words(rows["message"], PROTOCOL_HINTS)
    named = rows.filter(some).with_columns(key=lower(PROTOCOL_KEY))
    known = named["key"].is_in(KNOWN).fill_null(False)
    worded = named.filter(~known).select("row", proto=lower(PROTOCOL_WORD))
    keyed = named.filter(known).select("row", proto="key")
    return pl.concat([keyed, worded.drop_nulls()])


def lower(pattern: str) -> pl.Expr:
    """A protocol's name as we write it."""
    return (
        pl.col("message").str.extract(pattern, 1).str.to_lowercase().replace(PROTOCOLS)
    )
