"""Query text → tree. Pure: no database, no settings.

The grammar knows words, quoted phrases, brackets, AND, OR, NOT and `-`; what a word
means (`field:value`, `rank>5`, free text) is read from the word itself, so that errors
point to the place.
"""

import re
from functools import cache
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken, v_args

from events.query.fields import FIELDS
from events.query.tree import EVERYTHING, And, Node, Not, Or, QueryError, Words
from events.query.values import Value, condition

MAX_LENGTH = 2_000  # characters
MAX_DEPTH = 30  # brackets within brackets
MAX_TERMS = 64  # conditions

GRAMMAR = r"""
start: either?
?either: both (_OR both)*
?both: one (_AND? one)*
?one: (_NOT | _MINUS) one -> negated
    | "(" either ")"
    | FIELD_PHRASE -> field_phrase
    | PHRASE -> phrase
    | WORD -> word

_OR.3: /OR(?![^\s()"])/
_AND.3: /AND(?![^\s()"])/
_NOT.3: /NOT(?![^\s()"])/
_MINUS.2: /-(?=[^\s)\->])/
FIELD_PHRASE.4: /[A-Za-z_]+:(>=|<=|>|<)?"(\\.|[^"\\])*"/s
PHRASE.2: /"(\\.|[^"\\])*"/s
WORD.1: /[^\s()"]+/
%ignore /\s+/
"""

FIELD = re.compile(r"([A-Za-z_]+)(:|(?=[<>]))(>=|<=|>|<)?(.*)", re.DOTALL)
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def parse(text: str) -> Node:
    """The tree of a query; empty text matches everything. QueryError otherwise."""
    check_text(text)
    try:
        check_size(text)
        return cast(Node, parser().parse(text))
    except UnexpectedCharacters as error:
        raise stray(text, error.pos_in_stream) from None
    except UnexpectedToken as error:
        raise misplaced(text, error.token) from None


def check_text(text: str) -> None:
    if len(text) > MAX_LENGTH:
        message = f"A query has at most {MAX_LENGTH} characters, not {len(text)}."
        raise QueryError(message, MAX_LENGTH)
    bad = UNSTORABLE.search(text)
    if bad:
        raise QueryError("This character cannot be searched for.", bad.start())


def check_size(text: str) -> None:
    """Refuses what would cost too much, before a tree is built."""
    depth = terms = 0
    for token in parser().lex(text):
        depth += {"LPAR": 1, "RPAR": -1}.get(token.type, 0)
        terms += token.type in {"WORD", "PHRASE", "FIELD_PHRASE"}
        if depth > MAX_DEPTH:
            message = f"Brackets go at most {MAX_DEPTH} deep."
            raise QueryError(message, at(token))
        if terms > MAX_TERMS:
            message = f"A query has at most {MAX_TERMS} conditions."
            raise QueryError(message, at(token))


def stray(text: str, found: int | None) -> QueryError:
    at = found or 0
    if text[at] == '"':
        return QueryError('The quote is not closed; add a " at its end.', at)
    return QueryError(f"{text[at]!r} cannot stand here.", at)


def misplaced(text: str, token: Token) -> QueryError:
    if token.type == "$END":
        return QueryError(
            "The query ends too early: a term or a ) is missing.", len(text)
        )
    if token.type == "RPAR":
        return QueryError("There is no term or no ( before this ).", at(token))
    return QueryError(
        f"{token} needs a term on both sides; "
        f'to search for the word itself, quote it: "{token}".',
        at(token),
    )


def at(token: Token) -> int:
    return int(token.start_pos or 0)


class Build(Transformer[Token, Node]):
    """Builds the tree while the text is parsed, bottom up, so without recursion."""

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
    def phrase(self, token: Token) -> Node:
        text = unquoted(token)
        if not text:
            raise QueryError("There is nothing between the quotes.", at(token))
        return Words(text)

    @v_args(inline=True)
    def field_phrase(self, token: Token) -> Node:
        name, _, rest = token.partition(":")
        operator, _, quoted = rest.partition('"')
        start = at(token) + len(name) + 1 + len(operator)
        value = Value(unquoted('"' + quoted), operator or "=", True, start)
        return condition(name, value, at(token))

    @v_args(inline=True)
    def word(self, token: Token) -> Node:
        found = FIELD.fullmatch(token)
        if not found or (not found[2] and found[1].lower() not in FIELDS):
            return Words(token.strip("*") or str(token))
        start = at(token) + found.start(4)
        value = Value(found[4], found[3] or "=", False, start)
        return condition(found[1], value, at(token))


def unquoted(token: str) -> str:
    return ESCAPE.sub(r"\1", token[1:-1])


@cache
def parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="basic", transformer=Build())
