"""Addresses in a message, each with what the words around it say of its role.

A message is split at everything that looks like an address; each is then judged by the
text to its left and right alone. What is no address: more than four numbers (a
version), numbers above 255, a clock time, part of a name, a network mask.
"""

from ipaddress import IPv6Address, ip_address

import polars as pl

from ingest import keys, spread

MARK = "\x01"
LONG_MAC = len("00:11:22:33:44:55:66:77")
MOST = 16  # addresses of one message that are looked at

HEX = "[0-9a-f]{1,4}"
FOUR = r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}"
COMPRESSED = rf"(?:{HEX}(?::{HEX}){{0,6}})?::(?:{HEX}(?::{HEX}){{0,6}})?"
FULL = rf"{HEX}(?::{HEX}){{7}}"
SIX_HINT = f"::|:(?:{HEX}:){{6}}"
MAPPED = rf"(?:{HEX}(?::{HEX}){{0,5}})?::(?:{HEX}:){{0,5}}{FOUR}"
SIX = rf"(?:{MAPPED}|{COMPRESSED}|(?:{HEX}:){{6}}{FOUR}|{FULL})"
ANY = f"{SIX}|{FOUR}"
OCTET = "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})"
VALID_FOUR = rf"^(?:{OCTET}\.){{3}}{OCTET}$"
BARE_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
CANONICAL_FOUR = rf"^(?:{BARE_OCTET}\.){{3}}{BARE_OCTET}$"

# What may stand between a key and its address: signs, then perhaps a word that leads
# to it: an interface (`outside:`), a protocol (`IPV4/UDP/`), a host name (`mail [`).
SIGN = r"[\s=:|\"'`\\\[<({/\])>]"
WORD = r"[a-z0-9_.\-]+"
BETWEEN = rf"(?:{SIGN}*|{SIGN}+(?:(?:{WORD}[:/@])+|{WORD}\s?[\[(<]))"
KIND = (
    r"(?:[_ .\-]?(?:ip(?:v[46])?|i|addr(?:ess(?:es)?)?|adr|host(?:name)?|ipaddr(?:ess)?"
    r"|h|machine|station|network))*"
)
START = r"(?:^|[^a-z0-9])"
SOURCE = (
    r"(?:(?:conn|original|orig|actual|real|attack)?[_ ]?src|(?:conn)?[_ ]?source|saddr"
    r"|id\.orig|orig(?:inator|inating)?|client|clientaddr|cip|c|remote|rem|rhost|rip"
    r"|raddr|remip|peer|attacker|offender|initiator|sender|caller|calling|from|sip|s"
    r"|user|login|spa|laddr|oip|ip[_ ]?src|admin|public|actor|requester"
    r"|subject|intruder|hacker|external|framed|assigned)"
)
TARGET = (
    r"(?:(?:conn|original|orig|actual|real)?[_ ]?dst|(?:conn)?[_ ]?dest(?:ination)?"
    r"|daddr|id\.resp|resp(?:onder)?|server|target|victim|to|dip|d|lip|local|faddr"
    r"|localip|listener|tpa|upstream|ip[_ ]?dst|connection with|onto|gatewaystation)"
)
OTHER = (
    r"(?:(?:[a-z]+[_.\-])*(?:source|destination|src|dst)?(?:nat|xlate|translated|mapped"
    r"|tran|newconn)(?:[_.\-]?[a-z]+)*|dvc|device|dev|nas|(?:sub)?net[ _]?mask|mask"
    r"|next[ _-]?hop|gateway|gw|gaddr|router|dns|ntp|version|ver|v|release|build|serial"
    r"|firmware|oid|mib|chrome|chromium|crios|safari|firefox|fxios|edge|edg|opera|opr"
    r"|msie|trident|applewebkit)"
)
IS_SOURCE = rf"(?:{START}{SOURCE}{KIND}|<-){BETWEEN}$"
IS_TARGET = rf"(?:{START}{TARGET}{KIND}|->|=>|→|»){BETWEEN}$"
# The other mail server: whom a message went to, or else whence it came.
IS_RELAY = rf"(?:^|[ ,])relay{BETWEEN}$"
HAS_RECIPIENT = "(?:^|[ ,])to=<"
WAS_SENT = r"^\]?(?::[0-9]+)?,? (?:delay|dsn|stat|conn_use)="
# `host mx.example.net[…] said`.
IS_HOST = r"(?:^|[ (])host [a-z0-9.\-]+\[$"
# A machine that may well be the one who acts.
IS_MACHINE = rf"{START}(?:endpoint|machine|station){KIND}{BETWEEN}$"
# Whose address it is, the key does not say: it is the other end's, the client's.
IS_BARE = rf"{START}(?:ip[_ ]?addr(?:ess)?|ip|addr|address){KIND}{BETWEEN}$"
# `[192.0.2.1] ann(REALM)[ROLES]`: the gates of Pulse name the client like that.
NAMES_USER = r"^\] [^ ()\[\]]+\([^)]*\)\["
IS_OTHER = rf"(?:{START}{OTHER}{KIND}{SIGN}*|^[:/][0-9]+ ?\()$"
# Under a key that says nothing of a role. `label: address` is no key: labels are prose.
KEYED = r"[a-z0-9_\]\-](?:[\"']?\s?=\s?|[\"']\s?:\s?)[\"'\[<({]*$"

