"""How devices write times, and what such a stamp says: year, month, clock, zone.

The patterns of header formats and the ones that take a stamp apart stand side by side.
"""

import polars as pl

from ingest import zones

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun"]
MONTHS += ["jul", "aug", "sep", "oct", "nov", "dec"]
MONTH_NUMBERS = {name: f"{number:02}" for number, name in enumerate(MONTHS, 1)}
MONTH_NUMBER = pl.col("month").str.to_lowercase().replace(MONTH_NUMBERS)

CLOCK = (
    "[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:[.,:][0-9]{1,12})?"
    r"(?: ?(?:AM|PM)\b(?:\.[0-9]{1,9})?)?"
)
ZONE = (
    rf"(?:[+-][0-9]{{2}}:?[0-9]{{2}}|Z"
    rf"|(?:{zones.NAMES})(?:[+-][0-9]{{1,2}}(?::[0-9]{{2}})?)?)"
)
MONTH = "(?:" + "|".join(name.title() for name in MONTHS) + ")"
WEEKDAY = "(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?"
YEAR = "(?:19|20)[0-9]{2}"

# What a header parser looks for, widest first. No groups: they are used inside others.
BSD = (
    rf"{WEEKDAY}(?:{YEAR} )?(?i:{MONTH})\.? {{1,2}}[0-9]{{1,2}}(?:,? {YEAR})?,? {{1,2}}"
    rf"{CLOCK}(?: {YEAR}\b)?(?: {ZONE}\b(?: {YEAR}\b)?|[+-][0-9]{{2}}:?[0-9]{{2}}\b)?"
)
# Behind a comma stand at most microseconds; where columns are listed, the next one.
HOUR = "[0-9]{1,2}:[0-9]{2}"
ISO = (
    "[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}(?:"
    rf"[T _\t]{{1,2}}{HOUR}"
    r"(?::[0-9]{2}(?:\.[0-9]{1,12}|,[0-9]{1,6}\b)?)?"
    rf"|, ?{HOUR}(?::[0-9]{{2}}(?:\.[0-9]{{1,12}})?)?)(?: ?{ZONE}\b)?"
)
# `26/Jul/2026:11:59:58 +0200` of web servers, `26-Jul-2026 11:59:58` of BIND, and a BSD
# stamp that is complete.
CLF = rf"[0-9]{{1,2}}[/-]{MONTH}[/-][0-9]{{4}}[: ]{CLOCK}(?: [+-][0-9]{{4}})?"
# `12/31/2026:11:59:58` and `Sun, 26 Jul 2026 11:59:58 +0200`.
SLASHED = rf"[0-9]{{1,2}}/[0-9]{{1,2}}/{YEAR},?[ :]{CLOCK}(?: (?:{ZONE})\b)?"
DAY_FIRST = rf"{WEEKDAY}[0-9]{{1,2}} (?i:{MONTH}) {YEAR} {CLOCK}(?: (?:{ZONE})\b)?"
DOTTED = rf"[0-9]{{1,2}}\.[0-9]{{1,2}}\.{YEAR},? {CLOCK}"
FULL_BSD = rf"(?:{WEEKDAY}{MONTH} {{1,2}}[0-9]{{1,2}} {CLOCK} {YEAR})"
EPOCH = r"[0-9]{9,10}(?:\.[0-9]{1,9})?|[0-9]{19}|[0-9]{16}|[0-9]{13}"

# How each kind is read: the same named groups for both.
READ_CLOCK = (
    r"(?<hour>[0-9]{1,2}):(?<minute>[0-9]{2})(?::(?<second>[0-9]{2}))?"
    r"(?:[.,:](?<fraction>[0-9]{1,12}))?"
    r"(?: ?(?<half>(?i:AM|PM))(?:\.(?<fraction2>[0-9]{1,9}))?)?"
)
READ_ZONE = (
    r"(?: ?(?<zone>[+-][0-9]{2}:?[0-9]{2}"
    r"|[A-Za-z]{1,5}(?:[+-][0-9]{1,2}(?::[0-9]{2})?)?))?"
)
READ_BSD = (
    r"(?i)^(?:[a-z]{3},? )?(?:(?<year>[0-9]{4}) )?(?<month>[a-z]{3})\.? {1,2}"
    rf"(?<day>[0-9]{{1,2}})(?:,? (?<year2>[0-9]{{4}}))?,? {{1,2}}{READ_CLOCK}"
    rf"(?: (?<year3>[0-9]{{4}}))?{READ_ZONE}(?: (?<year4>[0-9]{{4}}))?$"
)
READ_ISO = (
    r"^(?<year>[0-9]{4})[-/](?<month>[0-9]{1,2})[-/](?<day>[0-9]{1,2})[T ,_:\t]{1,2}"
    rf"{READ_CLOCK}{READ_ZONE}$"
)

