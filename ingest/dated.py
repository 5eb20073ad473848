"""The time of a line whose header has none: the first full date at its beginning.

Many programs write their own: `[2026-07-26 11:59:58] …`, `"ts": 1785067198.5`,
`date=2026-07-26 time=11:59:58`, `msg=audit(1785067198.5:7)`. A date further on may be
about anything, so only the beginning is searched, and keys that mean the event's time.
"""

import polars as pl
from polars.expr.string import ExprStringNameSpace as StringExpr

from ingest import members, spread, stamps

BEGINNING = 110  # characters
STAMP = (
    rf"({stamps.ISO}|{stamps.CLF}|{stamps.FULL_BSD}|{stamps.SLASHED}"
    rf"|{stamps.DAY_FIRST}|{stamps.DOTTED})"
)
AT_START = rf"(?:^|[^0-9A-Za-z.\-]){STAMP}(?:$|[^0-9A-Za-z.\-])"
SPLIT = (
    r"(?:^|[^a-z])date\"?[=:] ?\"?([0-9]{4}-[0-9]{2}-[0-9]{2})\"?[ ,]+"
    r"\"?time\"?[=:] ?\"?([0-9]{2}:[0-9]{2}:[0-9]{2})"
)
OFFSET = (
    r"(?:^|[ ,])(?:tz|timezone)=\"?([+-][0-9]{2}:?[0-9]{2}"
    r"|(?:UTC|GMT)[+-][0-9]{1,2}(?::[0-9]{2})?|[A-Z]{3,4})\b"
)
KEY = (
    r"(?:@?timestamp|ts|time|datetime|asctime|event_?time|timegenerated|created_?at"
    r"|generated_?at|occurred_?at|detected_?at|iso_?timestamp)"
)
IS = r"[\"']?\s?[=:]\s?[\"']?"
KEYED = rf"(?i)(?:^|[^a-z_.]){KEY}{IS}{STAMP}"
SECOND_DIGITS = 10  # of an epoch, until 2286
QUARTER = 900  # seconds: what zones are apart
FURTHEST = 14 * 4  # quarters of an hour from UTC
SECONDS = r"([0-9]{10}(?:\.[0-9]{1,9}|(?:[0-9]{3}){1,3})?)(?:[^0-9.]|$)"
EPOCH = rf"(?i)(?:^|[^a-z_.])(?:{KEY}{IS}|audit\(){SECONDS}"
# What is called so is better than any other date. FortiOS gives it beside its clock.
EVENT = rf"(?i)event[_ ]?time{IS}{STAMP}"
EVENT_NAME = r"(?i)event[_ ]?time"
EVENT_EPOCH = rf"(?i)event_?time{IS}{SECONDS}"


# A header's stamp without a year gives way to one that has everything.
YEARLESS = len("Jul 26 11:59:58")  # and no shorter than an epoch, which has no year
CLOCK = len("11:59:58")
YEAR = (
    r"20[0-9]{2}[\-/][0-9]|[a-z][\-/]20[0-9]{2}[: ]|[0-9] 20[0-9]{2}[ \-/:]"
    r"|20[0-9]{2} [A-Z]"
)
WHOLE = (
    r"(?:^|[ :=\"])("
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]|[0-9]{4} [A-Z][a-z]{2} [ 0-9][0-9] )"
    r"[0-9:]{8}(?:[.,][0-9]{1,9})? ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2})"
    r")(?:$|[^0-9A-Za-z.])"
)


