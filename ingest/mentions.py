"""Addresses in a message, each with what the words around it say of its role.

A message is split at everything that looks like an address; each is then judged by the
text to its left and right alone. What is no address: more than four numbers (a
version), numbers above 255, a clock time, part of a name, a network mask.
"""

from ipaddress import IPv6Address, ip_address

import polars as pl

MARK = "\x01"
MOST = 16  # addresses of one message that are looked at

HEX = "[0-9a-f]{1,4}"
FOUR = r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}"
COMPRESSED = rf"(?:{HEX}(?::{HEX}){{0,6}})?::(?:{HEX}(?::{HEX}){{0,6}})?"
FULL = rf"{HEX}(?::{HEX}){{7}}"
SEVEN_COLONS = rf":{HEX}:{HEX}:{HEX}:{HEX}:{HEX}:{HEX}:"
MAPPED = rf"(?:{HEX}(?::{HEX}){{0,5}})?::(?:{HEX}:){{0,5}}{FOUR}"
SIX = rf"(?:{MAPPED}|{COMPRESSED}|(?:{HEX}:){{6}}{FOUR}|{FULL})"
OCTET = "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})"
VALID_FOUR = rf"^(?:{OCTET}\.){{3}}{OCTET}$"

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
    r"|user|login|spa|laddr)"
)
TARGET = (
    r"(?:(?:conn|original|orig|actual|real)?[_ ]?dst|(?:conn)?[_ ]?dest(?:ination)?"
    r"|daddr|id\.resp|resp(?:onder)?|server|target|victim|to|dip|d|lip|local|faddr"
    r"|localip|listener|relay|tpa|upstream)"
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
# Whose address it is, the key does not say: it is the other end's, the client's.
IS_BARE = rf"{START}(?:ip[_ ]?addr(?:ess)?|ip|addr|address){KIND}{BETWEEN}$"
IS_OTHER = rf"(?:{START}{OTHER}{KIND}{SIGN}*|^[:/][0-9]+ ?\()$"
# Under a key that says nothing of a role. `label: address` is no key: labels are prose.
KEYED = r"[a-z0-9_\]\-](?:[\"']?\s?=\s?|[\"']\s?:\s?)[\"'\[<({]*$"

INSIDE_LEFT = r"[a-z0-9_.]$"
INSIDE_RIGHT = r"^(?:[a-z0-9_]|\.[a-z0-9_]|-[a-z0-9\-]*\.)"
DOT_PORT = r"^\.([0-9]{4,5})(?:[^0-9.]|$)"  # as tcpdump writes it
PORT = (
    r"^(?:\]?:|#|\s?\(|\[|\]?[,;]?\s+(?:on )?(?:src |source |dst )?port[ =:#]+|\s:\s)"
    r"([0-9]{1,5})(?:[^0-9.:]|[.:](?:[^0-9]|$)|$)"
)
SLASH_PORT = r"^/([0-9]{1,5})(?:[^0-9./]|\.(?:[^0-9]|$)|$)"

OTHER_ROLE, WEAK, PLAIN, SOURCE_ROLE, TARGET_ROLE = range(5)
FOUND = {"src": pl.String, "sport": pl.Int32, "dst": pl.String, "dport": pl.Int32}


def find(rows: pl.DataFrame) -> pl.DataFrame:
    """`row`, src, sport, dst, dport of the rows (`row`, `message`) with addresses."""
    told = mentions(candidates(rows))
    if not len(told):
        return pl.DataFrame(schema={"row": pl.UInt32, **FOUND})
    return roles(told)


def candidates(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with something like an address, its places marked."""
    message = pl.col("message").str.to_lowercase()
    message = message.str.replace_all(MARK, " ", literal=True)
    four = rows["message"].str.contains(FOUR)
    six = rows["message"].str.contains("::", literal=True)
    six |= rows["message"].str.contains(f"(?i){SEVEN_COLONS}")
    only_four, any_six = rows.filter(four & ~six), rows.filter(six)
    marked = MARK + "${0}" + MARK
    return pl.concat(
        [
            only_four.select("row", message.str.replace_all(FOUR, marked)),
            any_six.select("row", message.str.replace_all(f"{SIX}|{FOUR}", marked)),
        ]
    )


def mentions(marked: pl.DataFrame) -> pl.DataFrame:
    """One row per address: `row`, `address`, `port`, `role`, in order."""
    pieces = pl.col("message").str.split(MARK).list.head(2 * MOST + 1)
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
    ).filter((pl.col("place") % 2 == 1) & pl.col("right").is_not_null())
    outside = ~pl.col("left").str.contains(INSIDE_LEFT)
    right = pl.col("right").str
    outside &= ~right.contains(INSIDE_RIGHT) | right.contains(DOT_PORT)
    return judged(canonical(around.filter(outside)))


def canonical(around: pl.DataFrame) -> pl.DataFrame:
    """Only what is an address, as canonical text in `address`."""
    four = around["word"].str.contains(VALID_FOUR)
    six = around["word"].str.contains(":", literal=True)
    easy = around.filter(four)
    easy = easy.with_columns(without_zeros(easy["word"]).alias("address"))
    if not six.any():
        return easy
    words = around.filter(six)["word"].unique()
    texts = pl.Series([six_or_none(word) for word in words], dtype=pl.String)
    table = pl.DataFrame({"word": words, "address": texts}).drop_nulls()
    hard = around.filter(six).join(table, on="word")
    return pl.concat([easy, hard]).sort("row", "place")


def without_zeros(words: pl.Series) -> pl.Series:
    """Some devices pad with zeros: 192.168.001.010."""
    if not words.str.contains(r"(?:^|\.)0[0-9]").any():
        return words
    return words.str.replace_all(r"(^|\.)0{1,2}([0-9])", "${1}${2}")


def six_or_none(word: str) -> str | None:
    """Canonical text; None for what is none, and for `::` and mere names (`a::b`)."""
    try:
        address = ip_address(word)
    except ValueError:
        return None
    if not isinstance(address, IPv6Address) or not any(c.isdigit() for c in word):
        return None
    return str(address.ipv4_mapped or address)


def judged(around: pl.DataFrame) -> pl.DataFrame:
    left, right = pl.col("left"), pl.col("right")
    keyed = left.str.contains(KEYED)
    nothing = pl.col("address").str.contains(r"^(?:0\.0\.0\.0|255\.(?:[0-9]+\.){2}0)$")
    role = (
        pl.when(left.str.contains(IS_OTHER))
        .then(OTHER_ROLE)
        .when(left.str.contains("@$"))
        .then(WEAK)
        .when(left.str.contains(IS_SOURCE))
        .then(SOURCE_ROLE)
        .when(left.str.contains(IS_TARGET))
        .then(TARGET_ROLE)
        .when(left.str.contains(IS_BARE))
        .then(SOURCE_ROLE)
        .when(keyed | nothing)
        .then(OTHER_ROLE)
        .otherwise(PLAIN)
    )
    # After a slash stands a prefix length, unless it is too long for one.
    slash = right.str.extract(SLASH_PORT, 1)
    interface = left.str.contains(r"[a-z0-9][:/]$|^[:/(]")
    long = (slash.str.len_bytes() > 2) & ~pl.col("address").str.contains(":")
    slash = pl.when(interface | long).then(slash)
    after = right.str.extract(PORT, 1), right.str.extract(DOT_PORT, 1)
    port = pl.coalesce(*after, slash).cast(pl.Int32)
    return around.select("row", "place", "address", port=port, role=role)


def roles(told: pl.DataFrame) -> pl.DataFrame:
    """Source and target of each row: by words first, what is left by order."""
    source = first(told, SOURCE_ROLE, "src", "sport")
    target = first(told, TARGET_ROLE, "dst", "dport")
    found = told.select("row").unique(maintain_order=True)
    found = found.join(source, on="row", how="left", maintain_order="left")
    found = found.join(target, on="row", how="left", maintain_order="left")
    return with_weak(with_plain(found, told), told)


def with_plain(found: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    plain = told.filter(pl.col("role") == PLAIN)
    if not len(plain):
        return found.select("row", *FOUND)
    spare = plain.group_by("row", maintain_order=True).agg(
        one=pl.struct("address", "port").first(),
        two=pl.struct("address", "port").get(1, null_on_oob=True),
    )
    return by_order(found.join(spare, on="row", how="left", maintain_order="left"))


def with_weak(found: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """`root@192.0.2.1` is the source where nothing else is."""
    weak = first(told, WEAK, "src weak", "sport weak")
    if not len(weak):
        return found
    joined = found.join(weak, on="row", how="left", maintain_order="left")
    use = pl.col("src").is_null() & (pl.col("src weak") != pl.col("dst")).fill_null(
        True
    )
    return joined.select(
        "row",
        src=pl.when(use).then("src weak").otherwise("src"),
        sport=pl.when(use).then("sport weak").otherwise("sport"),
        dst="dst",
        dport="dport",
    )


def first(told: pl.DataFrame, role: int, address: str, port: str) -> pl.DataFrame:
    mine = told.filter(pl.col("role") == role)
    once = mine.unique("row", keep="first", maintain_order=True)
    return once.select(
        "row", pl.col("address").alias(address), pl.col("port").alias(port)
    )


def by_order(found: pl.DataFrame) -> pl.DataFrame:
    no_src, no_dst = pl.col("src").is_null(), pl.col("dst").is_null()
    one, two = pl.col("one").struct, pl.col("two").struct
    next_one = {
        name: pl.when(no_src).then(two.field(name)).otherwise(one.field(name))
        for name in ("address", "port")
    }
    return found.select(
        "row",
        src=pl.when(no_src).then(one.field("address")).otherwise("src"),
        sport=pl.when(no_src).then(one.field("port")).otherwise("sport"),
        dst=pl.when(no_dst).then(next_one["address"]).otherwise("dst"),
        dport=pl.when(no_dst).then(next_one["port"]).otherwise("dport"),
    )
