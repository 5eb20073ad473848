"""Runs a table of formats over a frame. Needs the column `row`, ascending."""

from collections.abc import Iterable

import polars as pl

from events.schema import Schema, conform
from ingest import spread
from ingest.parsers.format import CONTENT, HEADER, Format

ROW: Schema = {"row": pl.UInt32}


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
        left = left.join(understood.select("row"), on="row", how="anti")
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
    found: list[pl.DataFrame] = []
    for form in formats:
        understood = read(frame, form)
        for before in found if len(understood) else ():
            understood = understood.join(before.select("row"), on="row", how="anti")
        if len(understood):
            found.append(understood)
    for understood in found:
        frame = replaced(frame, understood.drop("understood"))
    return frame


def read(frame: pl.DataFrame, form: Format) -> pl.DataFrame:
    """`row` and what the format gives, of the rows that it understood."""
    claimed = frame
    for test in (form.hint, form.claims):
        if test is not None:
            claimed = picked(claimed, test)
        if not len(claimed):
            return conform(claimed, {**ROW, "understood": pl.Boolean})
    found = claimed.select("row").hstack(form.parse(claimed))
    return found if found["understood"].all() else found.filter("understood")


def picked(frame: pl.DataFrame, test: pl.Expr) -> pl.DataFrame:
    found = frame.select(found=test)["found"]
    return frame if found.all() else frame.filter(found)


def replaced(frame: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    names = [name for name in new.columns if name != "row"]
    joined = frame.join(new, on="row", how="left", maintain_order="left", suffix=" new")
    values = (pl.coalesce(f"{name} new", name).alias(name) for name in names)
    return joined.with_columns(values).drop(f"{name} new" for name in names)
