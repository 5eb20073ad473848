"""What rows can be grouped by, beside the facets: messages and their kind.

`event` is the signature where there is one, else the message with every number, address
and hexadecimal word as `#`: so log lines condense that differ in nothing else.
"""

import re

from psycopg import sql

from events.overview.asked import Asked
from events.overview.fields import FACETS, as_text, expression
from events.overview.fields import names as facets
from events.query import Fragment
from events.tables import EVENTS, Table
from events.terms import quoted, term

EVENT = "event"
LONGEST = 500  # characters of a message that tell it from others
LONGEST_KIND = 200
VARYING = "[0-9a-fA-F.:]*[0-9][0-9a-fA-F.:]*"
KIND = (
    f"coalesce(e.signature, regexp_replace(left(e.message, {LONGEST_KIND}),"
    f" '{VARYING}', '#', 'g'))"
)
SHORT = f"left(e.message, {LONGEST})"
FRAGMENTS, SHORTEST = 4, 3  # of a kind that its term asks for


def names(table: Table) -> list[str]:
    """The columns that rows of the table can be grouped by."""
    if table is EVENTS:
        return [*facets(table), "message", EVENT, "source"]
    return [*facets(table), "state", "source"]


def key(asked: Asked, name: str, changed: bool) -> Fragment:
    """The column as text."""
    if name == "message":
        return Fragment(sql.SQL(SHORT))
    if name == EVENT:
        return Fragment(sql.SQL(KIND))
    if name == "domain":
        return domain(asked)
    column = FACETS[name].column if name in FACETS else name
    found = as_text(column, expression(asked.table, column, changed))
    return Fragment(sql.SQL("{}").format(found))


def domain(asked: Asked) -> Fragment:
    numbers = sorted(asked.sensors)
    names = [asked.sensors[number][1] for number in numbers]
    text = sql.SQL("(%s::text[])[array_position(%s::int[], e.sensor)]")
    return Fragment(text, (names, numbers))


def shown(asked: Asked, name: str, value: str | None) -> str | int | None:
    if value is None or name not in FACETS:
        return value
    return FACETS[name].show(value, asked.sensors).value


def query(asked: Asked, by: tuple[str, ...], values: tuple[str | None, ...]) -> str:
    """The terms that find the rows of a group; of a kind, rows that are like it."""
    return " ".join(
        found
        for name, value in zip(by, values, strict=True)
        if (found := one(asked, name, value))
    )


def one(asked: Asked, name: str, value: str | None) -> str:
    if value is None:
        return f"NOT {name}:*"
    if name == EVENT:
        return of_kind(value)
    if name in FACETS:
        return FACETS[name].show(value, asked.sensors).query
    return term(name, value) or ""


def of_kind(value: str) -> str:
    """The longest texts between what varies; without any, it is a signature."""
    if "#" not in value:
        text = quoted(value)
        return f"(signature:{text} OR message:{text})"
    texts = [text for text in re.split("#+", value) if len(text.strip()) >= SHORTEST]
    longest = sorted(texts, key=len, reverse=True)[:FRAGMENTS]
    return " ".join(f"message:{quoted(text)}" for text in longest)
