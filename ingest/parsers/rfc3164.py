"""RFC 3164 as it is sent: `<PRI>Mmm dd hh:mm:ss HOST TAG[PID]: message`, and dialects.

The usual shape is read by one expression. What that leaves is taken apart in three
steps: PRI and what devices put before the stamp (Cisco's sequence number and name, `*`
or `.` where the clock is not set); the stamp, if any; then host and tag, which may be
missing. `head` is what the steps took.
"""

import polars as pl

from ingest import members, timestamps
from ingest.parsers import priority
from ingest.parsers.format import Format

NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]{0,253}[A-Za-z0-9_\-])?\.?"
ADDRESS = r"\[?[0-9A-Fa-f]*(?::[0-9A-Fa-f]*){2,7}(?:[0-9.]+)?(?:%[A-Za-z0-9_.\-]+)?\]?"
HOST = rf"(?:slot[0-9]/)?(?<host>{NAME}|{ADDRESS})"
# A tag is one word; `su(pam_unix)[7]:` and `/usr/sbin/cron[7]:` are some.
TAG = r"(?<app>[A-Za-z0-9_/.(\-][^ :\[\]<>{}=,;\"'|]*)"
PID = r"\[(?<pid>[0-9]{1,19})\]"
LEVEL = "(?:emerg|alert|crit|critical|err|error|warn|warning|notice|info|debug)"

# A Cisco mnemonic (`%ASA-4-106023:`) is no tag; it begins the message.
USUAL = (
    r"^(?<start>(?:<(?<pri>[0-9]{1,4})>)?"
    r"(?<stamp>[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}|"
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2}))"
    rf" (?<host>[A-Za-z0-9_.\-]+) )(?:(?<tag>{TAG}(?:{PID})?: ?)|%[A-Z])"
)
PRI = r"^(?<before>(?:[0-9]{1,6} )? ?<(?<pri>[0-9]{1,10}|[A-Za-z]{0,8})> ?)"
WORD = r"[A-Za-z0-9_.\-/]+"
PREFIX = (
    r"^(?<before>(?:[0-9]{1,3} +)?(?:[0-9]+: +)?(?:(?<device>"
    rf"{WORD})?: *)?(?:[0-9]+: +)?(?:\*(?<task>[^:]+): +)?(?<unset>[*.])?)"
    rf"(?<stamp>{timestamps.BSD}|{timestamps.ISO}|{timestamps.EPOCH})(?::? +|:?$)"
)
NUMERIC_LEVEL = r"^<(?<facility>[0-9]{1,2})\.(?<severity>[0-7])> +"
NAMED_LEVEL = r"^<[a-z0-9]+\.[a-z]+> +"
# What follows the stamp, most telling first; the groups `host`, `app` and `pid`.
# `keep` is looked at, but stays in the message.
AFTER = (
    rf"^{HOST} +(?<keep>(?:CEF|LEEF): ?[0-9])",
    rf"^{HOST} ?: +(?<keep>%[A-Z])",
    r"^(?<keep>(?:CEF|LEEF): ?[0-9])",
    rf"^{PID} ",
    rf"^{HOST} +{TAG}(?:{PID})?: ?",
    rf"^{HOST} +{LEVEL} +{TAG}(?:{PID})?: ?",
    r"^(?<host>(?:[0-9]{1,3}\.){3}[0-9]{1,3}): +",
    rf"^{TAG}(?:{PID})?:(?: |$)",
    rf"^{HOST} +{TAG}{PID} ",
    rf"^{HOST} +(?<app>[A-Za-z][A-Za-z0-9_./\-]+)$",
    rf"^{HOST}(?: +|$)",
)
# Without a stamp only these are safe: the first with a PRI, the second always.
TAGGED = rf"^{TAG}(?:{PID})?:(?: |$)"
TAGGED_PID = rf"^(?:{HOST} +)?{TAG}{PID}:(?: |$)"
NO_TAGS = ["CEF", "LEEF"]  # how their events begin
REPEATED = r"^-* ?last message repeated"


