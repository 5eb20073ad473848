"""Regular expressions of one meaning, read into a tree; `dialects` writes them.

Only what PostgreSQL and Rust both do in linear time is let in; classes, cases and word
borders become sets of characters, so that neither engine's own idea of a letter counts.
`\\d`, `\\w`, `\\s` and `\\b` know ASCII only; `.` is any character, a line end too; `^`
and `$` are the ends of the whole text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from events.query.charsets import ANY, Ranges, complement, folded, members, points
from events.query.given import at

MOST_LENGTH = 500  # characters of an expression
MOST_REPEATS = 100
MOST_SIZE = 1_000  # characters, with all repetitions written out
MOST_GROUPS = 30

GRAMMAR = r"""
start: choice
?choice: sequence ("|" sequence)*
sequence: piece*
?piece: atom | atom QUANTIFIER -> repeat | EDGE -> edge
?atom: "(" choice ")" | _GROUP choice ")"
    | DOT -> anything | CLASS -> chosen | ESCAPE -> escape | CHAR -> char
QUANTIFIER: /([*+?]|\{[0-9]+(,[0-9]*)?\})\??/
EDGE.2: /\^|\$|\\b/
_GROUP.2: "(?:"
DOT: "."
CLASS: /\[\^?(\\.|[^\]\[\\])+\]/s
ESCAPE: /\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[dDwWsStnrfv]|[^A-Za-z0-9])/s
CHAR: /[^\\^$.|?*+()\[{]|\{(?![0-9,])/s
"""


class PatternError(ValueError):
    """The expression cannot be used; `at` is the offset in it that is wrong."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


@dataclass(frozen=True)
class Chars:
    """One character of a set."""

    ranges: Ranges


@dataclass(frozen=True)
class Edge:
    name: str  # ^, $ or b


@dataclass(frozen=True)
class Repeat:
    child: "Pattern"
    low: int
    high: int | None


@dataclass(frozen=True)
class Sequence:
    children: tuple["Pattern", ...]


@dataclass(frozen=True)
class Choice:
    children: tuple["Pattern", ...]


Pattern = Chars | Edge | Repeat | Sequence | Choice


class Build(Transformer[Token, Pattern]):
    @v_args(inline=True)
    def start(self, child: Pattern) -> Pattern:
        return child

    def choice(self, children: list[Pattern]) -> Pattern:
        return Choice(tuple(children))

    def sequence(self, children: list[Pattern]) -> Pattern:
        return Sequence(tuple(children))

    @v_args(inline=True)
    def repeat(self, child: Pattern, token: Token) -> Pattern:
        low, high = repeats(token.rstrip("?") or "?")
        if max(low, high or 0) > MOST_REPEATS:
            raise PatternError(f"Repeat at most {MOST_REPEATS} times.", at(token))
        if high is not None and low > high:
            raise PatternError(f"{token} goes from more to less.", at(token))
        return Repeat(child, low, high)

    @v_args(inline=True)
    def edge(self, token: Token) -> Pattern:
        return Edge(token.lstrip("\\"))

    @v_args(inline=True)
    def anything(self, token: Token) -> Pattern:
        return Chars(ANY)

    @v_args(inline=True)
    def char(self, token: Token) -> Pattern:
        return Chars(folded(points(token)))

    @v_args(inline=True)
    def escape(self, token: Token) -> Pattern:
        return Chars(checked(members, str(token), token))

    @v_args(inline=True)
    def chosen(self, token: Token) -> Pattern:
        negated = token.startswith("[^")
        ranges = checked(members, token[2 if negated else 1 : -1], token)
        ranges = complement(ranges) if negated else ranges
        if not ranges:
            raise PatternError(f"No character is in {token[:20]}.", at(token))
        return Chars(ranges)


def repeats(quantifier: str) -> tuple[int, int | None]:
    if quantifier in SHORT:
        return SHORT[quantifier]
    low, comma, high = quantifier.strip("{}").partition(",")
    numbers = [min(int(one), MOST_REPEATS + 1) for one in (low, high) if one]
    return numbers[0], (numbers[-1] if not comma or high else None)


SHORT: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}


def checked(read: Callable[[str], Ranges], text: str, token: Token) -> Ranges:
    try:
        return read(text)
    except ValueError as error:
        raise PatternError(str(error), at(token)) from None


@cache
def parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="basic", transformer=Build())


@lru_cache(maxsize=256)
def read(text: str) -> Pattern:
    """The expression as a tree; PatternError says what cannot be used."""
    if len(text) > MOST_LENGTH:
        message = f"A regular expression has at most {MOST_LENGTH} characters."
        raise PatternError(message, MOST_LENGTH)
    if text.count("(") > MOST_GROUPS:
        raise PatternError(f"There are at most {MOST_GROUPS} groups.", text.index("("))
    try:
        found = cast(Pattern, parser().parse(text))
    except UnexpectedInput as error:
        raise PatternError(*wrong(text, place_of(error, text))) from None
    if size(found) > MOST_SIZE:
        raise PatternError("The repetitions are too many in all.", 0)
    return found


def place_of(error: UnexpectedInput, text: str) -> int:
    token = getattr(error, "token", None)
    ended = token is not None and token.type == "$END"
    return len(text) if ended else error.pos_in_stream or 0


REASONS = (
    (re.compile(r"\(\?<?[=!]"), "Looking ahead or back cannot be used."),
    (re.compile(r"\(\?"), "Of groups only (…) and (?:…) can be used."),
    (re.compile(r"\\[1-9]"), "References back to a group cannot be used."),
    (re.compile(r"\\[A-Za-z]"), "This escape cannot be used."),
    (re.compile(r"\\$"), "There is nothing after the last backslash."),
    (re.compile(r"\["), r"This [ is not closed; write \[ for the character itself."),
    (re.compile(r"[*+?{]"), "There is nothing to repeat before it."),
    (re.compile(r"\)"), r"There is no ( before it; write \) for the character itself."),
)


def wrong(text: str, place: int) -> tuple[str, int]:
    if text[max(place - 1, 0) : place + 1] == "(?":
        place -= 1
    for shape, message in REASONS:
        if shape.match(text, place):
            return message, place
    return "A ) is missing.", min(place, len(text))


def size(pattern: Pattern) -> int:
    match pattern:
        case Repeat():
            return size(pattern.child) * max(pattern.high or pattern.low + 1, 1)
        case Sequence() | Choice():
            return sum(map(size, pattern.children)) + 1
    return 1
