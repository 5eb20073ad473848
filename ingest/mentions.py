"""Addresses in a message, each with what the words around it say of its role.

A message is split at everything that looks like an address; each is then judged by the
text to its left and right alone. What is no address: more than four numbers (a
version), numbers above 255, a clock time, part of a name, a network mask.
"""

from ipaddress import IPv6Address, ip_address

import polars as pl

from ingest import listed, roles, spread
from ingest.roles import BARE_ROLE, PLAIN, SOURCE_ROLE, TARGET_ROLE, WEAK

MARK = "\x01"
LONG_MAC = len("00:11:22:33:44:55:66:77")
MOST = 16  # addresses of one message that are looked at

HEX = "[0-9a-f]{1,4}"
FOUR = r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}"
COMPRESSED = rf"(?:{HEX}(?::{HEX}){{0,6}})?::(?:{HEX}(?::{HEX}){{0,6}})?"
FULL = rf"{HEX}(?::{HEX}){{7}}"
SIX_HINT = f"::|:(?:{HEX}:){{6}}"
# A port that stands behind without brackets is known by having five digits.
SIX_PORT = rf"(^|[^0-9a-z:.])({COMPRESSED}):([0-9]{{5}})\b"
MAPPED = rf"(?:{HEX}(?::{HEX}){{0,5}})?::(?:{HEX}:){{0,5}}{FOUR}"
SIX = rf"(?:{MAPPED}|{COMPRESSED}|(?:{HEX}:){{6}}{FOUR}|{FULL})"
ANY = f"{SIX}|{FOUR}"
OCTET = "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})"
VALID_FOUR = rf"^(?:{OCTET}\.){{3}}{OCTET}$"
BARE_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
CANONICAL_FOUR = rf"^(?:{BARE_OCTET}\.){{3}}{BARE_OCTET}$"

INSIDE_LEFT = r"[a-z0-9_.]$"
INSIDE_RIGHT = r"^(?:[a-z0-9_]|\.[a-z0-9_]|-[a-z0-9\-]*\.)"
# As tcpdump writes it: a short one only before its arrow.
DOT_PORT = r"^\.(?:([0-9]{4,5})(?:[^0-9.]|$)|([0-9]{1,5}) > )"
PORT = (
    r"^(?:\]?:|#|\s?\(|\[|\]?[,;]?\s+(?:on )?(?:src |source |dst )?port[ =:#]+"
    r"|\s:\s)([0-9]{1,5})(?:[^0-9.:]|[.:](?:[^0-9]|$)|$)"
)
SLASH_PORT = r"^/([0-9]{1,5})(?:[^0-9./]|\.(?:[^0-9]|$)|$)"

FOUND = {"src": pl.String, "sport": pl.Int32, "dst": pl.String, "dport": pl.Int32}


def find(rows: pl.DataFrame) -> spread.Columns:
    """src, sport, dst and dport of the rows (`row`, `lower`)."""
    marked = candidates(rows)
    told = mentions(marked) if len(marked) else marked
    if not len(told):
        return {name: spread.nothing(len(rows), kind) for name, kind in FOUND.items()}
    return ends(told, len(rows))


def candidates(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with something like an address, its places marked."""
    rows = rows.select("row", "lower")
    if rows["lower"].str.count_matches(MARK, literal=True).sum():
        rows = rows.with_columns(pl.col("lower").str.replace_all(MARK, " "))
    six = rows["lower"].str.contains(SIX_HINT)
    if not six.any():
        return marked(rows, FOUR)
    sixes = rows.filter(six)
    if sixes["lower"].str.contains(SIX_PORT).any():
        bare = pl.col("lower").str.replace_all(SIX_PORT, "${1}[${2}]:${3}")
        sixes = sixes.with_columns(bare)
    both = marked(rows.filter(~six), FOUR), marked(sixes, ANY)
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
    """Canonical text, without a zone (`%eth0`), which PostgreSQL refuses; None for what
    is no address, and for `::` and mere names (`a::b`)."""
    try:
        address = ip_address(word.partition("%")[0])
    except ValueError:
        return None
    if not isinstance(address, IPv6Address) or not any(c.isdigit() for c in word):
        return None
    if len(word) == LONG_MAC and word.count(":") == 7:
        return None
    return str(address.ipv4_mapped or address)


def judged(around: pl.DataFrame) -> pl.DataFrame:
    found = pl.DataFrame({"role": roles.find(around), "port": ports(around)})
    told = around.select("row", "address").hstack(found)
    return listed.add(told, around)


def ports(around: pl.DataFrame) -> pl.Series:
    """The port behind each address; the rare ways to write it are asked rarely."""
    usual = around["right"].str.extract(PORT, 1).cast(pl.Int32)
    right = around["right"].str
    rare = right.starts_with("/") | right.starts_with(".")
    if rare.any():
        usual = usual.scatter(rare.arg_true(), rare_ports(around.filter(rare)))
    return usual


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


def ends(told: pl.DataFrame, height: int) -> spread.Columns:
    """Source and target of each row: by words first, what is left by order."""
    # Where each stands. Of several put at one row the last stays: so from behind.
    at = pl.int_range(pl.len(), dtype=pl.UInt32)
    places = told.select(pl.col("row", "role", "port").reverse(), at=at.reverse())
    one = first(places, places["role"] == PLAIN, height)
    has_source = pl.coalesce("source", "bare").is_not_null()
    ends = pl.DataFrame(
        {
            "source": first(places, places["role"] == SOURCE_ROLE, height),
            "bare": first(places, places["role"] == BARE_ROLE, height),
            "target": first(places, places["role"] == TARGET_ROLE, height),
            "one": one,
            "two": first(places, is_second(places, one), height),
            "other": first(places, is_other_end(places), height),
        }
    ).select(
        src=pl.coalesce("source", "bare", "one"),
        dst=pl.coalesce(
            "target",
            pl.when(has_source).then("one").otherwise("two"),
            "other",
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


def is_other_end(places: pl.DataFrame) -> pl.Series:
    """`from IP=192.0.2.1:4711 (IP=10.0.0.2:389)`: with a port and no role, behind the
    source."""
    mine = places["row"]
    sources = mine.filter(places["role"] == SOURCE_ROLE)
    ends = (places["role"] == BARE_ROLE) & places["port"].is_not_null()
    return ends & mine.is_in(sources.unique().implode()) if ends.any() else ends


def with_weak(
    address: pl.Series, src: pl.Series, dst: pl.Series, weak: pl.Series
) -> pl.Series:
    """`root@192.0.2.1` is the source where nothing else is."""
    if weak.null_count() == len(weak):
        return src
    same = (address.gather(weak) == address.gather(dst)).fill_null(False)
    return src.zip_with(src.is_not_null() | same, weak)
