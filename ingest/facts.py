"""Facts of a message that no parser knew: addresses, ports, protocol, user, action.

Each finder takes all rows (`row`, `message`, and the same in lower case), looks closer
at those that a cheap test picked, and gives columns for all of them. What a format
already gave is never replaced. The peer of the transport is no fact.
"""

from collections.abc import Callable
from itertools import chain

import polars as pl

from ingest import actions, devices, keys, mentions, spread, users

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
    r"(?:^|[^a-z])(?:ip)?(?:trans)?[_ ]?proto(?:col)?(?:[_ \-]?(?:id|name|number))?"
    r"[\"']?\s?[=:]\s?[\"'\[(<]?([a-z0-9\-]{1,16})(?:[^a-z0-9]|$)"
)
PROTOCOL_WORD = (
    r"(?:^|[^a-z0-9_./\-])(tcp|udp|icmp|icmp6|icmpv6|ipv6-icmp|igmp|gre|esp|sctp"
    r"|vrrp)(?:[^a-z0-9_\-]|$)"
)
KNOWN = ["tcp", "udp", "icmp", "igmp", "gre", "esp", "ah", "sctp", "vrrp", "ospf"]
KNOWN += ["pim", "ipv6", "ipv6-icmp"]
PROTOCOL_HINTS = ["proto", "[tu][cd]p", "icmp", "igmp", "gre", "esp", "sctp", "vrrp"]

# `sport=4711`; behind the whole word `ClientPort 4711`, too.
VALUE = (
    r"(?:port[ \[]|(?:port|pt|p)[\"']?\s?[=:]\s?[\"']?)"
    r"([0-9]{1,5})(?:[^0-9.:]|[.:](?:[^0-9]|$)|$)"
)
SOURCE_PORT = (
    r"(?:^|[^a-z])(?:(?:conn|orig)?src|source|s|client|remote|rem|r|peer|c|orig"
    rf"|id\.orig)[_ .\-]?{VALUE}"
)
TARGET_PORT = (
    r"(?:^|[^a-z])(?:(?:conn|orig)?dst|(?:conn)?dest(?:ination)?|d|server|target"
    rf"|local|id\.resp)[_ .\-]?{VALUE}"
)
# A client without an address, as HAProxy writes it, and what a proxy is asked for.
# (What stands in later quotes, a client may have written.)
CLIENT_PORT = r"^(?:[^\"]* )?-:([0-9]{1,5}) \["
ASKED_PORT = (
    r"^(?:[^\"]*\"|[^\"]*/[0-9]{3} [0-9]+ )connect [a-z0-9._\-]+:([0-9]{1,5})(?: |$)"
)
# The ends of a tunnel or of a connection that a device opens itself.
OUTWARD = r"outbound|[^a-z]ike|ipsec|[^a-z]kmd_"
END = r"([_ .\-]?(?:interface)?(?:host)?[_ .\-]?(?:ip|port|addr(?:ess)?)? ?[=:])"
LOCAL = rf"(^|[^a-z])loc(?:al)?{END}"
REMOTE = rf"(^|[^a-z])rem(?:ote)?{END}"
PORT_KEYS = ["port", "spt", "dpt", "_p"]
WHOLE = ["src", "source", "client", "dst", "dest", "destination", "server", "remote"]
RARE = ["-:[0-9]", "connect [a-z]"]
HAS_PORT = keys.words(
    [
        rf"(?:{'|'.join(PORT_KEYS)})[\"']? ?[=:]",
        f"(?:{'|'.join(WHOLE)})[_ ]?port ",
        *RARE,
    ]
)
PORTS = (("sport", SOURCE_PORT), ("dport", TARGET_PORT))
RARE_PORTS = (("sport", CLIENT_PORT), ("dport", ASKED_PORT))

Find = Callable[[pl.DataFrame], spread.Columns]
FOUND = ["src", "sport", "dst", "dport", "proto", "user", "action", "host"]