def add(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with `stamp` filled in where the message begins with a time."""
    return refined(filled(frame))


def believed() -> pl.Expr:
    """The message without what a client may have written."""
    return pl.coalesce("dated", "message")


def refined(frame: pl.DataFrame) -> pl.DataFrame:
    """A stamp without a year replaced by the whole one that the message begins with."""
    begins = frame.select(believed().str.head(BEGINNING)).to_series()
    short = frame["stamp"].str.len_bytes() <= YEARLESS
    bare = short & begins.str.contains(YEAR)
    bare = bare.fill_null(False)
    if not bare.any():
        return frame
    texts = begins.filter(bare)
    whole_ones = texts.str.extract(WHOLE, 1)
    alike = same(texts, frame["stamp"].filter(bare))
    found = whole_ones.zip_with(whole_ones.is_not_null(), alike)
    if found.null_count() == len(found):
        return frame
    none = spread.nothing(len(frame), pl.String)
    whole = spread.over(none, frame["row"].filter(bare), found)
    frame = members.add(frame, [members.text("stamp", pl.lit(whole))])
    return frame.with_columns(stamp=pl.coalesce(pl.lit(whole), "stamp"))


def same(texts: pl.Series, stamps: pl.Series) -> pl.Series:
    """A date without a zone is the header's moment where its clock shows the same."""
    found = texts.to_frame("text").select(
        split=day_and_clock(pl.col("text").str),
        start=pl.col("text").str.extract(AT_START, 1),
    )
    dates = found.select(pl.coalesce("split", "start")).to_series()
    both = pl.DataFrame({"date": dates, "clock": stamps.str.tail(CLOCK)})
    shows = pl.col("date").str.contains(pl.col("clock"), literal=True)
    is_same = both.select(shows.fill_null(False)).to_series()
    return dates.zip_with(is_same, spread.nothing(len(dates), pl.String))


def filled(frame: pl.DataFrame) -> pl.DataFrame:
    if not frame["stamp"].null_count():
        return frame
    bare = frame.filter(pl.col("stamp").is_null())
    bare = bare.select("row", told=believed())
    text = pl.col("told").str
    begins = text.head(BEGINNING).str
    clock = day_and_clock(text)
    named = bare["told"].str.contains(EVENT_NAME).any()
    event = text.extract(EVENT, 1) if named else pl.lit(None, pl.String)
    epoch = text.extract(EVENT_EPOCH, 1) if named else pl.lit(None, pl.String)
    read = bare.select(
        "row",
        clock=clock,
        zone=text.extract(OFFSET, 1),
        epoch=epoch,
        event=event,
        start=begins.extract(AT_START, 1),
        keyed=text.extract(KEYED, 1),
        seconds=text.extract(EPOCH, 1),
    )
    if read["epoch"].null_count() < len(read):
        read = read.with_columns(zone=pl.coalesce("zone", shown_zone()))
    found = read.select(
        "row",
        found=pl.coalesce(
            pl.concat_str("clock", "zone", separator=" "),
            *("epoch", "event", "clock", "start", "keyed", "seconds"),
        ),
    ).drop_nulls()
    frame = frame.join(found, on="row", how="left", maintain_order="left")
    frame = members.add(frame, [members.text("stamp", pl.col("found"))])
    return frame.with_columns(stamp=pl.coalesce("stamp", "found")).drop("found")


def day_and_clock(text: StringExpr) -> pl.Expr:
    """`date=… time=…` as one stamp."""
    return pl.concat_str(text.extract(SPLIT, 1), text.extract(SPLIT, 2), separator=" ")


def shown_zone() -> pl.Expr:
    """The offset at which the clock shows the instant beside it: `+02:00`."""
    clock = pl.col("clock").str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
    seconds = pl.col("epoch").str.head(SECOND_DIGITS).cast(pl.Int64)
    ahead = clock.dt.epoch("s") - seconds
    quarters = (ahead / QUARTER).round().cast(pl.Int64)
    sign = pl.when(quarters < 0).then(pl.lit("-")).otherwise(pl.lit("+"))
    hours = (quarters.abs() // 4).cast(pl.String).str.zfill(2)
    minutes = (quarters.abs() % 4 * 15).cast(pl.String).str.zfill(2)
    zone = pl.concat_str(sign, hours, pl.lit(":"), minutes)
    return pl.when(quarters.abs() <= FURTHEST).then(zone)
