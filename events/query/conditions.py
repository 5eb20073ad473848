"""`field:value` → a condition: there at all, a range, a regular expression, a value."""

from events.query import patterns, ranges
from events.query.fields import ORDERED, Field, Kind
from events.query.given import Text
from events.query.tree import Leaf, Match, Mend, Present, QueryError
from events.query.values import READERS

TEXTS = frozenset({Kind.TEXT, Kind.CONTENT, Kind.DATA})
COMPARED = ORDERED - {Kind.ADDRESS}


def condition(field: Field, value: Text) -> Leaf:
    """The condition of `field:value`; QueryError says what is wrong with it."""
    if field.kind not in TEXTS and field.kind is not Kind.ORIGIN:
        value = value.plain()
    if value.text == "*" and value.operator == "=" and not value.quoted:
        return Present(field.name)
    if value.operator != "=" and field.kind not in COMPARED:
        raise QueryError(
            f"{field.name} cannot be compared by {value.operator}; "
            f"write {field.name}:{value.text}.",
            value.at,
            Mend(value.at - len(value.operator), value.at, ""),
        )
    low, dots, high = value.text.partition("..")
    if dots and field.kind in ORDERED and value.operator == "=" and not value.quoted:
        return ranges.between(field, value, low, high)
    return READERS[field.kind](field, value)


def expression(field: Field, source: str, at: int) -> Leaf:
    """`field:/…/`; `at` is the offset of the first slash."""
    if field.kind not in TEXTS:
        raise QueryError(f"{field.name} is no text for a regular expression.", at)
    try:
        patterns.read(source)
    except patterns.PatternError as error:
        raise QueryError(error.message, at + 1 + error.at) from None
    return Match(field.name, source)
