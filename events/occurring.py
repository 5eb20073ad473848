"""Values that occur in what a user may see, for the completion of queries.

From the counts of the newest segments; what is not counted by a look at the newest
rows. Both within a tenth of a second, or there are none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl
from psycopg import errors, sql
from psycopg.rows import DictRow

from events import counts, pools, tally
from events.pools import Reader
from events.query import Fragment, Sensors
from events.query.fields import Field, Kind
from events.query.folding import fold
from events.query.sql import like as sql_like
from events.query.tree import Pattern
from events.tables import ADDRESSES, Table

MILLISECONDS = 100
MOST = 12
SEGMENTS = 2  # whose counts are read
NEWEST = 5_000  # rows that are looked at


@dataclass(frozen=True)
class Occurring:
    """A `Source` of completion, bound to the sensors of the user."""

    table: Table
    sensors: Sensors

    def values(self, field: Field, like: str) -> list[tuple[str, str]]:
        if field.kind is Kind.ORIGIN:
            return origins(self.sensors, field.name)
        if not self.sensors:
            return []
        with pools.readers().connection() as connection:
            return list(self.found(connection, field, like))

    def found(
        self, connection: Reader, field: Field, like: str
    ) -> Iterator[tuple[str, str]]:
        columns = field.read(self.table.name)
        counted = [name for name in columns if name in tally.CODES]
        if columns and len(counted) == len(columns):
            rows = of_counts(connection, self, counted, like)
        elif field.kind is Kind.DATA:
            rows = look(connection, self, member(field), like)
        else:
            rows = of_columns(connection, self, columns, like)
        for value, often in rows:
            yield value, f"{often:,} ×"

    def keys(self, like: str) -> list[str]:
        """Keys of `data`, by how often the newest rows have them."""
        if not self.sensors:
            return []
        with pools.readers().connection() as connection:
            return [key for key, _ in look(connection, self, KEYS, like)]


def origins(sensors: Sensors, name: str) -> list[tuple[str, str]]:
    if name == "domain":
        domains = {domain for _, domain in sensors.values()}
        return [(domain, "domain") for domain in sorted(domains)]
    named = sorted(sensors.values())
    return [(f"{sensor}.{domain}", f"sensor of {domain}") for sensor, domain in named]


# -- counts


def of_counts(
    connection: Reader, asked: Occurring, columns: list[str], like: str
) -> list[tuple[str, int]]:
    codes = [tally.CODES[name] for name in columns]
    rows = fetch(connection, sql.SQL(COUNTS), [asked.table.name, SEGMENTS])
    frames = [counts.frame(row["hours"]) for row in rows]
    if not frames:
        return []
    mine = pl.col("field").is_in(codes) & pl.col("sensor").is_in(list(asked.sensors))
    found = (
        pl.concat(frames)
        .filter(mine, pl.col("value").is_not_null(), has(pl.col("value"), like))
        .group_by("value")
        .agg(pl.col("n").sum())
        .sort("n", "value", descending=[True, False])
    )
    first = found.filter(pl.col("value").str.to_lowercase().str.starts_with(fold(like)))
    both = pl.concat([first.head(MOST), found.head(MOST)]).unique(maintain_order=True)
    return list(both.head(MOST).iter_rows())


def has(value: pl.Expr, like: str) -> pl.Expr:
    if not like:
        return pl.lit(True)
    return value.str.to_lowercase().str.contains(fold(like), literal=True)


COUNTS = """
SELECT c.hours FROM counts c JOIN (
    SELECT name FROM segments
    WHERE "table" = %s AND state <> 'detaching' AND newest IS NOT NULL
    ORDER BY first_id DESC LIMIT %s
) s ON s.name = c.segment
"""

# -- the newest rows


def column(name: str) -> Fragment:
    stored = sql.Identifier("e", name)
    text = sql.SQL("host({})") if name in ADDRESSES else sql.SQL("{}")
    return Fragment(text.format(stored))


def member(field: Field) -> Fragment:
    """The text at a key of `data`."""
    path = field.paths[0]
    steps = sql.SQL("").join([sql.SQL(" -> %s::text")] * len(path))
    return Fragment(sql.SQL("((e.data{}) #>> '{{}}')").format(steps), path)


KEYS = Fragment(
    sql.SQL(
        "jsonb_object_keys(CASE jsonb_typeof(e.data) WHEN 'object' THEN e.data END)"
    )
)


def of_columns(
    connection: Reader, asked: Occurring, columns: Iterable[str], like: str
) -> list[tuple[str, int]]:
    there = [name for name in columns if name in asked.table.schema]
    found = (look(connection, asked, column(name), like) for name in there)
    return [row for rows in found for row in rows]


def look(
    connection: Reader, asked: Occurring, value: Fragment, like: str
) -> list[tuple[str, int]]:
    named = fetch(connection, sql.SQL(NEWEST_SEGMENT), [asked.table.name])
    if not named:
        return []
    segment = sql.Identifier(str(named[0]["name"]))
    text = sql.SQL(LOOK).format(value=value.text, segment=segment)
    begins = sql_like(Pattern(like, open_end=True))
    values = [*value.params, NEWEST, list(asked.sensors), f"%{begins}", begins, MOST]
    return [(row["v"], row["n"]) for row in fetch(connection, text, values)]


NEWEST_SEGMENT = """
SELECT name FROM segments
WHERE "table" = %s AND state <> 'detaching' AND newest IS NOT NULL
ORDER BY first_id DESC LIMIT 1
"""
LOOK = """
SELECT v, count(*) AS n FROM (
    SELECT {value}::text AS v FROM (
        SELECT * FROM {segment} ORDER BY id DESC LIMIT %s
    ) e WHERE e.sensor = ANY(%s::int[])
) f WHERE v ILIKE %s AND length(v) < 200
GROUP BY v ORDER BY v ILIKE %s DESC, n DESC, v LIMIT %s
"""


def fetch(
    connection: Reader, text: sql.SQL | sql.Composed, values: list[object]
) -> list[DictRow]:
    """The rows; none when they take too long or the segment was just dropped."""
    try:
        with connection.transaction():
            connection.execute(TIMEOUT, [str(MILLISECONDS)])
            return connection.execute(text, values).fetchall()
    except (errors.QueryCanceled, errors.UndefinedTable):
        return []


TIMEOUT = "SELECT set_config('statement_timeout', %s, true)"
