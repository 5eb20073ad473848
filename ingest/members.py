"""Members of the JSON object `data`, made as text columns: `"name": value`.

A frame holds them without braces, so that each stage adds its own with `join`; `close`
makes the object at the end. A member without a value is no member.
"""

from collections.abc import Iterable

import polars as pl


def text(name: str, value: pl.Expr) -> pl.Expr:
    """A member whose value is text, escaped as JSON."""
    return quoted(value).pipe(member, name)


def number(name: str, value: pl.Expr) -> pl.Expr:
    """A member whose value is an integer."""
    return value.cast(pl.String).pipe(member, name)


def constant(name: str, value: str, where: pl.Expr) -> pl.Expr:
    """A member with a fixed text (without special characters) in some rows."""
    return pl.when(where).then(pl.lit(f'"{name}": "{value}"'))


def member(value: pl.Expr, name: str) -> pl.Expr:
    """A member whose value is already JSON text."""
    return pl.lit(f'"{name}": ') + value


def quoted(value: pl.Expr) -> pl.Expr:
    """Text as a JSON string, null where null."""
    wrapped = pl.struct(value.alias("_")).struct.json_encode()
    bare = wrapped.str.strip_prefix('{"_":').str.strip_suffix("}")
    return pl.when(value.is_not_null()).then(bare)


def join(*parts: pl.Expr) -> pl.Expr:
    """All members of a row in one text, null where there is none."""
    joined = pl.concat_str(parts, separator=", ", ignore_nulls=True)
    return pl.when(joined != "").then(joined)


def add(frame: pl.DataFrame, parts: Iterable[pl.Expr]) -> pl.DataFrame:
    """The frame with more members; nothing is done where no row has any."""
    made = frame.select(
        part.alias(f"member {number}") for number, part in enumerate(parts)
    )
    some = [series for series in made if series.null_count() < len(series)]
    if not some:
        return frame
    return frame.with_columns(members=join(pl.col("members"), *map(pl.lit, some)))


def close(members: pl.Expr) -> pl.Expr:
    """The object's text."""
    return pl.lit("{") + members + "}"
