"""What the counts of ingest say of a range: no row is read but at the range's edges.

Facets are known by the hour, the histogram by ten seconds. An hour that the range cuts
is an edge: its rows are read, or, where they are many, first taken by their share.
Ranks that were changed later are put right one by one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import polars as pl
from psycopg import sql

from events import counts, tally
from events.cursors import TICK
from events.overview.asked import EPOCH, Overview
from events.overview.fields import CODES, SERIES
from events.overview.look import Seen
from events.overview.pieces import Piece
from events.overview.reading import Reading
from events.overview.totals import Found
from events.query import Fragment
from events.tables import EVENTS, FLOWS, Table

MOST_CHANGES = 20_000  # ranks of one segment; with more it is read instead
AT_ONCE = 16  # segments whose counts are fetched together
HOUR = timedelta(hours=1)
SERIES_COLUMNS = {"type": "type", "rank": "rank", "class": "cls", "sensor": ""}


@dataclass(frozen=True)
class Inside:
    """The hours (since 1970) that the range has whole, `low <= hour < high` (None:
    without a bound), and the stretches of time beside them, both ends inclusive."""

    low: int | None = None
    high: int | None = None
    edges: tuple[tuple[datetime, datetime], ...] = ()

    def holds(self, hour: pl.Expr) -> pl.Expr:
        found = pl.lit(True)
        if self.low is not None:
            found &= hour >= self.low
        if self.high is not None:
            found &= hour < self.high
        return found


def inside(seen: Seen) -> Inside:
    """Where a segment has no row beyond an end of the range, there is no edge."""
    low, high = seen.part.low, seen.part.high + TICK
    first = -((EPOCH - low) // HOUR) if low > seen.oldest else None
    last = (high - EPOCH) // HOUR if seen.part.high < seen.newest else None
    if first is not None and last is not None and first >= last:
        return Inside(0, 0, ((low, seen.part.high),))
    edges = []
    if first is not None and EPOCH + first * HOUR > low:
        edges.append((low, min(EPOCH + first * HOUR - TICK, seen.part.high)))
    if last is not None and EPOCH + last * HOUR < high:
        edges.append((max(EPOCH + last * HOUR, low), seen.part.high))
    return Inside(first, last, tuple(edges))


@dataclass(frozen=True)
class Kept:
    """What is known of a segment: `whole` exactly, `edges` by their share until the
    `pieces` are read."""

    whole: Found
    edges: Found
    pieces: list[Piece]


def kept(
    reading: Reading, asked: Overview, sensors: frozenset[int], seen: Sequence[Seen]
) -> Iterable[Kept | Seen]:
    """What the counts say of each segment, or the segment itself, to be read."""
    coarse = asked.steps.step % tally.HOUR == 0
    for first in range(0, len(seen), AT_ONCE):
        few = seen[first : first + AT_ONCE]
        names = [each.part.name for each in few]
        cut = [each.part.name for each in few if each.part.cut]
        rows = reading.fetch(Fragment(COUNTS, (cut, cut, coarse, names)))
        for each in few:
            its = [row[1:] for row in rows if row[0] == each.part.name]
            yield of_segment(reading, asked, sensors, each, its)


# Of a segment that is not cut the hours do not matter, but to a coarse histogram.
COUNTS = sql.SQL("""
SELECT segment,
       CASE WHEN segment = ANY(%s) THEN hours ELSE coalesce(whole, hours) END,
       CASE WHEN segment = ANY(%s) OR NOT %s THEN slots END
