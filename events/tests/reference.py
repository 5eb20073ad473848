"""The meaning of a query, written down once more in the plainest way.

Compilers are tested against it. A row is a dictionary of the columns; a value that is
missing is None.
"""

from ipaddress import ip_address
from typing import Any

from events.query import Node, Sensors
from events.query.fields import FIELDS, FREE_TEXT
from events.query.tree import (
    And,
    Compare,
    Like,
    Not,
    OneOf,
    Or,
    Origin,
    Pattern,
    Present,
    Within,
    Words,
)

Row = dict[str, Any]
CHECKS = {
    "=": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def matches(node: Node, row: Row, sensors: Sensors) -> bool:
    if isinstance(node, And):
        return all(matches(child, row, sensors) for child in node.children)
    if isinstance(node, Or):
        return any(matches(child, row, sensors) for child in node.children)
    if isinstance(node, Not):
        return not matches(node.child, row, sensors)
    if isinstance(node, Words):
        texts = [row[name] for name in FREE_TEXT["events"] if row[name] is not None]
        return any(node.text.lower() in text.lower() for text in texts)
    found = [row[name] for name in FIELDS[node.field].columns if row[name] is not None]
    return any(holds(node, value, sensors) for value in found)


def holds(node: Any, value: Any, sensors: Sensors) -> bool:
    match node:
        case Present():
            return True
        case Like():
            return alike(node.pattern, value)
        case Within():
            address = ip_address(value)
            return address.version == node.network.version and address in node.network
        case Compare():
            return bool(CHECKS[node.operator](value, node.value))
        case OneOf():
            return value in node.values
        case Origin():
            name, domain = sensors[value]
            named = [domain] if node.field == "domain" else [name, f"{name}.{domain}"]
            return any(alike(node.pattern, text) for text in named)
    raise AssertionError(node)


def alike(pattern: Pattern, value: str) -> bool:
    value, wanted = value.lower(), pattern.text.lower()
    if not pattern.open_start and not pattern.open_end:
        return value == wanted
    if pattern.open_start and pattern.open_end:
        return value.find(wanted) >= 0
    cut = value[-len(wanted) :] if pattern.open_start else value[: len(wanted)]
    return cut == wanted if wanted else True
