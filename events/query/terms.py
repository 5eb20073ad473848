"""One term of a query, from its tokens to a condition."""

import re

from lark import Token

from events.query import conditions, mending, ranges, values
from events.query.aliases import HEADS
from events.query.fields import FIELDS, Field, Kind
from events.query.given import Text, at
from events.query.naming import ESCAPE, find
from events.query.tree import (
    EVERYTHING,
    Compare,
    Leaf,
    Mend,
    Node,
    OneOf,
    Or,
    QueryError,
)

# Of a FIELD token: the name, and how it is compared.
HEAD = re.compile(r"(.*?):?(>=|<=|>|<)?", re.DOTALL)
FREE = FIELDS["text"]
EVERY = "*"
# What a dotted name begins with when it can only be a field.
FIRST_PARTS = HEADS | {"data", "flow", "link"}


def condition(head: Token, value: Token) -> Node:
    name, operator = parts(head)
    if name.partition(".")[0].lower() not in FIRST_PARTS and "." in name:
        return word(head + value if head.end_pos == value.start_pos else head)
    field = named(name, head, str(value))
    check_near(head, value)
    if value.type == "VALUE" and operator == "=":
        mending.check_negated(head, value)
        if "," in value or "|" in value:
            return several(field, value)
    return one(field, value, operator)


# Of these a comma can only part the values.
PARTED = frozenset({Kind.ADDRESS, Kind.NUMBER, Kind.ORIGIN, Kind.TIME, Kind.DURATION})
ITEM = re.compile(r"[^,]+")


def several(field: Field, value: Token) -> Node:
    """`dport:22,80` is `dport:(22, 80)`; of a text it is asked what is meant."""
    mending.check_typographic(value)
    if field.kind is Kind.CONTENT:
        return one(field, value, "=")
    if "|" in value or (field.kind not in PARTED and not field.spelled):
        mending.check_quotes(value)
        raise mending.several(field, value)
    start = at(value)
    items = [
        Token("ITEM", found[0], start + found.start(), end_pos=start + found.end())
        for found in ITEM.finditer(value)
    ]
    return any_of(field, items) if items else one(field, value, "=")


def parts(head: Token) -> tuple[str, str]:
    found = HEAD.fullmatch(head)
    if not found:
        raise AssertionError(head)
    return found[1], found[2] or "="


def named(name: str, head: Token, rest: str) -> Field:
    field = find(name)
    if field is None:
        raise mending.unknown(name, head, rest)
    return field


def check_near(head: Token, value: Token) -> None:
    """A space after the colon is a slip: the value would belong to nothing."""
    end, start = int(head.end_pos or 0), int(value.start_pos or 0)
    if end != start:
        message = f"{head} needs a value right after it, without a space."
        raise QueryError(message, end, Mend(end, start, ""))


def listed(head: Token, tokens: list[Token]) -> Node:
    """`field:(a, b)`: any of the values."""
    name, operator = parts(head)
    field = named(name, head, "")
    if operator != "=":
        raise QueryError(f"A list cannot be compared by {operator}.", at(head))
    return any_of(field, tokens)


def any_of(field: Field, tokens: list[Token]) -> Node:
    found: list[Node] = [in_list(field, token) for token in tokens]
    if len(found) == 1:
        return found[0]
    numbers = [number for leaf in found if (number := plain_number(leaf)) is not None]
    if field.kind is Kind.NUMBER and len(numbers) == len(found):
        return OneOf(field.name, frozenset(numbers))
    return Or(tuple(dict.fromkeys(found)))


def in_list(field: Field, token: Token) -> Leaf:
    if token.type == "ITEM" and token in {"AND", "NOT", "TO", "and", "not"}:
        raise QueryError(
            f"Brackets after {field.name}: hold values, any of which may match; "
            f"{token} stands between whole terms.",
            at(token),
        )
    if token.type == "ITEM" and token in {"or"}:
        raise mending.small(token)
    return one(field, token, "=")


def plain_number(leaf: Node) -> int | None:
    if isinstance(leaf, Compare) and leaf.operator == "=":
        return leaf.value if isinstance(leaf.value, int) else None
    return None


def one(field: Field, token: Token, operator: str) -> Leaf:
    start = at(token)
    if token.type == "FLAGGED":
        raise mending.flags(token)
    if token.type in {"REGEX", "LISTED"} and operator == "=":
        return conditions.expression(field, slashless(token), start)
    if token.type == "RANGE" and operator == "=":
        return ranges.bracketed(field, str(token), start)
    if token.type == "PHRASE":
        text = Text(unquoted(token), start, operator, True, len(token))
    else:
        mending.check_quotes(token)
        mending.check_flags(token)
        text = Text(str(token), start, operator)
    return conditions.condition(field, text)


def phrase(token: Token) -> Node:
    text = unquoted(token)
    if not text:
        message = "There is nothing between the quotes."
        raise QueryError(message, at(token), Mend(at(token), at(token) + 2, ""))
    return conditions.condition(FREE, Text(text, at(token), quoted=True))


def free_expression(token: Token) -> Node:
    return conditions.expression(FREE, slashless(token), at(token))


def word(token: Token | str) -> Node:
    if isinstance(token, Token):
        mending.check_typographic(token)
    if token == EVERY:
        return EVERYTHING
    return values.read_content(FREE, Text(str(token), 0))


def unquoted(token: str) -> str:
    return ESCAPE.sub(r"\1", token[1:-1])


def slashless(token: str) -> str:
    """What stands between the slashes; an i after them says what always holds."""
    return token[1 : token.rindex("/")].replace("\\/", "/")
