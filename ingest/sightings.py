"""What a batch shows of its senders: the hosts that they named, and how late stamps
were. Columnar, a row per device, kind of stamp, minute and cell.

A *cell* is how many quarters of an hour the stamps were late, for lines within a minute
of such a multiple; all others are in the cell `OFF`, and lines without a stamp in
`NONE`. Zones are a multiple apart, so a device whose zone is not known shows in its
cell. The rows are kept with the batch, and merged in the background.
"""

import io

import polars as pl

from events.database import Connection
from events.schema import TIME, Schema

MOST = 2_000  # rows of a batch, the busiest first; of the rest the lines are counted
MOST_OF_SENDER = 500
LONGEST = 255  # characters of a host name that is kept
QUARTER = 900_000_000  # microseconds
NEAR = 60_000_000
FURTHEST = 4 * 15  # quarters of an hour
OFF, NONE, LEFT_OUT = 127, 126, 125

SEEN: Schema = {
    "sensor": pl.Int32,
    "peer": pl.String,
    "host": pl.String,  # empty: the lines name none
    "zoned": pl.Boolean,  # whether the stamps name their zone
    "zone": pl.String,  # in force for those that do not
    "from": pl.String,  # whose that is: see `origins.assumption`
    "minute": pl.Int32,  # of arrival, since 1970
    "cell": pl.Int8,
    "lines": pl.Int64,
    "lag": pl.Float64,  # seconds, the mean
    "spread": pl.Float64,  # seconds, the standard deviation
    "first": TIME,
    "last": TIME,
}
NAMES = ["sensor", "peer", "host", "zoned", "zone", "minute", "cell"]
# What makes one number of a row's keys; odd, and far from each other.
SALTS = {
    "sender": 0x9E3779B97F4A7C15,
    "zoned": 0xC2B2AE3D27D4EB4F,
    "minute": 0x165667B19E3779F9,
    "cell": 0xD6E8FEB86659FD93,
}


def of(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows, of a frame whose stamps are read (`timestamps.resolve`)."""
    if frame.is_empty():
        return pl.DataFrame(schema=SEEN)
    lag = (pl.col("received") - pl.col("device")).dt.total_microseconds()
    seen = frame.select(
        *("sender", "sensor", "peer", "host", "zone", "said", "received"),
        pl.col("zoned").fill_null(True),
        minute=(pl.col("received").dt.epoch("us") // 60_000_000).cast(pl.Int32),
        lag=lag,
        cell=cell(lag),
    )
    rows = (
        seen.with_columns(key=key())
        .group_by("key")
        .agg(
            pl.col(*NAMES, "said").first(),
            lines=pl.len(),
            lag=pl.col("lag").mean() / 1e6,
            spread=pl.col("lag").std(ddof=0) / 1e6,
            first=pl.col("received").min(),
            last=pl.col("received").max(),
        )
    )
    said = pl.col("said").str.extract('"clock_from": "([a-z]+)"')
    rows = rows.with_columns(
        pl.col("host").fill_null(""), said.fill_null("sensor").alias("from")
    )
    return bounded(rows.select(pl.col(name).cast(kind) for name, kind in SEEN.items()))


def cell(lag: pl.Expr) -> pl.Expr:
    quarters = (lag / QUARTER).round()
    is_near = (lag - quarters * QUARTER).abs() <= NEAR
    is_zone = is_near & (quarters.abs() <= FURTHEST)
    found = pl.when(is_zone).then(quarters).otherwise(OFF)
    return pl.when(lag.is_null()).then(NONE).otherwise(found).cast(pl.Int8)


def key() -> pl.Expr:
    """All that names a row as one number: grouping by it takes a third of the time."""
    made = pl.col("host").hash()
    for name, salt in SALTS.items():
        made += pl.col(name).cast(pl.Int64).cast(pl.UInt64, wrap_numerical=True) * salt
    return made


def bounded(rows: pl.DataFrame) -> pl.DataFrame:
    """At most so many rows, whatever names were made up; a row per sensor says how many
    lines had others."""
    length = pl.col("host").str.len_chars()
    if len(rows) <= MOST_OF_SENDER and rows.filter(length > LONGEST).is_empty():
        return rows
    rows = rows.sort("lines", descending=True)
    place = pl.int_range(pl.len())
    fits = (place.over("sensor", "peer") < MOST_OF_SENDER) & (place < MOST)
    kept = rows.select(fits & (length <= LONGEST)).to_series()
    others = rows.filter(~kept).group_by("sensor").agg(
        pl.lit("").alias("peer"),
        pl.lit("").alias("host"),
        pl.col("zoned", "zone", "from", "minute").first(),
        pl.lit(LEFT_OUT, pl.Int8).alias("cell"),
        pl.col("lines").sum(),
        pl.col("lag", "spread").first(),
        pl.col("first").min(),
        pl.col("last").max(),
    )  # fmt: skip
    return pl.concat([rows.filter(kept), others.select(list(SEEN))])


def keep(connection: Connection, batch: int, rows: pl.DataFrame) -> None:
    """Beside the batch, in its transaction; given up while too many wait."""
    if not rows.is_empty():
        values = {"batch": batch, "frame": stream(rows), "most": WAITING}
        connection.execute(KEEP, values)


WAITING = 10_000  # batches
KEEP = """
INSERT INTO sightings (batch, frame)
SELECT %(batch)s, %(frame)s
WHERE coalesce((SELECT min(batch) FROM sightings), %(batch)s) > %(batch)s - %(most)s
"""


def stream(rows: pl.DataFrame) -> bytes:
    target = io.BytesIO()
    rows.write_ipc_stream(target, compression="lz4")
    return target.getvalue()


def read(stream: bytes) -> pl.DataFrame:
    return pl.read_ipc_stream(io.BytesIO(stream))