def parse(lines: pl.DataFrame) -> pl.DataFrame:
    groups = lines["text"].str.extract_groups(USUAL).struct.unnest()
    read = pl.DataFrame([lines["row"], lines["text"], *groups])
    usual = read["start"].is_not_null()
    for name in NO_TAGS:
        usual &= read["app"].ne_missing(name)
    if usual.all():
        return usual_columns(read).drop("row")
    left = read.filter(~usual).select("row", "text")
    both = [usual_columns(read.filter(usual)), dialect(left)]
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
    return members.join(*found) if found else pl.lit(None, pl.String)


def dialect(lines: pl.DataFrame) -> pl.DataFrame:
    frame = take(lines.with_columns(rest="text"), PRI)
    frame = take(frame, PREFIX)
    frame = levels(frame)
    stamped = frame["stamp"].is_not_null()
    parts = [after_stamp(frame.filter(stamped)), unstamped(frame.filter(~stamped))]
    merged = pl.concat(parts, how="diagonal")
    taken = pl.col("text").str.len_bytes() - pl.col("rest").str.len_bytes()
    head = pl.col("text").cast(pl.Binary).bin.head(taken).cast(pl.String)
    is_path = pl.col("device").str.contains("/", literal=True)  # RP/0/RP0/CPU0
    merged = merged.with_columns(
        head=head,
        host=pl.coalesce("host", pl.when(~is_path).then("device")),
        app=pl.coalesce("app", "task"),
        pri=pl.coalesce("pri", "level"),
    )
    return columns(merged)


def take(frame: pl.DataFrame, pattern: str) -> pl.DataFrame:
    """The frame with the pattern's groups, and `rest` without what it matched."""
    groups = pl.col("rest").str.extract_groups(pattern)
    read = frame.select(groups.alias("is")).unnest("is")
    rest = pl.col("rest").str.replace(pattern, "${keep}")
    named = [name for name in read.columns if name not in ("before", "keep")]
    return frame.with_columns(rest, *(read[name] for name in named))


def levels(frame: pl.DataFrame) -> pl.DataFrame:
    """`<4.6>` and `<mail.info>` after the stamp, as BSD's syslogd can write."""
    frame = take(frame, NUMERIC_LEVEL)
    number = pl.col("facility").cast(pl.Int32) * 8 + pl.col("severity").cast(pl.Int32)
    return frame.with_columns(
        pl.col("rest").str.replace(NAMED_LEVEL, ""), level=number.cast(pl.String)
    ).drop("facility", "severity")


def after_stamp(frame: pl.DataFrame) -> pl.DataFrame:
    """Host and tag after a stamp: the first pattern that fits."""
    frame = frame.with_columns(understood=pl.lit(True))
    repeated = frame["rest"].str.contains(REPEATED)
    # A device that named itself before the stamp does not do so again.
    bare = repeated | frame["device"].is_not_null()
    parts, left = [without_names(frame.filter(bare))], frame.filter(~bare)
    for pattern in AFTER:
        if not len(left):
            break
        fits = left["rest"].str.contains(pattern)
        if fits.any():
            parts.append(with_names(left.filter(fits), pattern))
            left = left.filter(~fits)
    return pl.concat([*parts, without_names(left)])


def with_names(frame: pl.DataFrame, pattern: str) -> pl.DataFrame:
    read = take(frame, pattern)
    missing = [name for name in ("host", "app", "pid") if name not in read.columns]
    read = read.with_columns(pl.lit(None, pl.String).alias(name) for name in missing)
    return read.select(*frame.columns, "host", "app", "pid")


def without_names(frame: pl.DataFrame) -> pl.DataFrame:
    none = (pl.lit(None, pl.String).alias(name) for name in ("host", "app", "pid"))
    return frame.with_columns(none)


def unstamped(frame: pl.DataFrame) -> pl.DataFrame:
    """Lines with a PRI or a tag at most; others are not for this format."""
    if not len(frame):
        return without_names(frame)
    with_pid = frame["rest"].str.contains(TAGGED_PID)
    has_pri = frame["pri"].is_not_null()
    tagged = ~with_pid & has_pri & frame["rest"].str.contains(TAGGED)
    bare = ~with_pid & ~tagged
    parts = [
        with_names(frame.filter(with_pid), TAGGED_PID),
        with_names(frame.filter(tagged), TAGGED),
        without_names(frame.filter(bare)),
    ]
    known = pl.col("pri").is_not_null() | pl.col("pid").is_not_null()
    return pl.concat(parts).with_columns(understood=known)


FORMAT = Format("rfc3164", pl.lit(True), parse)
