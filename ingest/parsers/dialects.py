"""Headers that look like RFC 3164's and are not: what devices really put before a line.

A line is taken apart in three steps: PRI and what devices put before the stamp (Cisco's
sequence number and name, `*` or `.` where the clock is not set); the stamp, if any;
then host and tag, which may be missing. `rest` is what no step has taken.
"""

import polars as pl

from ingest import stamps
from ingest.parsers.tags import (
    FACILITY_NUMBERS,
    FOUR,
    HOST,
    LEVEL,
    NAME,
    PID,
    PROCESS,
    SEVERITY_NUMBERS,
    TAG,
    TITLE,
)

PRI = r"^(?<before>(?:[0-9]{1,6} )? ?<(?<pri>[0-9]{1,10}|[A-Za-z]{0,8})> ?)"
WORD = r"[A-Za-z0-9_.\-/]+"
# `07/26/2026:11:59:58 GMT`, `2026/07/26:11:59:58` of load balancers.
COLONED = (
    r"(?:[0-9]{2}/[0-9]{2}/[0-9]{4}|[0-9]{4}/[0-9]{2}/[0-9]{2}):"
    rf"{stamps.CLOCK}(?: (?:{stamps.ZONE})\b)?"
)
PREFIX = (
    r"^(?<before>\"?(?:[0-9]{1,3} +)?(?:[0-9]*: +)?(?:(?:(?<named>[A-Za-z0-9_.\-]+) )?"
    rf"(?<device>{WORD})?: *)?(?:[0-9]+: +)?(?:\*(?<task>[^:]+): +)?(?<unset>[*.])?)"
    rf"(?<stamp>{stamps.BSD}|{stamps.ISO}|{stamps.EPOCH}|{COLONED}"
    rf"|{stamps.DAY_FIRST}|{stamps.DOTTED})"
    # PostgreSQL's `STAMP:CLIENT:USER@DATABASE:[PID]:` of hosted databases.
    r"(?: ?:? +|, |:?$|(?<keep>:[^ ]*@[^ ]*:\[))"
)
# `[Jul 26 11:59:58] `, `[CEST Jul 26 11:59:58] `, `[1785067198] ` of
# daemons' own files, `26-Jul 11:59 host: ` of Bacula's.
OWN = (
    rf"^(?:\[(?:(?<zone>[A-Z]{{3,5}}) )?(?<stamp>{stamps.MONTH} {{1,2}}[0-9]{{1,2}}"
    rf" {stamps.CLOCK}|[0-9]{{10}}(?:\.[0-9]{{1,9}})?)\] +"
    rf"|(?<short>[0-9]{{2}}-{stamps.MONTH} [0-9]{{2}}:[0-9]{{2}}) (?<device>{NAME})"
    r"(?:: +| (?<keep>JobId [0-9]+: )))"
)
NUMERIC_LEVEL = r"^<(?<facility>[0-9]{1,2})\.(?<severity>[0-7])> +"
NAMED_LEVEL = (
    rf"^<?(?<facility>{'|'.join(FACILITY_NUMBERS)})\."
    rf"(?<severity>{'|'.join(SEVERITY_NUMBERS)})>? +"
)
SOME_LEVEL = r"^<?[a-z0-9]+\.[a-z]+>? "
UNKNOWN_LEVEL = r"^<[a-z0-9]+\.[a-z]+> +"
# A relay's host, then the device's own header.
RELAYED = (
    rf"^(?<relay>{NAME}) +(?:<[0-9]{{1,3}}>)?"
    rf"(?<inner>{stamps.BSD}|{stamps.ISO}) +(?<keep>{NAME} )"
)
# What follows the stamp, most telling first; the groups `host`, `app` and `pid`.
# `keep` is looked at, but stays in the message.
BODY = r"(?<keep>%[A-Z]|NetScreen )"  # begins a message of Cisco's or Juniper's
AFTER = (
    rf"^{HOST} +(?<keep>(?:CEF|LEEF): ?[0-9])",
    rf"^Original Address={HOST} +",  # Kiwi Syslog
    rf"^{LEVEL} +{TAG}(?:{PROCESS})?: ?",
    rf"^{HOST} ?: +{BODY}",
    rf"^{HOST} +(?<app>[A-Za-z][A-Za-z0-9_.\-]*) +(?<keep>%[A-Z][A-Z0-9_]*-)",
    r"^(?<keep>(?:CEF|LEEF): ?[0-9])",
    rf"^{PID} ",
    rf"^(?<keep>:[^ ]*@[^ ]*:{PID}:)",
    rf"^Message forwarded from {HOST}: +(?:{TAG}(?:{PROCESS})?: ?)?",
    rf"^{HOST} +{TAG}(?:{PROCESS})?: ?",
    rf"^{HOST} +{LEVEL} +{TAG}(?:{PROCESS})?: ?",
    # `source@host/relay` of syslog-ng, `[192.0.2.1]`.
    rf"^(?:[A-Za-z0-9_.\-]+@)?{HOST}(?:/[A-Za-z0-9_.\-]+)* +{TAG}(?:{PROCESS})?: ?",
    rf"^\[(?<host>{FOUR})\] +{TAG}(?:{PROCESS})?: ?",
    rf"^(?<keep>\[{LEVEL}\] (?<pid>[0-9]{{1,10}})#[0-9]+: )",  # nginx
    rf"^{HOST} +{FOUR} +{TAG}{PROCESS}: ?",
    rf"^{HOST} +{TITLE}{PID}: ?",
    rf"^(?<host>{FOUR}): +",
    # Firepower's audit log: SENDER: USER@ADDRESS, what was done.
    rf"^{TAG}: +{HOST}: +(?<keep>[^ @,:]+@[^,]{{1,64}}, )",
    rf"^{TAG}(?:{PROCESS})?:(?: |$)",
    rf"^{LEVEL} +{TAG}{PROCESS} ",
    rf"^(?<keep>{LEVEL}(?::| |$))",
    rf"^{HOST} +{TAG}{PID} ",
    rf"^{HOST},(?: (?<keep>[a-z])|(?<keep2>[A-Za-z_][A-Za-z0-9_]*=))",
)
OWN_DATE = r"^[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}[ ,]|^[0-9]{1,2}[. ]|^[A-Z][a-z]{2}, "
LONE_HOST = (
    rf"^{HOST} +(?<app>[A-Za-z][A-Za-z0-9_./\-]+)$",
    r"^(?<keep>[0-9]+(?: |$))",  # a number names nobody
    rf"^{HOST}(?: : +| +|$)",
)
# After a stamp in brackets, which may stand before any text.
BEHIND_OWN = (
    rf"^(?<keep>{LEVEL}{PID}:? )",
    rf"^ *(?:{LEVEL} +)?(?:{HOST} +)?{TAG}{PID}:?(?: |$)",
)
# Without a stamp only these are safe: with a PRI, and always.
BEHIND_PRI = (
    # Cisco without a clock; `2y10w` is how long it has been up.
    rf"^(?:[0-9]*: +)?(?:{HOST}: +)?(?:[0-9]+: +)?"
    rf"(?:(?:[0-9]+[ywdh]){{1,2}}: +|[0-9:]{{8}}: +)?{BODY}",
    rf"^{TAG}(?:{PROCESS})?:(?: |$)",
)
TAGGED_PID = rf"^ *(?:{LEVEL} +)?(?:{HOST} +)?{TAG}{PID}:(?: |$)"
ALWAYS = (
    TAGGED_PID,
    rf"^(?<keep>{LEVEL}: )",
    # `spamd: result: …`: a program and what of it.
    r"^(?<app>[a-z][a-z0-9_\-]{2,31}): (?<keep>[a-z][a-z0-9_\-]{2,31}: )",
    rf"^ *{LEVEL} +{TAG}{PID} +(?<keep>\[)",
)
# Written without any header: the first column is the host.
COLUMNS = (
    # log4j's `time, host, logger, LEVEL, …`
    rf"^(?:[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}},[0-9]{{3}}, ){HOST}, "
    r"(?<keep>[A-Za-z0-9_$]+\.[A-Za-z0-9_.$]+, [A-Z]+,)",
    rf"^(?<keep>{LEVEL},)",
    # `host,Label: value,Label: value`
    r"^(?<keep>(?<host>[A-Za-z0-9_][A-Za-z0-9_.\-]*),(?:[^,:]*,|[^,:]*[:/][\\/][^,]*,){0,9}?"
    r"[A-Z][A-Za-z ]{1,30}: ?[^,]*,(?:[^,]*,){0,9}?[A-Z][A-Za-z ]{1,30}:)",
)
REPEATED = r"^-* ?last message repeated"
NAMES = ("host", "app", "pid")


