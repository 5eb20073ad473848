"""The columns of the journal, and what receivers gathered on its way into it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from ingest.counters import Counters

LINES: dict[str, pl.DataType | type[pl.DataType]] = {
    "received": pl.Datetime("us", "UTC"),  # when it was read from the socket
    "peer": pl.String,  # canonical address of the sender, empty for files
    "transport": pl.String,
    "port": pl.UInt16,  # the listening port
    "cut": pl.UInt32,  # 0, or the original length of a line cut at the limit
    "line": pl.Binary,
}
# And what names the sender besides its address, a line each (see `sensors.routing`);
# frames that are made without it have none.
CLAIM = "claim"

RUN = {
    "received": pl.Int64,
    "peer": pl.String,
    "transport": pl.String,
    "port": pl.UInt16,
    CLAIM: pl.String,
    "n": pl.UInt32,
}


@dataclass
class Gathered:
    """Lines since the last block. Neighbours of one read share a run: what is the same
    for all of them is written down once."""

    lines: list[bytes] = field(default_factory=list)
    cuts: list[tuple[int, int]] = field(default_factory=list)  # (row, original length)
    runs: list[tuple[int, str, str, int, str, int]] = field(default_factory=list)
    counted: Counters = field(default_factory=Counters)
    size: int = 0  # bytes read for them
    # Who answers a sender only when these lines are on the disk.
    waiting: list["asyncio.Future[bool]"] = field(default_factory=list)

    def add(
        self,
        at: int,
        peer: str,
        transport: str,
        port: int,
        lines: list[bytes],
        cuts: Iterable[tuple[int, int]] = (),
        claim: str = "",
    ) -> None:
        """Lines read at `at` (microseconds since 1970) from one peer; `cuts` has the
        rows among them that were cut, and their original lengths."""
        before = len(self.lines)
        self.runs.append((at, peer, transport, port, claim, len(lines)))
        self.lines += lines
        self.cuts += [(before + row, length) for row, length in cuts]
        self.counted.receive(peer, port, len(lines), claim)

    def reject(self, peer: str, reason: str, count: int = 1) -> None:
        self.counted.reject(peer, reason, count)

    def frame(self) -> pl.DataFrame:
        """The lines with the journal's columns."""
        runs = pl.DataFrame(self.runs, schema=RUN, orient="row")
        index = pl.int_range(pl.len(), dtype=pl.UInt32).repeat_by("n")
        row = runs.filter(pl.col("n") > 0).select(index.explode()).to_series()
        shared = runs.filter(pl.col("n") > 0)[row]
        return shared.select(
            pl.col("received").cast(LINES["received"]),
            "peer",
            "transport",
            "port",
            self.cut_column(),
            pl.Series("line", self.lines, dtype=pl.Binary),
            CLAIM,
        )

    def cut_column(self) -> pl.Series:
        column = pl.zeros(len(self.lines), pl.UInt32, eager=True).alias("cut")
        if not self.cuts:
            return column
        rows, lengths = zip(*self.cuts, strict=True)
        return column.scatter(list(rows), list(lengths))


def complete(lines: pl.DataFrame) -> pl.DataFrame:
    """With every column: blocks written before there was `claim` have none."""
    if CLAIM not in lines.columns:
        return lines.with_columns(claim=pl.lit(""))
    return lines
