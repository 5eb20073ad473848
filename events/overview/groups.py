"""Rows grouped by up to four columns: how many, the first and the last, the rank.

The condensed view is source, destination, event and rule set. Grouped piece by piece,
newest first, in bounded memory: where there are too many groups, those that the order
puts last are forgotten, and the answer is `cut`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from psycopg import errors, sql
from psycopg.rows import TupleRow

from events import rows
from events.overview import keys, look, pieces, scan
from events.overview.asked import Asked
from events.overview.fields import expression
from events.overview.pieces import Piece
from events.overview.reading import TOTAL_SECONDS, OutOfTime, Reading, again, reading
from events.query import Fragment
from events.schema import TIME
from events.stopping import Stop

CONDENSED = ("src", "dst", "event", "signature")
OF_FLOWS = ("src", "dst", "dport", "app")
MOST_COLUMNS = 4
MOST_GROUPS = 1_000  # that an answer shows
MOST_OF_PIECE = 20_000  # groups that one statement gives
MOST_KEPT = 100_000  # groups that are remembered

# order: its column, whether it descends
ORDERS = {
    "-count": ("n", True),
    "count": ("n", False),
    "-first": ("first", True),
    "first": ("first", False),
    "-last": ("last", True),
    "last": ("last", False),
}
Line = dict[str, Any]


@dataclass(frozen=True)
class Grouping:
    asked: Asked
    by: tuple[str, ...] = CONDENSED
    order: str = "-count"
    limit: int = 200


def lines(
    asked: Grouping, stop: Stop | None = None, seconds: float = TOTAL_SECONDS
) -> Iterator[Line]:
    """PoolTimeout or OperationalError when the database is away; Stopped."""
    with reading(stop or Stop(), seconds) as link:
        yield from again(lambda: Run(link, asked).lines())


class Run:
    def __init__(self, link: Reading, asked: Grouping) -> None:
        self.link = link
        self.asked = asked
        self.groups = Groups(asked)

    def lines(self) -> Iterator[Line]:
        every = [seen.piece for seen in look.look(self.link, self.asked.asked)]
        total, progress = pieces.rows_of(every), 0.0
        try:
            for left in scan.walked(every, self.read):
                progress = 1 - pieces.rows_of(left) / total
                yield self.line(progress)
        except (OutOfTime, errors.QueryCanceled):
            yield self.line(progress) | {"reason": scan.TOO_LONG}
        else:
            yield self.line(1.0) | {"done": True}

    def read(self, few: Sequence[Piece]) -> None:
        wanted = statement(self.asked, few)
        self.groups.add(self.link.fetch(wanted, few[0].part.filling))

    def line(self, progress: float) -> Line:
        return {
            "stage": "exact",
            "progress": round(progress, 3),
            "done": False,
            **self.groups.figures(),
        }


def statement(asked: Grouping, few: Sequence[Piece]) -> Fragment:
    """Rows of: the keys as text, n, first, last, rank, a message, all rows, all groups;
    those that the order puts first."""
    changed = any(piece.part.changed for piece in few)
    made = [keys.key(asked.asked, name, changed) for name in asked.by]
    names = [sql.Identifier(f"k{number}") for number in range(len(made))]
    source = scan.matching(asked.asked.table, few, asked.asked.condition(changed))
    column, descending = ORDERS[asked.order]
    text = TEMPLATE.format(
        keys=sql.SQL(", ").join(names),
        made=sql.SQL(", ").join(
            sql.SQL("{} AS {}").format(key.text, name)
            for key, name in zip(made, names, strict=True)
        ),
        time=sql.Identifier("e", asked.asked.table.time),
        rank=expression(asked.asked.table, "rank", changed),
        message=sql.SQL("e.message" if keys.EVENT in asked.by else "NULL::text"),
        source=source.text,
        order=sql.Identifier(column),
        direction=sql.SQL("DESC" if descending else "ASC"),
    )
    params = [value for key in made for value in key.params]
    return Fragment(text, (*params, *source.params, MOST_OF_PIECE))


TEMPLATE = sql.SQL("""
SELECT {keys}, count(*) AS n, min(time) AS first, max(time) AS last, max(rank),
       left(any_value(message), 300),
       (sum(count(*)) OVER ())::bigint, count(*) OVER ()