READ_CLF = (
    r"(?i)^(?:[a-z]{3},? )?(?<day>[0-9]{1,2})[/ -]?(?<month>[a-z]{3})"
    rf"(?:[/ -]?(?<year>[0-9]{{4}}))?[: ]{READ_CLOCK}{READ_ZONE}$"
)


def slashed(first: str, second: str) -> str:
    return (
        rf"^(?<{first}>[0-9]{{1,2}})/(?<{second}>[0-9]{{1,2}})/(?<year>[0-9]{{4}})"
        rf",?[: ]{READ_CLOCK}{READ_ZONE}$"
    )


# Americans write the month first, most others the day: see `swapped`.
READ_MONTH_DAY, READ_DAY_MONTH = slashed("month", "day"), slashed("day", "month")
READ_DOTTED = (
    r"^(?<day>[0-9]{1,2})\.(?<month>[0-9]{1,2})\.(?<year>[0-9]{4}),? "
    rf"{READ_CLOCK}{READ_ZONE}$"
)
READERS = (READ_BSD, READ_ISO, READ_CLF, READ_MONTH_DAY, READ_DOTTED)
SLASH_DATE = r"^[0-9]{1,2}/[0-9]{1,2}/"


def parts(stamps: pl.Series, patterns: tuple[str, ...] = READERS) -> pl.DataFrame:
    """Year, month, day, clock, fraction and offset of each stamp, as text."""
    merged = groups(stamps, patterns[0])
    for pattern in patterns[1:]:
        if not merged["day"].null_count():
            break
        other = groups(stamps, pattern)
        fits = other["day"].is_not_null()
        merged = pl.DataFrame(
            [other[n].zip_with(fits, merged[n]) for n in other.columns]
        )
    zoned = merged["zone"].null_count() < len(merged)
    return merged.select(
        "year",
        pl.col("month").str.zfill(2),
        pl.col("day").str.zfill(2),
        clock=clock(),
        # A leap second is the last millisecond before it.
        fraction=pl.when(pl.col("second") == "60")
        .then(pl.lit("999000"))
        .otherwise(pl.col("fraction").str.head(6).str.pad_end(6, "0")),
        offset=zones.offset(pl.col("zone")) if zoned else pl.lit(None, pl.Int32),
    )


def groups(stamps: pl.Series, pattern: str) -> pl.DataFrame:
    """What a pattern reads, the month as a number, the year from wherever it stood."""
    read = stamps.str.extract_groups(pattern).struct.unnest()
    years = [name for name in read.columns if name.startswith("year")]
    halves = read["half"].null_count() < len(read)
    return read.select(
        pl.coalesce(years).alias("year"),
        MONTH_NUMBER,
        "day",
        hour_of_day() if halves else pl.col("hour"),
        "minute",
        "second",
        pl.coalesce("fraction", "fraction2"),
        "zone",
    )


def hour_of_day() -> pl.Expr:
    """`12 AM` is 0, `12 PM` is 12."""
    hour = pl.col("hour").cast(pl.Int32) % 12
    hour = hour + 12 * (pl.col("half").str.to_uppercase() == "PM").cast(pl.Int32)
    return (
        pl.when(pl.col("half").is_null()).then("hour").otherwise(hour.cast(pl.String))
    )


def clock() -> pl.Expr:
    second = pl.col("second").fill_null("00").replace("60", "59")
    hour = pl.col("hour").str.zfill(2)
    return pl.concat_str(hour, "minute", second, separator=":")
