"""A regular expression's tree written for PostgreSQL and for Rust, one meaning in both.

Every character that is no letter or digit is written by its number.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from events.query.charsets import ANY, LAST, Ranges, complement
from events.query.folding import fold
from events.query.patterns import (
    SHORT,
    Chars,
    Choice,
    Edge,
    Pattern,
    Repeat,
    Sequence,
    read,
)
from events.query.tree import Glob, Wild


@dataclass(frozen=True)
class Dialect:
    """How an engine writes what is not the same in all."""

    anything: str
    border: str
    point: Callable[[int], str]


def postgres_point(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


LETTER = "[A-Za-z0-9_]"
POSTGRES = Dialect(
    anything=".",
    # \y has the server's idea of a letter.
    border=f"(?:(?<!{LETTER})(?={LETTER})|(?<={LETTER})(?!{LETTER}))",
    point=postgres_point,
)
RUST = Dialect(
    anything=r"[\s\S]",
    border=r"(?-u:\b)",
    point=lambda code: f"\\x{{{code:x}}}",
)


@lru_cache(maxsize=256)
def postgres(text: str) -> str:
    """The expression for the operator `~`."""
    return written(read(text), POSTGRES)


@lru_cache(maxsize=256)
def rust(text: str) -> str:
    """The expression for Polars."""
    return written(read(text), RUST)


def written(pattern: Pattern, dialect: Dialect) -> str:
    match pattern:
        case Chars():
            return characters(pattern.ranges, dialect)
        case Edge():
            return dialect.border if pattern.name == "b" else pattern.name
        case Repeat():
            child = written(pattern.child, dialect)
            return f"(?:{child}){counted(pattern)}"
        case Sequence():
            return "".join(written(child, dialect) for child in pattern.children)
        case Choice():
            inner = "|".join(written(child, dialect) for child in pattern.children)
            return f"(?:{inner})"


def counted(pattern: Repeat) -> str:
    for sign, bounds in SHORT.items():
        if bounds == (pattern.low, pattern.high):
            return sign
    if pattern.high is None:
        return f"{{{pattern.low},}}"
    return f"{{{pattern.low},{pattern.high}}}"


def characters(ranges: Ranges, dialect: Dialect) -> str:
    if ranges == ANY:
        return dialect.anything
    rest = complement(ranges)
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return point(ranges[0][0], dialect)
    if ranges[-1][1] == LAST and rest:
        return f"[^{spans(rest, dialect)}]"
    return f"[{spans(ranges, dialect)}]"


def spans(ranges: Ranges, dialect: Dialect) -> str:
    return "".join(
        point(low, dialect) if low == high
        else f"{point(low, dialect)}-{point(high, dialect)}"
        for low, high in ranges
    )  # fmt: skip


def point(code: int, dialect: Dialect) -> str:
    character = chr(code)
    if character.isascii() and character.isalnum():
        return character
    return dialect.point(code)


# -- wildcards, for a text that is folded already


def wildcards(pattern: Glob) -> str:
    """The pattern as an expression for Python and Rust, for the whole of a text."""
    inner = "".join(
        WILDCARDS[part] if isinstance(part, Wild) else plain(part)
        for part in pattern.parts
    )
    return f"^(?s:{inner})$"


@lru_cache(maxsize=256)
def glob(pattern: Glob) -> re.Pattern[str]:
    return re.compile(wildcards(pattern))


WILDCARDS = {Wild.MANY: ".*", Wild.ONE: "."}
SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}]")


def plain(text: str) -> str:
    """A text as an expression that matches just it."""
    return SPECIAL.sub(r"\\\g<0>", fold(text))