INSIDE_LEFT = r"[a-z0-9_.]$"
INSIDE_RIGHT = r"^(?:[a-z0-9_]|\.[a-z0-9_]|-[a-z0-9\-]*\.)"
# As tcpdump writes it: a short one only before its arrow.
DOT_PORT = r"^\.(?:([0-9]{4,5})(?:[^0-9.]|$)|([0-9]{1,5}) > )"
PORT = (
    r"^(?:\]?:|#|\s?\(|\[|\]?[,;]?\s+(?:on )?(?:src |source |dst )?port[ =:#]+"
    r"|\s:\s)([0-9]{1,5})(?:[^0-9.:]|[.:](?:[^0-9]|$)|$)"
)
SLASH_PORT = r"^/([0-9]{1,5})(?:[^0-9./]|\.(?:[^0-9]|$)|$)"

OTHER_ROLE, WEAK, PLAIN, SOURCE_ROLE, TARGET_ROLE = range(5)
LEFT, RIGHT = pl.col("left").str, pl.col("right").str
ADDRESS = pl.col("address").str
# 0.0.0.0 is an end only where a port or the place of a client says so.
IS_FLOW = r"^:[0-9]{1,5} ?-?>|^ - \S+ \["
ANY_OR_MASK = (pl.col("address") == "0.0.0.0") | (  # noqa: S104 (no binding)
    ADDRESS.starts_with("255.") & ADDRESS.ends_with(".0")
)
RELAY_ROLE = (
    pl.when(LEFT.contains(HAS_RECIPIENT) | RIGHT.contains(WAS_SENT))
    .then(TARGET_ROLE)
    .otherwise(SOURCE_ROLE)
)
MACHINES = ["endpoint", "machine", "station"]
# What an address may be, the most certain first: the role, a text that must stand
# there if it is seldom there, and the test.
ROLES: tuple[tuple[int | pl.Expr, pl.Expr | None, pl.Expr], ...] = (
    (OTHER_ROLE, None, LEFT.contains(IS_OTHER)),
    (WEAK, None, LEFT.ends_with("@")),
    (WEAK, LEFT.contains_any(MACHINES), LEFT.contains(IS_MACHINE)),
    (RELAY_ROLE, keys.text("relay", "left"), LEFT.contains(IS_RELAY)),
    (SOURCE_ROLE, None, LEFT.contains(IS_SOURCE)),
    (SOURCE_ROLE, RIGHT.starts_with("] "), RIGHT.contains(NAMES_USER)),
    (TARGET_ROLE, None, LEFT.contains(IS_TARGET)),
    (TARGET_ROLE, LEFT.ends_with("["), LEFT.contains(IS_HOST)),
    (SOURCE_ROLE, LEFT.contains_any(["ip", "addr"]), LEFT.contains(IS_BARE)),
    (OTHER_ROLE, None, LEFT.contains(KEYED)),
    (OTHER_ROLE, ANY_OR_MASK, ANY_OR_MASK & ~RIGHT.contains(IS_FLOW)),
)
# In a list of addresses and ports: alone between two addresses, then behind the second.
LIST_SIGN = r"(?:\",\"|,| )"
BETWEEN_PORT = rf"^{LIST_SIGN}([0-9]{{1,5}}){LIST_SIGN}$"
LONGEST_BETWEEN = len('","65535","')
LISTED_PORT = rf"^{LIST_SIGN}([0-9]{{1,5}})(?:{LIST_SIGN}|\"|\s|$)"
FOUND = {"src": pl.String, "sport": pl.Int32, "dst": pl.String, "dport": pl.Int32}


def find(rows: pl.DataFrame) -> spread.Columns:
    """src, sport, dst and dport of the rows (`row`, `lower`)."""
    marked = candidates(rows)
    told = mentions(marked) if len(marked) else marked
    if not len(told):
        return {name: spread.nothing(len(rows), kind) for name, kind in FOUND.items()}
    return roles(told, len(rows))


