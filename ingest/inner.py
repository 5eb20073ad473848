"""A log line that another one carries, read by the same formats as any line.

An alert of OSSEC or Wazuh quotes the line that raised it. What the alert says itself
stands; what it leaves open is taken from the quoted line. That line's host, program and
stamp are kept in `data`, because the alert has its own.
"""

import polars as pl

from ingest import facts, members, parsers, spread
from ingest.parsers import chain

COLUMNS = ("src", "sport", "dst", "dport", "proto", "user", "action")


def add(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame, its columns filled from the lines in `inner`."""
    carried = frame["inner"].is_not_null()
    if not carried.any():
        return frame
    rows = frame["row"].filter(carried)
    quoted = read(frame["inner"].filter(carried))
    frame = frame.with_columns(
        facts.fill(frame[name], put(frame, name, rows, quoted[name]))
        for name in COLUMNS
    )
    told = spread.nothing(len(frame), pl.String)
    told = spread.over(told, rows, quoted["said"])
    return members.add(frame, [members.member(pl.lit(told), "inner")])


def read(texts: pl.Series) -> pl.DataFrame:
    lines = pl.DataFrame({"text": texts}).with_row_index("row")
    found = chain.first(lines, parsers.HEADERS)
    found = chain.refine(found, parsers.CONTENTS)
    found = facts.find(found)
    said = members.join(
        members.text("host", pl.col("host")),
        members.text("app", pl.col("app")),
        members.number("pid", pl.col("pid")),
        members.text("stamp", pl.col("stamp")),
    )
    return found.with_columns(said=members.close(said))


def put(
    frame: pl.DataFrame, name: str, rows: pl.Series, values: pl.Series
) -> pl.Series:
    return spread.over(spread.nothing(len(frame), frame[name].dtype), rows, values)
