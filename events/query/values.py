"""What stands after `field:` → a condition; each kind of field reads its own values.

Every error names the value, says what would be right and where the text is wrong.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from events.query.fields import FIELDS, Field, Kind
from events.query.tree import (
    Compare,
    Leaf,
    Like,
    OneOf,
    Origin,
    Pattern,
    Present,
    QueryError,
    Within,
)
from sensors import networks

NUMBER = re.compile(r"[+-]?[0-9]{1,19}")
OCTETS = re.compile(r"((?:[0-9]{1,3}\.){1,3})\*")


@dataclass(frozen=True)
class Value:
    """The text of a value; `at` is its offset in the query."""

    text: str
    operator: str
    quoted: bool
    at: int


def condition(name: str, value: Value, at: int) -> Leaf:
    """The condition of `name:value`; QueryError says what is wrong with either."""
    field = FIELDS.get(name.lower())
    if field is None:
        raise QueryError(unknown(name, value), at)
    if not value.text and not value.quoted:
        raise QueryError(f"{field.name}: needs a value after it.", value.at)
    if value.operator != "=" and field.kind is not Kind.NUMBER:
        raise QueryError(
            f"{field.name} cannot be compared by {value.operator}; "
            f"write {field.name}:{value.text}.",
            value.at,
        )
    if value.text == "*" and value.operator == "=" and not value.quoted:
        return Present(field.name)
    return READERS[field.kind](field, value)


def unknown(name: str, value: Value) -> str:
    close = get_close_matches(name.lower(), FIELDS, n=1)
    guess = f"Did you mean {close[0]}? " if close else ""
    return (
        f"There is no field {name}. {guess}"
        f'To search for the text itself, quote it: "{name}:{value.text}".'
    )


def pattern(value: Value) -> Pattern:
    if value.quoted:
        return Pattern(value.text)
    inner = value.text.strip("*")
    if "*" in inner:
        raise QueryError(
            "* stands for any text at the start or the end of a value only; "
            f'to search for a star itself, quote the value: "{value.text}".',
            value.at + value.text.index(inner) + inner.index("*"),
        )
    return Pattern(inner, value.text.startswith("*"), value.text.endswith("*"))


def read_text(field: Field, value: Value) -> Leaf:
    return Like(field.name, pattern(value))


def read_content(field: Field, value: Value) -> Leaf:
    text = value.text if value.quoted else value.text.strip("*")
    return Like(field.name, Pattern(text, True, True))


def read_origin(field: Field, value: Value) -> Leaf:
    return Origin(field.name, pattern(value))


def read_address(field: Field, value: Value) -> Leaf:
    try:
        return Within(field.name, networks.parse(value.text))
    except ValueError as error:
        message = from_octets(value.text) or str(error)
        raise QueryError(message, value.at) from None


def from_octets(text: str) -> str:
    """What to write instead of `10.1.*`; empty when it is something else."""
    found = OCTETS.fullmatch(text)
    if not found:
        return ""
    octets = found[1].rstrip(".").split(".")
    network = ".".join([*octets, "0", "0", "0"][:4])
    return f"Write the network as {network}/{8 * len(octets)}."


def read_number(field: Field, value: Value) -> Leaf:
    if value.text.endswith("*") and field.names and value.operator == "=":
        return named_like(field, value)
    number = number_of(field, value)
    if not field.low <= number <= field.high:
        raise QueryError(
            f"{field.name} goes from {field.low} to {field.high}, "
            f"not {value.text[:20]}.",
            value.at,
        )
    return Compare(field.name, value.operator, number)


def number_of(field: Field, value: Value) -> int:
    known = field.names.get(value.text.lower())
    if known is not None:
        return known
    if NUMBER.fullmatch(value.text):
        return int(value.text)
    raise QueryError(no_number(field, value), value.at)


def no_number(field: Field, value: Value) -> str:
    if not field.names:
        return f"{field.name} is a number, not {value.text[:40]!r}."
    close = get_close_matches(value.text.lower(), field.names, n=1)
    guess = f" Did you mean {close[0]}?" if close else ""
    return (
        f"{value.text[:40]!r} is no {field.name}.{guess} "
        f"There are: {', '.join(field.names)}."
    )


def named_like(field: Field, value: Value) -> Leaf:
    """`type:modsec*`."""
    wanted = pattern(value)
    found = {number for name, number in field.names.items() if wanted.matches(name)}
    if not found:
        raise QueryError(no_number(field, value), value.at)
    return OneOf(field.name, frozenset(found))


READERS: dict[Kind, Callable[[Field, Value], Leaf]] = {
    Kind.TEXT: read_text,
    Kind.CONTENT: read_content,
    Kind.ADDRESS: read_address,
    Kind.NUMBER: read_number,
    Kind.ORIGIN: read_origin,
}