def find(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with src, sport, dst, dport, proto, user, action, host filled in."""
    rows = frame.select("row", *FOUND, message=searched(frame))
    # What a format read completely is left alone.
    if frame["prose"].null_count() < len(frame):
        rows = rows.filter(frame["prose"].ne_missing(""))
    # Once for all: what is searched for in any case is found half as fast.
    rows = rows.with_columns(lower=pl.col("message").str.to_lowercase())
    rows = outward(rows)
    columns = (filled(frame, rows, *finder) for finder in FINDERS)
    return frame.with_columns(*chain.from_iterable(columns))


def filled(
    frame: pl.DataFrame, rows: pl.DataFrame, names: list[str], find: Find
) -> list[pl.Series]:
    """The columns with what is found in the rows where one of them is missing."""
    lack = pl.any_horizontal(pl.col(names).is_null())
    some = keys.picked(rows, lack)
    if not len(some):
        return []
    whole = len(some) == len(frame)
    at = some["row"]
    if not whole:
        some = some.with_columns(row=pl.int_range(pl.len(), dtype=pl.UInt32))
    found = [fill(some[name], new) for name, new in find(some).items()]
    return found if whole else [frame[new.name].scatter(at, new) for new in found]


def ends(rows: pl.DataFrame) -> spread.Columns:
    found = mentions.find(rows)
    found |= ports(rows, found)
    return found | unlike(rows, found)


def unlike(frame: pl.DataFrame, found: spread.Columns) -> spread.Columns:
    """The ends without those that a format has already put down as the other end."""
    other = {"src": frame["dst"], "dst": frame["src"]}
    none = spread.nothing(len(frame), pl.String)
    return {
        name: found[name].zip_with(found[name].ne_missing(known), none)
        for name, known in other.items()
        if known.null_count() < len(known)
    }


def outward(rows: pl.DataFrame) -> pl.DataFrame:
    """Whoever is called remote is the source, but not where the device itself goes out:
    there `local` is put down as the source and `remote` as the target."""
    both = rows["lower"].str.contains(OUTWARD)
    if both.any():
        both &= rows["lower"].str.contains(LOCAL) & rows["lower"].str.contains(REMOTE)
    if not both.any():
        return rows
    lower = rows["lower"].filter(both)
    lower = lower.str.replace_all(LOCAL, "${1}source${2}")
    lower = lower.str.replace_all(REMOTE, "${1}target${2}")
    return rows.with_columns(rows["lower"].scatter(both.arg_true(), lower))


def searched(frame: pl.DataFrame) -> pl.Expr:
    """The message, and before it what else of the line may hold facts."""
    message = pl.col("message")
    if frame["prose"].null_count() < len(frame):
        message = pl.coalesce("prose", "message")
    if frame["more"].null_count() == len(frame):
        return message
    return pl.concat_str("more", message, separator=" ", ignore_nulls=True)


def fill(known: pl.Series, found: pl.Series) -> pl.Series:
    """The column, its null values taken from what was found."""
    if known.null_count() < len(known):
        found = known.zip_with(known.is_not_null(), found)
    return found.alias(known.name)


def ports(rows: pl.DataFrame, found: spread.Columns) -> spread.Columns:
    """Ports by key names, wherever they stand; they count more than an address's."""
    some = keys.picked(rows, HAS_PORT)
    if not len(some):
        return {}
    told = {name: found[name] for name in ("sport", "dport")}
    rare = keys.picked(some, keys.words(RARE))
    for part, patterns in ((rare, RARE_PORTS), (some, PORTS)):
        for name, pattern in patterns if len(part) else ():
            values = part["lower"].str.extract(pattern, 1).cast(pl.Int32)
            told[name] = spread.over(told[name], part["row"], values)
    return told


def protocols(rows: pl.DataFrame) -> pl.Series:
    """The transport protocol by key, else by its bare name."""
    none = spread.nothing(len(rows), pl.String)
    named = keys.picked(rows, keys.words(PROTOCOL_HINTS))
    if not len(named):
        return none
    by_key = protocol(named["lower"], PROTOCOL_KEY)
    known = by_key.is_in(KNOWN).fill_null(False)
    if known.all():
        return spread.over(none, named["row"], by_key)
    worded = named.filter(~known)
    by_word = protocol(worded["lower"], PROTOCOL_WORD)
    found = spread.over(none, worded["row"], by_word)
    return spread.over(found, named["row"].filter(known), by_key.filter(known))


def protocol(texts: pl.Series, pattern: str) -> pl.Series:
    """A protocol's name as we write it."""
    return texts.str.extract(pattern, 1).replace(PROTOCOLS)


FINDERS: tuple[tuple[list[str], Find], ...] = (
    (["src", "sport", "dst", "dport"], ends),
    (["proto"], lambda rows: {"proto": protocols(rows)}),
    (["user"], lambda rows: {"user": users.find(rows)}),
    (["action"], lambda rows: {"action": actions.find(rows)}),
    (["host"], lambda rows: {"host": devices.find(rows)}),
)