def candidates(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with something like an address, its places marked."""
    rows = rows.select("row", "lower")
    if rows["lower"].str.count_matches(MARK, literal=True).sum():
        rows = rows.with_columns(pl.col("lower").str.replace_all(MARK, " "))
    six = rows["lower"].str.contains(SIX_HINT)
    if not six.any():
        return marked(rows, FOUR)
    both = marked(rows.filter(~six), FOUR), marked(rows.filter(six), ANY)
    return pl.concat(both)


def marked(rows: pl.DataFrame, pattern: str) -> pl.DataFrame:
    replaced = rows["lower"].str.replace_all(pattern, MARK + "${0}" + MARK)
    made = pl.DataFrame({"row": rows["row"], "marked": replaced})
    return made.filter(replaced.str.count_matches(MARK, literal=True) > 0)


def mentions(marked: pl.DataFrame) -> pl.DataFrame:
    """One row per address: `row`, `address`, `port`, `role`, in order."""
    pieces = pl.col("marked").str.split(MARK).list.head(2 * MOST + 1)
    split = marked.select("row", pieces.alias("piece"))
    long = split.with_columns(
        place=pl.int_ranges(pl.col("piece").list.len(), dtype=pl.UInt32)
    ).explode("piece", "place")
    around = long.select(
        "row",
        "place",
        word="piece",
        left=pl.col("piece").shift(1),
        right=pl.col("piece").shift(-1),
    )
    # At the even places is what stands between; one cut off at MOST has no right side.
    around = around.filter(around["place"] % 2 == 1).drop_nulls("right")
    return judged(canonical(around.filter(~inside(around))))


def inside(around: pl.DataFrame) -> pl.Series:
    """Whether it is part of a name or of a longer number."""
    right = around["right"].str.contains(INSIDE_RIGHT)
    if right.any():
        right &= ~around["right"].str.contains(DOT_PORT)
    return right | around["left"].str.contains(INSIDE_LEFT)


def canonical(around: pl.DataFrame) -> pl.DataFrame:
    """Only what is an address, as canonical text in `address`."""
    is_canonical = around["word"].str.contains(CANONICAL_FOUR)
    found = around.filter(is_canonical).with_columns(address="word")
    if is_canonical.all():
        return found
    rest = around.filter(~is_canonical)
    others = pl.concat([padded(rest), sixes(rest)])
    return pl.concat([found, others]).sort("row", "place") if len(others) else found


def padded(around: pl.DataFrame) -> pl.DataFrame:
    """Some devices pad with zeros: 192.168.001.010."""
    address = pl.col("word").str.replace_all(r"(^|\.)0{1,2}([0-9])", "${1}${2}")
    valid = around.filter(pl.col("word").str.contains(VALID_FOUR))
    return valid.with_columns(address=address)


def sixes(around: pl.DataFrame) -> pl.DataFrame:
    """IPv6 addresses, each distinct one read once."""
    six = around.filter(pl.col("word").str.contains_any([":"]))
    words = six["word"].unique()
    texts = pl.Series([six_or_none(word) for word in words], dtype=pl.String)
    table = pl.DataFrame({"word": words, "address": texts}).drop_nulls()
    return six.join(table, on="word")


def addresses(words: pl.Series) -> pl.Series:
    """Canonical text of words that are addresses as a whole, null for the others."""
    four = words.str.contains(CANONICAL_FOUR).fill_null(False)
    found = words.zip_with(four, spread.nothing(len(words), pl.String))
    six = words.str.contains_any([":"]).fill_null(False)
    if not six.any():
        return found
    texts = [six_or_none(word.lower()) for word in words.filter(six)]
    return found.scatter(six.arg_true(), pl.Series(texts, dtype=pl.String))


def six_or_none(word: str) -> str | None:
    """Canonical text; None for what is none, and for `::` and mere names (`a::b`)."""
    try:
        address = ip_address(word)
    except ValueError:
        return None
    if not isinstance(address, IPv6Address) or not any(c.isdigit() for c in word):
        return None
    if len(word) == LONG_MAC and word.count(":") == 7:
        return None
    return str(address.ipv4_mapped or address)


def judged(around: pl.DataFrame) -> pl.DataFrame:
    return around.select("row", "address", role=roles_of(around), port=ports(around))


def roles_of(around: pl.DataFrame) -> pl.Series:
    """The role of each address; only what one test leaves open is asked the next."""
    found = pl.Series([PLAIN], dtype=pl.Int32).new_from_index(0, len(around))
    left = around.with_columns(at=pl.int_range(pl.len(), dtype=pl.UInt32))
    for role, hint, test in ROLES:
        if hint is not None and not left.select(hint).to_series().any():
            continue
        holds = left.select(test).to_series()
        if holds.any():
            told = left.filter(holds)
            said = told.select(pl.lit(role) if isinstance(role, int) else role)
            found = found.scatter(told["at"], said.to_series())
            left = left.filter(~holds)
        if not len(left):
            break
    return found


def ports(around: pl.DataFrame) -> pl.Series:
    """The port behind each address; the rare ways to write it are asked rarely."""
    usual = around["right"].str.extract(PORT, 1).cast(pl.Int32)
    right = around["right"].str
    rare = right.starts_with("/") | right.starts_with(".")
    if rare.any():
        usual = usual.scatter(rare.arg_true(), rare_ports(around.filter(rare)))
    if not (right.len_bytes() <= LONGEST_BETWEEN).any():
        return usual
    between = right.extract(BETWEEN_PORT, 1).cast(pl.Int32)
    if between.null_count() == len(between):
        return usual
    return listed(around, usual, between)


def listed(around: pl.DataFrame, usual: pl.Series, between: pl.Series) -> pl.Series:
    """Ports in lists `address port address port`, the second as the first."""
    before = between.is_not_null().shift(1, fill_value=False)
    before &= around["row"] == around["row"].shift(1, fill_value=0)
    last = around["right"].str.extract(LISTED_PORT, 1).cast(pl.Int32)
    found = last.zip_with(before, spread.nothing(len(last), pl.Int32))
    return pl.select(pl.coalesce(usual, between, found)).to_series()


def rare_ports(around: pl.DataFrame) -> pl.Series:
    """After a point as in tcpdump, or a slash; there may stand a prefix length, too,
    unless an interface's name comes before or the number is too long for one."""
    right = pl.col("right").str
    slash = right.extract(SLASH_PORT, 1)
    interface = pl.col("left").str.contains("[a-z0-9][:/]$|^[:/(]")
    long = (slash.str.len_bytes() > 2) & ~pl.col("address").str.contains(":")
    port = pl.coalesce(
        right.extract(DOT_PORT, 1),
        right.extract(DOT_PORT, 2),
        pl.when(interface | long).then(slash),
    )
    return around.select(port=port.cast(pl.Int32))["port"]


def roles(told: pl.DataFrame, height: int) -> spread.Columns:
    """Source and target of each row: by words first, what is left by order."""
    # Where each stands. Of several put at one row the last stays: so from behind.
    at = pl.int_range(pl.len(), dtype=pl.UInt32)
    places = told.select(pl.col("row", "role").reverse(), at=at.reverse())
    one = first(places, places["role"] == PLAIN, height)
    ends = pl.DataFrame(
        {
            "source": first(places, places["role"] == SOURCE_ROLE, height),
            "target": first(places, places["role"] == TARGET_ROLE, height),
            "one": one,
            "two": first(places, is_second(places, one), height),
        }
    ).select(
        src=pl.coalesce("source", "one"),
        dst=pl.coalesce(
            "target", pl.when(pl.col("source").is_null()).then("two").otherwise("one")
        ),
    )
    weak = first(places, places["role"] == WEAK, height)
    src = with_weak(told["address"], ends["src"], ends["dst"], weak)
    picked = told.select("address", "port")
    from_ends = picked.select(pl.all().gather(src))
    to_ends = picked.select(pl.all().gather(ends["dst"]))
    return {
        "src": from_ends["address"],
        "sport": from_ends["port"],
        "dst": to_ends["address"],
        "dport": to_ends["port"],
    }


def first(places: pl.DataFrame, which: pl.Series, height: int) -> pl.Series:
    """For each row of the batch where its first such address stands."""
    rows, at = places["row"].filter(which), places["at"].filter(which)
    none = spread.nothing(height, pl.UInt32)
    return none.scatter(rows, at) if len(at) else none


def is_second(places: pl.DataFrame, one: pl.Series) -> pl.Series:
    """Plain addresses that are not the first of their row."""
    return (places["role"] == PLAIN) & (places["at"] != one.gather(places["row"]))


def with_weak(
    address: pl.Series, src: pl.Series, dst: pl.Series, weak: pl.Series
) -> pl.Series:
    """`root@192.0.2.1` is the source where nothing else is."""
    if weak.null_count() == len(weak):
        return src
    same = (address.gather(weak) == address.gather(dst)).fill_null(False)
    return src.zip_with(src.is_not_null() | same, weak)
