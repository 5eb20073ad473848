"""Values of an event as terms of the query language, whatever is in them. Pure.

`static/js/parts/terms.js` writes the same in the browser.
"""

import re
from typing import Any

from events.query import QueryError, parse
from events.query.fields import FACILITIES, FIELDS, SEVERITIES
from events.schema import TYPES

LONGEST = 1_000  # characters of one term; a query has 2,000
PLAIN = re.compile(r"[A-Za-z0-9_:](?:[A-Za-z0-9_:-]|[./](?=[A-Za-z0-9_]))*")
LIKE_OPERATOR = frozenset({"AND", "OR", "NOT"})
KEY = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
DIRECTIONS = {True: "inbound", False: "outbound"}
# Columns whose field has another name.
NAMES = {"cls": "class", "inbound": "direction"}


def quoted(value: str) -> str:
    """The value as it stands in a query: bare where it can, else in quotes."""
    if PLAIN.fullmatch(value) and value not in LIKE_OPERATOR:
        return value
    return in_quotes(value)


def in_quotes(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def term(column: str, value: Any) -> str | None:
    """The term that finds events with this value; None where none can."""
    name = NAMES.get(column, column)
    if value is None or value == "" or name not in FIELDS:
        return None
    return fitting(name, written(column, value))


def data_term(key: str, value: Any) -> str | None:
    """The same of a member of `data`; None for what no query can name."""
    if isinstance(value, dict | list) or value is None or value == "":
        return None
    name = key if KEY.fullmatch(key) else in_quotes(key)
    return fitting(f"data.{name}", quoted(plain(value)))


def plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def written(column: str, value: Any) -> str:
    """Numbers of tables by their names, other numbers as they are."""
    if column == "inbound":
        return DIRECTIONS[value]
    if column in TABLES:
        return named(column, value)
    return plain(value) if isinstance(value, int) else quoted(str(value))


TABLES = {
    "type": TYPES,
    "severity": dict(enumerate(SEVERITIES)),
    "facility": dict(enumerate(FACILITIES)),
}


def named(column: str, number: int) -> str:
    return TABLES[column].get(number, str(number))


def fitting(name: str, value: str) -> str | None:
    """The term, if it is short enough and a condition on just this field."""
    asked = f"{name}:{value}"
    if len(asked) > LONGEST:
        return None
    try:
        found = parse(asked)
    except QueryError:
        return None
    return asked if getattr(found, "field", None) == name else None