def read(lines: pl.DataFrame) -> pl.DataFrame:
    """`row`, `text` and the groups as text: `head`, `pri`, `stamp`, `host`, …"""
    frame = take(lines.with_columns(rest="text"), PRI)
    frame = own(take(frame, PREFIX))
    frame = levels(frame)
    stamped = frame["stamp"].is_not_null()
    parts = [after_stamp(frame.filter(stamped)), unstamped(frame.filter(~stamped))]
    merged = pl.concat(parts, how="diagonal")
    taken = pl.col("text").str.len_bytes() - pl.col("rest").str.len_bytes()
    head = pl.col("text").cast(pl.Binary).bin.head(taken).cast(pl.String)
    device = pl.when(~is_path()).then("device")
    # `router RP/0/RP0/CPU0:`, but `Module 6/0:` is none.
    named = pl.when(pl.col("device").str.count_matches("/", literal=True) > 1)
    return merged.with_columns(
        head=head,
        host=pl.coalesce("host", device, named.then("named")),
        app=pl.coalesce("app", "task"),
        pri=pl.coalesce("pri", "level"),
    )


def is_path() -> pl.Expr:
    return pl.col("device").str.contains("/", literal=True)  # RP/0/RP0/CPU0


def take(frame: pl.DataFrame, pattern: str) -> pl.DataFrame:
    """The frame with the pattern's groups, and `rest` without what it matched."""
    groups = pl.col("rest").str.extract_groups(pattern)
    read = frame.select(groups.alias("is")).unnest("is")
    rest = pl.col("rest").str.replace(pattern, "${keep}${keep2}")
    named = [name for name in read.columns if name not in ("before", "keep", "keep2")]
    return frame.with_columns(rest, *(read[name] for name in named))


