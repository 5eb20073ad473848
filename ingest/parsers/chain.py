"""Runs a table of formats over a frame. Needs the column `row`, ascending."""

import re
from collections.abc import Iterable, Iterator

import polars as pl

from events.schema import Schema, conform
from ingest import keys, spread
from ingest.parsers.format import CONTENT, HEADER, Format

ROW: Schema = {"row": pl.UInt32}
# What a content format may look at.
READ = ["message", "head", "stamp", "host", "app", "severity", "members"]


def first(frame: pl.DataFrame, formats: Iterable[Format]) -> pl.DataFrame:
    """The frame with the columns of a header, from the first format that understood.

    The last format must understand everything.
    """
    done: list[pl.DataFrame] = []
    left = frame.select("row", "text")
    for form in formats:
        understood = read(left, form)
        if len(understood):
            done.append(conform(understood, ROW | HEADER))
        if len(understood) == len(left):
            break
        left = without(left, understood)
    found = pl.concat(done) if done else conform(left, ROW | HEADER)
    if len(done) > 1:
        found = found.sort("row")
    none = [
        spread.nothing(len(frame), kind).alias(name)
        for name, kind in CONTENT.items()
        if name not in HEADER
    ]
    return frame.hstack([*(found[name] for name in HEADER), *none])


def refine(frame: pl.DataFrame, formats: Iterable[Format]) -> pl.DataFrame:
    """The frame, its columns replaced by what the first content format that understood
    the message knows of it."""
    # One search for the words of all of them: most lines have none.
    words = [word for form in formats for word in form.words]
    if not words:
        return frame
    left = frame.select("row", *READ)
    left = keys.picked(left, pl.col("message").str.contains_any(words))
    for form in formats:
        if not len(left):
            break
        understood = read(left, form)
        if len(understood):
            frame = replaced(frame, understood.drop("understood"))
            left = without(left, understood)
    return frame


def formats_of(
    frame: pl.DataFrame, formats: Iterable[Format]
) -> Iterator[tuple[str, pl.Series]]:
    """The rows that each content format understands first, as `refine` tries them."""
    left = frame.select("row", *READ)
    for form in formats:
        understood = read(left, form)
        yield form.name, understood["row"]
        left = without(left, understood)


def without(left: pl.DataFrame, understood: pl.DataFrame) -> pl.DataFrame:
    if not len(understood):
        return left
    return left.join(understood.select("row"), on="row", how="anti")


def read(frame: pl.DataFrame, form: Format) -> pl.DataFrame:
    """`row` and what the format gives, of the rows that it understood."""
    claimed = frame
    for test in (holds(form.words) if form.words else None, form.claims):
        if test is not None:
            claimed = keys.picked(claimed, test)
        if not len(claimed):
            return conform(claimed, {**ROW, "understood": pl.Boolean})
    found = claimed.select("row").hstack(form.parse(claimed))
    return found if found["understood"].all() else found.filter("understood")


def holds(words: tuple[str, ...]) -> pl.Expr:
    """Whether one of the words stands in the message."""
    return pl.col("message").str.contains("|".join(map(re.escape, words)))


def replaced(frame: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    names = [name for name in new.columns if name != "row"]
    return frame.with_columns(
        spread.over(frame[name], new["row"], new[name]) for name in names
    )