FROM (
    SELECT {made}, {time} AS time, {rank} AS rank, {message} AS message FROM {source}
) rows
GROUP BY {keys} ORDER BY {order} {direction} LIMIT %s
""")
FIGURES: dict[str, Any] = {
    "n": pl.Int64,
    "first": TIME,
    "last": TIME,
    "rank": pl.Int64,
    "sample": pl.String,
}


AGGREGATES = [
    pl.col("n").sum(),
    pl.col("first").min(),
    pl.col("last").max(),
    pl.col("rank").max(),
    pl.col("sample").first(),
]


class Groups:
    """The groups of all pieces so far."""

    def __init__(self, asked: Grouping) -> None:
        self.asked = asked
        self.keys = [f"k{number}" for number in range(len(asked.by))]
        self.schema = {name: pl.String for name in self.keys} | FIGURES
        self.parts = [pl.DataFrame(schema=self.schema)]
        self.total = 0
        self.cut = False

    def add(self, found: Sequence[TupleRow]) -> None:
        if not found:
            return
        rows, groups = found[0][-2:]
        self.total += rows
        self.cut |= groups > len(found)
        new = [row[:-2] for row in found]
        self.parts.append(pl.DataFrame(new, self.schema, orient="row"))
        if sum(part.height for part in self.parts) > 2 * MOST_KEPT:
            self.sum()

    def sum(self) -> pl.DataFrame:
        """All of them as one; the last ones are forgotten where there are too many."""
        if len(self.parts) > 1:
            together = self.together(pl.concat(self.parts))
            self.cut |= together.height > MOST_KEPT
            self.parts = [self.first(together, MOST_KEPT).head(2 * MOST_KEPT)]
        return self.parts[0]

    def together(self, parts: pl.DataFrame) -> pl.DataFrame:
        """One row for what counts as one group, under the newest spelling."""
        same = [
            keys.alike(column, pl.col(name)).alias(f"same {name}")
            for column, name in zip(self.asked.by, self.keys, strict=True)
        ]
        grouped = parts.group_by(same, maintain_order=True)
        newest = pl.col(self.keys).sort_by("last", descending=True).first()
        return grouped.agg(newest, *AGGREGATES).select(list(self.schema))

    def first(self, found: pl.DataFrame, most: int) -> pl.DataFrame:
        """The groups that the order puts first, and those equal to the last of them."""
        column, descending = ORDERS[self.asked.order]
        if found.height <= most:
            return found
        values = found[column]
        if descending:
            return found.filter(pl.col(column) >= values.top_k(most).min())
        return found.filter(pl.col(column) <= values.bottom_k(most).max())

    def figures(self) -> Line:
        found = self.sum()
        column, descending = ORDERS[self.asked.order]
        # Equal ones by their keys, so that the order is the same every time.
        top = self.first(found, self.asked.limit).sort(
            [column, *self.keys], descending=[descending, *[False] * len(self.keys)]
        )
        shown = top.head(self.asked.limit).iter_rows(named=True)
        return {
            "groups": [self.group(row) for row in shown],
            "total": self.total,
            "distinct": found.height,
            "cut": self.cut,
        }

    def group(self, row: dict[str, Any]) -> dict[str, Any]:
        asked, by = self.asked.asked, self.asked.by
        values = tuple(row[name] for name in self.keys)
        shown = zip(by, values, strict=True)
        return {
            "key": {name: keys.shown(asked, name, value) for name, value in shown},
            "count": row["n"],
            "first": rows.moment(row["first"]),
            "last": rows.moment(row["last"]),
            "rank": row["rank"],
            "sample": row["sample"],
            "query": keys.query(asked, by, values),
        }