def own(frame: pl.DataFrame) -> pl.DataFrame:
    """Stamps that only stand alone at the beginning of a line, in `own`, too."""
    found = frame["stamp"].is_null()
    if found.any():
        found &= frame["rest"].str.contains(OWN)
    frame = frame.with_columns(own=found)
    if not found.any():
        return frame
    read = take(frame.filter(found).drop("stamp", "device"), OWN)
    stamp = pl.concat_str("stamp", "zone", separator=" ", ignore_nulls=True)
    stamp = pl.when(pl.col("short").is_null()).then(stamp).otherwise("short")
    read = read.with_columns(stamp=stamp).select(frame.columns)
    return pl.concat([frame.filter(~found), read])


def levels(frame: pl.DataFrame) -> pl.DataFrame:
    """`<4.6>`, `mail.info` and `<mail.info>` after the stamp, as BSD's syslogd and
    consoles write."""
    frame = take(frame, NUMERIC_LEVEL)
    number = pl.col("facility").cast(pl.Int32) * 8 + pl.col("severity").cast(pl.Int32)
    frame = frame.with_columns(level=number).drop("facility", "severity")
    if not frame["rest"].str.contains(SOME_LEVEL).any():
        return frame.with_columns(pl.col("level").cast(pl.String))
    frame = take(frame, NAMED_LEVEL)
    facility = pl.col("facility").replace_strict(FACILITY_NUMBERS, default=None)
    severity = pl.col("severity").replace_strict(SEVERITY_NUMBERS, default=None)
    level = pl.coalesce("level", facility * 8 + severity)
    return frame.with_columns(
        pl.col("rest").str.replace(UNKNOWN_LEVEL, ""), level=level.cast(pl.String)
    ).drop("facility", "severity")


def after_stamp(frame: pl.DataFrame) -> pl.DataFrame:
    """Host and tag after a stamp: the first pattern that fits."""
    frame = frame.with_columns(understood=pl.lit(True))
    repeated = frame["rest"].str.contains(REPEATED)
    # A device that named itself before the stamp does not do so again; a card did not.
    path = frame.select(is_path().fill_null(False)).to_series()
    few = (frame["own"] | path) & ~repeated
    bare = repeated | (frame["device"].is_not_null() & ~few)
    parts = [
        without_names(frame.filter(bare)),
        first(frame.filter(few), BEHIND_OWN),
        named(frame.filter(~bare & ~few)),
    ]
    return pl.concat(parts)


def named(frame: pl.DataFrame) -> pl.DataFrame:
    if not len(frame):
        return without_names(frame)
    frame = relayed(frame)
    # A date with a blank and no PRI begins a program's own file rather than a header.
    own = frame["pri"].is_null() & frame["stamp"].str.contains(OWN_DATE)
    parts = [
        first(frame.filter(~own), (*AFTER, *LONE_HOST)),
        first(frame.filter(own), AFTER),
    ]
    return pl.concat(parts)


def relayed(frame: pl.DataFrame) -> pl.DataFrame:
    """The device's own header instead of the one that a relay put before it."""
    twice = frame["rest"].str.contains(RELAYED)
    if not twice.any():
        return frame
    read = take(frame.filter(twice), RELAYED)
    read = read.with_columns(stamp="inner").select(frame.columns)
    return pl.concat([frame.filter(~twice), read])


def first(frame: pl.DataFrame, patterns: tuple[str, ...]) -> pl.DataFrame:
    """The names by the first pattern that fits."""
    parts, left = [], frame
    for pattern in patterns:
        if not len(left):
            break
        fits = left["rest"].str.contains(pattern)
        if fits.any():
            parts.append(with_names(left.filter(fits), pattern))
            left = left.filter(~fits)
    return pl.concat([*parts, without_names(left)])


def with_names(frame: pl.DataFrame, pattern: str) -> pl.DataFrame:
    read = take(frame, pattern)
    missing = [name for name in NAMES if name not in read.columns]
    read = read.with_columns(pl.lit(None, pl.String).alias(name) for name in missing)
    return read.select(*frame.columns, *NAMES)


def without_names(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in NAMES)


def unstamped(frame: pl.DataFrame) -> pl.DataFrame:
    """Lines with a PRI or a tag at most; others are not for this format."""
    if not len(frame):
        return without_names(frame)
    has_pri = frame["pri"].is_not_null()
    parts = [
        first(frame.filter(has_pri), (TAGGED_PID, *BEHIND_PRI)),
        first(frame.filter(~has_pri), (*ALWAYS, *COLUMNS)),
    ]
    known = pl.any_horizontal(pl.col("pri", *NAMES).is_not_null())
    return pl.concat(parts).with_columns(understood=known)
