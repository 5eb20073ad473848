"""The time that a device wrote → an instant in UTC.

A stamp may lack its year and its zone. The year is the one that brings the stamp
nearest to its arrival, though never more than 26 hours ahead of it (a device's clock in
another zone); so 29 February is in the nearest leap year. A stamp without a zone is in
the zone of its source, and what was assumed is kept; a clock time that occurs twice is
the one nearer to arrival, one that does not occur is shifted forward. Each distinct
stamp of a batch is read once.
"""

from datetime import datetime, timedelta

import polars as pl

from events.schema import TIME
from ingest import members, spread, stamps
from sensors import zones as zone_names

AHEAD = timedelta(hours=26)
DAY = timedelta(days=1)
LEAP = (-2, -3, -4, -5, -6, -7, -8)  # 1896 and 1904 are eight years apart
SAME = ["zone", "minute"]  # often the same in a whole batch
FIRST = datetime(1, 1, 2)  # noqa: DTZ001 (compared with clock times)
LAST = datetime(9999, 12, 30)  # noqa: DTZ001


def resolve(
    lines: pl.DataFrame, retention: timedelta | None, year: int | None = None
) -> pl.DataFrame:
    """The frame with `time`, from `stamp`, `zone` and `received`, and its doubts.

    `retention` None believes every stamp; `year` is that of stamps without one. Also
    `device`, the instant as the device's clock has it, and `zoned`, whether the stamp
    names its zone. `said` are the members that tell which zone is assumed, `ahead` the
    seconds by which the clock is known to be ahead.
    """
    frame = lines.with_columns(minute=about().dt.truncate("1m"))
    # A join by one column is five times as fast as one by three.
    by = ["stamp", *(name for name in SAME if frame[name].n_unique() > 1)]
    keys = frame.select("stamp", *SAME).drop_nulls("stamp").unique(by)
    read = keys.select(by).hstack(instants(keys, year))
    frame = frame.join(read, on=by, how="left", maintain_order="left")
    return believed(assumed(corrected(frame)), retention).drop("minute")


def about() -> pl.Expr:
    """What the device's clock should have shown at arrival, in UTC."""
    return pl.col("received") + pl.duration(seconds=pl.col("ahead").fill_null(0))


