"""Query text → tree. Pure: no database, no settings, no clock.

Brackets nest and AND, OR and NOT combine by the grammar; `terms` reads a single term.
The tree is built while the text is parsed, bottom up, so without recursion, and every
token is counted before it is parsed.
"""

import re
from functools import cache
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken, v_args

from events.query import foreign, mending, terms, unquoted
from events.query.given import at
from events.query.grammar import GRAMMAR
from events.query.tree import EVERYTHING, And, Mend, Node, Not, Or, QueryError

MAX_LENGTH = 2_000  # characters
MAX_DEPTH = 30  # brackets within brackets
MAX_TERMS = 64  # conditions; a list is one
MAX_VALUES = 200  # in lists
MOST_MENDS = 8  # of one text, one after the other

UNSTORABLE = re.compile("[\0\ud800-\udfff]")
TERMS = frozenset({"WORD", "PHRASE", "REGEX", "FLAGGED", "FIELD"})


def parse(text: str) -> Node:
    """The tree of a query; empty text matches everything. QueryError otherwise."""
    return scan(text)[0]


def scan(text: str) -> tuple[Node, list[Token]]:
    """The tree and the tokens that it was made of."""
    try:
        return read(text)
    except QueryError as error:
        error.suggestion = mended(text, error)
        raise


def mended(text: str, error: QueryError) -> str | None:
    """The text with its mistakes mended one by one; None when that is no query, or an
    empty one, which would find everything."""
    better, given = text, error
    for _ in range(MOST_MENDS):
        next_one = given.mend.apply(better) if given.mend else None
        if next_one is None:
            return None
        better = next_one.strip()
        try:
            read(better)
        except QueryError as another:
            given = another
        else:
            return better if better and better != text.strip() else None
    return None


def check_text(text: str) -> None:
    if len(text) > MAX_LENGTH:
        message = f"A query has at most {MAX_LENGTH} characters, not {len(text)}."
        raise QueryError(message, MAX_LENGTH)
    bad = UNSTORABLE.search(text)
    if bad:
        mend = Mend(bad.start(), bad.end(), "")
        raise QueryError("This character cannot be searched for.", bad.start(), mend)


def read(text: str) -> tuple[Node, list[Token]]:
    """By a parser that sees each token after it was counted."""
    check_text(text)
    run = parser().parse_interactive(text)
    seen: list[Token] = []
    size = Size()
    try:
        for token in run.iter_parse():
            seen.append(token)
            size.add(token)
            foreign.check(text, seen)
            unquoted.check(text, seen)
        end = Token.new_borrow_pos("$END", "", seen[-1]) if seen else Token("$END", "")
        found = cast(Node, run.feed_token(end))
    except UnexpectedCharacters as error:
        raise mending.stray(text, error.pos_in_stream or 0) from None
    except UnexpectedToken as error:
        raise mending.misplaced(text, error.token, seen) from None
    mending.check_words(seen)
    return found, seen


class Size:
    """Refuses what would cost too much."""

    def __init__(self) -> None:
        self.depth = self.terms = self.values = 0
        self.lists = 0  # depth at which a list began; 0: none
        self.last = ""

    def add(self, token: Token) -> None:
        kind = token.type
        if kind == "LPAR":
            self.open(token)
        elif kind == "RPAR":
            self.depth -= 1
            self.lists = 0
        elif self.lists:
            self.values += kind != "_COMMA"
        elif kind in TERMS and self.last != "FIELD":
            self.terms += 1
        if kind == "VALUE":
            self.values += token.count(",")
        self.last = kind
        if self.terms > MAX_TERMS:
            message = f"A query has at most {MAX_TERMS} conditions."
            raise QueryError(message, at(token))
        if self.values > MAX_VALUES:
            raise QueryError(f"Lists have at most {MAX_VALUES} values.", at(token))

    def open(self, token: Token) -> None:
        self.depth += 1
        if self.last == "FIELD":
            self.lists = self.depth
        if self.depth > MAX_DEPTH:
            raise QueryError(f"Brackets go at most {MAX_DEPTH} deep.", at(token))


class Build(Transformer[Token, Node]):
    @v_args(inline=True)
    def start(self, child: Node = EVERYTHING) -> Node:
        return child

    def either(self, children: list[Node]) -> Node:
        return Or(tuple(children))

    def both(self, children: list[Node]) -> Node:
        return And(tuple(children))

    @v_args(inline=True)
    def negated(self, child: Node) -> Node:
        return child.child if isinstance(child, Not) else Not(child)

    @v_args(inline=True)
    def value(self, token: Token) -> Token:
        return token

    def values(self, tokens: list[Token]) -> list[Token]:
        return tokens

    @v_args(inline=True)
    def condition(self, head: Token, value: Token) -> Node:
        return terms.condition(head, value)

    @v_args(inline=True)
    def listed(self, head: Token, values: list[Token]) -> Node:
        return terms.listed(head, values)

    @v_args(inline=True)
    def equals(self, token: Token) -> Node:
        raise mending.equals(token)

    @v_args(inline=True)
    def phrase(self, token: Token) -> Node:
        return terms.phrase(token)

    @v_args(inline=True)
    def expression(self, token: Token) -> Node:
        return terms.free_expression(token)

    @v_args(inline=True)
    def flagged(self, token: Token) -> Node:
        raise mending.flags(token)

    @v_args(inline=True)
    def word(self, token: Token) -> Node:
        return terms.word(token)


@cache
def parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="contextual", transformer=Build())