FROM counts WHERE segment = ANY(%s)
""")
Blobs = Sequence[Sequence[bytes | None]]


def of_segment(
    reading: Reading,
    asked: Overview,
    sensors: frozenset[int],
    seen: Seen,
    rows: Blobs,
) -> Kept | Seen:
    changes = changed(reading, asked, seen) if seen.part.changed else []
    if len(changes) > MOST_CHANGES:
        return seen
    hours = [counts.frame(row[0]) for row in rows if row[0]]
    slots = [counts.frame(row[1]) for row in rows if row[1]]
    both = Both(
        asked,
        completed(asked.asked.table, pl.concat([*hours, changed_hours(changes)])),
        pl.concat([*slots, changed_slots(changes)]),
        pl.col("sensor").is_in(list(sensors)),
    )
    return both.kept(seen, by_hour=bool(hours) and not slots)


def completed(table: Table, hours: pl.DataFrame) -> pl.DataFrame:
    """With what all flows have in common, which is not counted one by one."""
    if table is not FLOWS:
        return hours
    every = hours.filter(pl.col("field") == tally.ALL)
    common = [
        every.with_columns(
            pl.lit(tally.CODES[column], pl.UInt8).alias("field"),
            pl.lit(value, pl.String).alias("value"),
        )
        for column, value in COMMON.items()
    ]
    return pl.concat([hours, *common])


COMMON = {"type": str(tally.FLOW_TYPE), "rank": "0", "cls": None}


@dataclass(frozen=True)
class Both:
    """The frames of `events/tally.py`; the rows that are `mine` are those asked for."""

    asked: Overview
    hours: pl.DataFrame
    slots: pl.DataFrame
    mine: pl.Expr

    def kept(self, seen: Seen, by_hour: bool) -> Kept:
        """`by_hour`: the histogram is coarse, so the slots were not fetched."""
        limits = inside(seen)
        of_slot = limits.holds(pl.col("slot").floordiv(tally.HOUR // tally.SLOT))
        bars = self.bars(self.slots.filter(self.mine & of_slot))
        whole = Found(
            self.coarse_bars() if by_hour else bars,
            self.facets(self.hours, limits.holds(pl.col("hour"))),
        )
        shares = [self.share(edge) for edge in limits.edges]
        edges = Found(
            pl.concat([whole.bars.clear(), *(found.bars for found, _ in shares)]),
            pl.concat([whole.facets.clear(), *(found.facets for found, _ in shares)]),
        )
        pieces = [
            Piece(replace(seen.part, low=low, high=high, cut=True), max(rows, 1.0))
            for (low, high), (_, rows) in zip(limits.edges, shares, strict=True)
        ]
        return Kept(whole, edges, pieces)

    def bars(self, slots: pl.DataFrame) -> pl.DataFrame:
        series = SERIES[self.asked.by].column
        found = slots.select(self.bucket("slot", tally.SLOT), pl.col(series), "n")
        sums = found.group_by("bucket", series).agg(pl.col("n").sum())
        return sums.select("bucket", pl.col(series).cast(pl.String).alias("value"), "n")

    def coarse_bars(self) -> pl.DataFrame:
        code = tally.CODES.get(SERIES_COLUMNS[self.asked.by], tally.ALL)
        found = self.hours.filter((pl.col("field") == code) & self.mine)
        value = {
            "sensor": pl.col("sensor").cast(pl.String),
            "rank": tally.band(pl.col("value").cast(pl.Int64)).cast(pl.String),
        }.get(self.asked.by, pl.col("value"))
        return found.select(self.bucket("hour", tally.HOUR), value.alias("value"), "n")

    def bucket(self, column: str, seconds: int) -> pl.Expr:
        step = self.asked.steps.step
        begin = pl.col(column).cast(pl.Int64) * seconds
        return begin.floordiv(step).mul(step).alias("bucket")

    def facets(self, hours: pl.DataFrame, which: pl.Expr) -> pl.DataFrame:
        codes = [CODES[column] for column in self.asked.columns]
        sensor = pl.col("sensor").cast(pl.String)
        value = pl.when(pl.col("field") == tally.ALL).then(sensor).otherwise("value")
        wanted = hours.lazy().filter(pl.col("field").is_in(codes), self.mine, which)
        return wanted.select(
            "field", value.alias("value"), "n", "rest", "lost"
        ).collect()

    def share(self, edge: tuple[datetime, datetime]) -> tuple[Found, float]:
        """About what an edge has, and how many rows: slots by the time they overlap,
        facets by the share of the hour's rows that the edge has."""
        low, high = ((time - EPOCH) / timedelta(seconds=tally.SLOT) for time in edge)
        first, last = int(low // 1), int(high // 1)
        slot, per_hour = pl.col("slot"), tally.HOUR // tally.SLOT
        hours = slot.floordiv(per_hour).cast(pl.Int32).alias("hour")
        near = slot.is_between(first // per_hour * per_hour, last + per_hour)
        overlap = pl.min_horizontal(slot + 1, high) - pl.max_horizontal(slot, low)
        part = self.slots.filter(self.mine & near).with_columns(
            (pl.col("n") * overlap.clip(0, 1)).alias("about"), hours
        )
        shares = part.group_by("hour").agg(
            (pl.col("about").sum() / pl.col("n").sum()).alias("share")
        )
        about = self.hours.join(shares.filter(pl.col("share") > 0), on="hour")
        scaled = about.with_columns(rounded(pl.col("n") * pl.col("share")).alias("n"))
        slots = part.filter(pl.col("about") > 0).with_columns(
            rounded(pl.col("about")).alias("n")
        )
        found = Found(self.bars(slots), self.facets(scaled, pl.lit(True)))
        return found, float(part["about"].sum())


def rounded(value: pl.Expr) -> pl.Expr:
    return value.round().cast(pl.Int64)


# -- ranks that were changed later

CHANGES = """
SELECT floor(extract(epoch FROM e.time))::bigint, e.sensor, e.type, e.cls,
       e.rank, s.rank
FROM event_state s JOIN {} e ON e.id = s.event
WHERE s.event >= %s AND s.event < %s AND s.rank IS NOT NULL LIMIT %s
"""
Change = tuple[int, int, int, int | None, int, int]


def changed(reading: Reading, asked: Overview, seen: Seen) -> list[Change]:
    """Second, sensor, type, class, the rank before and now, of each event."""
    if asked.asked.table is not EVENTS:
        return []
    part = seen.part
    text = sql.SQL(CHANGES).format(sql.Identifier(part.name))
    values = (part.first_id, part.end_id, MOST_CHANGES + 1)
    return reading.fetch(Fragment(text, values))


def changed_hours(changes: Sequence[Change]) -> pl.DataFrame:
    """One less of the old rank and one more of the new, as `tally` counts."""
    code = tally.CODES["rank"]
    rows = [
        (code, second // tally.HOUR, sensor, str(rank), False, n, 0)
        for second, sensor, _, _, *ranks in changes
        for rank, n in zip(ranks, (-1, 1), strict=True)
    ]
    return pl.DataFrame(rows, tally.HOURS, orient="row")


def changed_slots(changes: Sequence[Change]) -> pl.DataFrame:
    rows = [
        (second // tally.SLOT, sensor, kind, band(rank), cls, n)
        for second, sensor, kind, cls, *ranks in changes
        for rank, n in zip(ranks, (-1, 1), strict=True)
    ]
    return pl.DataFrame(rows, tally.SLOTS, orient="row")


def band(rank: int) -> int:
    return (rank > 0) + (rank >= 50) - (rank < 0)