def corrected(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with `right`: the instant by a clock that is right."""
    if not (frame["ahead"] != 0).any():
        return frame.with_columns(right="device")
    ahead = pl.col("ahead").fill_null(0)
    right = pl.col("device") - pl.duration(seconds=ahead)
    told = pl.when((ahead != 0) & pl.col("device").is_not_null()).then(ahead)
    frame = frame.with_columns(right=right)
    return members.add(frame, [members.number("clock_ahead", told)])


def assumed(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with what was assumed of stamps without a zone among its members."""
    if frame["said"].null_count() == len(frame):
        return frame
    local = pl.col("device").is_not_null() & ~pl.col("zoned")
    return members.add(frame, [pl.when(local).then("said")])


def believed(frame: pl.DataFrame, retention: timedelta | None) -> pl.DataFrame:
    right, received = pl.col("right"), pl.col("received")
    live, longest = pl.lit(retention is not None), retention or timedelta()
    doubt = (
        pl.when(pl.col("stamp").is_not_null() & right.is_null())
        .then(pl.lit("not understood"))
        .when(live & (right > received + DAY))
        .then(pl.lit("more than a day ahead"))
        .when(live & (right < received - longest))
        .then(pl.lit("older than retention"))
    )
    frame = frame.with_columns(doubt=doubt)
    trusted = pl.when(pl.col("doubt").is_null()).then(right)
    frame = frame.with_columns(time=pl.coalesce(trusted, received))
    doubtful = pl.col("doubt").is_not_null()
    moved = frame.select(doubtful | (right != pl.col("device"))).to_series()
    return members.add(frame, told(moved)) if moved.any() else frame


def told(moved: pl.Series) -> list[pl.Expr]:
    """The device's own time, where it is not the event's, and why it is doubted."""
    own = pl.when(pl.lit(moved)).then(as_iso(pl.col("device")))
    doubt = members.text("time_doubt", pl.col("doubt"))
    return [members.text("device_time", own), doubt]


def as_iso(time: pl.Expr) -> pl.Expr:
    return time.dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ")


def instants(keys: pl.DataFrame, year: int | None) -> pl.DataFrame:
    """`device`, the instant of each stamp, null where there is none to read; `zoned`,
    whether it needed no zone from elsewhere."""
    read = stamps.parts(keys["stamp"]).hstack(keys.select("zone", "minute"))
    if year is not None:
        read = read.with_columns(pl.col("year").fill_null(str(year)))
    found = by_calendar(read)
    found = swapped(keys, found)
    if read["day"].null_count():
        found = found.zip_with(read["day"].is_not_null(), read_epoch(keys["stamp"]))
    zoned = read["offset"].is_not_null() | read["day"].is_null()
    return pl.DataFrame({"device": found, "zoned": zoned})


def swapped(keys: pl.DataFrame, found: pl.Series) -> pl.Series:
    """The instants, of `07/08/2026` the nearer to arrival: 8 July or 7 August."""
    either = keys["stamp"].str.contains(stamps.SLASH_DATE).fill_null(False)
    if not either.any():
        return found
    read = stamps.parts(keys["stamp"], (stamps.READ_DAY_MONTH,)).hstack(
        keys.select("zone", "minute")
    )
    other = in_utc(read)
    nearer = nearest_of(read["minute"], [found, other])
    nearer = pl.select(pl.coalesce(nearer, found, other)).to_series()
    return nearer.zip_with(either, found)


def by_calendar(read: pl.DataFrame) -> pl.Series:
    without = read["year"].null_count()
    if not without:
        return in_utc(read)
    found = nearest(read)
    if without < len(read):
        found = found.zip_with(read["year"].is_null(), in_utc(read))
    return found


def nearest(read: pl.DataFrame) -> pl.Series:
    """The instants of stamps without a year, by the nearest-year rule."""
    best = nearest_of(read["minute"], at_years(read, (0, -1, 1)))
    if best.null_count():
        leap_day = (read["month"] == "02") & (read["day"] == "29")
        if (leap_day.fill_null(False) & best.is_null()).any():
            best = pl.select(pl.coalesce(best, *at_years(read, LEAP))).to_series()
    return best


def at_years(read: pl.DataFrame, deltas: tuple[int, ...]) -> list[pl.Series]:
    """The instants in each of these years, counted from the one of arrival.

    All at once, because a step costs the same for one stamp and for many.
    """
    around = read["minute"].dt.year()
    years = (
        read.with_columns(year=(around + delta).cast(pl.String)) for delta in deltas
    )
    found, height = in_utc(pl.concat(years)), len(read)
    return [found.slice(place * height, height) for place in range(len(deltas))]


def nearest_of(minute: pl.Series, instants: list[pl.Series]) -> pl.Series:
    """Whichever is nearest to arrival, of those that are not too far ahead of it; of
    two that are as near, the first."""
    gaps = pl.DataFrame([(at - minute).alias(str(n)) for n, at in enumerate(instants)])
    gaps = gaps.select(pl.when(pl.all() <= AHEAD).then(pl.all().abs()))
    least = gaps.min_horizontal()
    nearest = spread.nothing(len(minute), TIME)
    for at, gap in zip(reversed(instants), reversed(gaps.get_columns()), strict=True):
        nearest = at.zip_with(gap == least, nearest)
    return nearest


def wall(read: pl.DataFrame) -> pl.Expr:
    """The clock time without a zone, null where the calendar has no such day."""
    day = pl.concat_str("year", "month", "day", separator="-")
    text = pl.concat_str(day, "clock", separator=" ")
    second = text.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")
    if read["fraction"].null_count() == len(read):
        return second
    fraction = pl.col("fraction").cast(pl.Int64).fill_null(0)
    return second + pl.duration(microseconds=fraction)


def in_utc(read: pl.DataFrame) -> pl.Series:
    """The instant by the stamp's own offset, else by its source's zone."""
    read = read.with_columns(wall=wall(read))
    if not read["wall"].is_between(FIRST, LAST).all():
        in_range = pl.col("wall").is_between(FIRST, LAST)
        read = read.with_columns(wall=pl.when(in_range).then("wall"))
    instant = pl.col("wall")
    if read["offset"].null_count() < len(read):
        instant -= pl.duration(minutes=pl.col("offset").fill_null(0))
    found = read.select(time=instant.dt.replace_time_zone("UTC"))["time"]
    for zone in set(read["zone"].unique()) - {"UTC"}:
        mine = (read["zone"] == zone) & read["offset"].is_null()
        if mine.any():
            found = in_zone(read, zone).zip_with(mine, found)
    return found.cast(TIME)


def in_zone(read: pl.DataFrame, zone: str) -> pl.Series:
    minutes = zone_names.fixed_minutes(zone)
    if minutes is not None:
        east = timedelta(minutes=minutes)
        return (read["wall"] - east).dt.replace_time_zone("UTC")
    early, late = (
        read["wall"]
        .dt.replace_time_zone(zone, ambiguous=which, non_existent="null")
        .dt.convert_time_zone("UTC")
        for which in ("earliest", "latest")
    )
    found = nearest_of(read["minute"], [early, late])
    found = found.zip_with(found.is_not_null(), early)
    return found.zip_with(found.is_not_null(), after_gap(read["wall"], zone))


def after_gap(walls: pl.Series, zone: str) -> pl.Series:
    """A clock time that was skipped, as if the clock had not been put forward."""
    before = (walls - timedelta(hours=3)).dt.replace_time_zone(
        zone, ambiguous="latest", non_existent="null"
    )
    return before.dt.convert_time_zone("UTC") + timedelta(hours=3)


def read_epoch(stamps: pl.Series) -> pl.Series:
    """Seconds, with a fraction or not, or milli-, micro- or nanoseconds since 1970."""
    frame = stamps.to_frame("stamp")
    groups = pl.col("stamp").str.extract_groups(
        r"^(?<seconds>[0-9]{9,10})"
        r"(?:\.(?<fraction>[0-9]{1,9})|(?<millis>[0-9]{3}(?:[0-9]{3}){0,2}))?$"
    )
    read = frame.select(groups).unnest("stamp")
    fraction = pl.coalesce("fraction", "millis", pl.lit("0")).str.head(6)
    micros = pl.col("seconds").cast(pl.Int64) * 1_000_000
    micros += fraction.str.pad_end(6, "0").cast(pl.Int64)
    return read.select(micros.cast(TIME).alias("time"))["time"]
