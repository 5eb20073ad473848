"""The meaning of a query, written down once more in the plainest way.

Compilers are tested against it. A row is a dictionary of the columns; a value that is
missing is None; addresses, times and `data` are as Python reads them.
"""

import json
import operator
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from events.query import Node, Sensors
from events.query.fields import Kind
from events.query.naming import known
from events.query.patterns import Chars, Choice, Edge, Repeat, Sequence, read
from events.query.tree import (
    And,
    Between,
    Compare,
    Glob,
    Like,
    Match,
    Not,
    OneOf,
    Or,
    Origin,
    Pattern,
    Present,
    Relative,
    Wild,
    Within,
)

Row = dict[str, Any]
CHECKS = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def matches(
    node: Node,
    row: Row,
    sensors: Sensors,
    table: str = "events",
    now: datetime = NOW,
) -> bool:
    if isinstance(node, And):
        return all(matches(one, row, sensors, table, now) for one in node.children)
    if isinstance(node, Or):
        return any(matches(one, row, sensors, table, now) for one in node.children)
    if isinstance(node, Not):
        return not matches(node.child, row, sensors, table, now)
    return any(
        holds(node, value, sensors, now) for value in values(node.field, row, table)
    )


def values(name: str, row: Row, table: str) -> list[Any]:
    """The values that a field has in a row; none where it is missing."""
    field = known(name)
    if field.kind is Kind.DATA:
        return [text for path in field.paths for text in in_data(row["data"], path)]
    found = [value(column, row, table) for column in field.read(table)]
    return [one for one in found if one is not None]


def value(column: str, row: Row, table: str) -> Any:
    if table == "flows":
        if column == "type":
            return 4
        if column == "duration":
            return row["end"] - row["start"]
        if column in {"bytes", "packets"}:
            ways = [row[f"{column}_in"], row[f"{column}_out"]]
            known = [one for one in ways if one is not None]
            return sum(known) if known else None
    return row.get(column)


class Whole:
    """What a key holds when it is an object, or nothing that is a text."""


def in_data(text: str | None, path: tuple[str, ...]) -> list[Any]:
    found = json.loads(text or "{}", parse_float=Decimal, parse_int=Decimal)
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    if found is None:
        return []
    if not isinstance(found, dict | list):
        return [as_text(found)]
    inner = found if isinstance(found, list) else []
    scalars = [one for one in inner if one is not None]
    texts = [as_text(one) for one in scalars if not isinstance(one, dict | list)]
    return [Whole(), *texts]


def as_text(scalar: Any) -> str:
    if isinstance(scalar, bool):
        return "true" if scalar else "false"
    if isinstance(scalar, str):
        return scalar
    return f"{scalar if scalar else abs(scalar):f}"  # numeric has no minus zero


def holds(node: Any, value: Any, sensors: Sensors, now: datetime) -> bool:
    if isinstance(node, Present):
        return True
    if isinstance(value, Whole):
        return False
    match node:
        case Like():
            return alike(node.pattern, value)
        case Match():
            return found_in(read(node.pattern), value)
        case Within():
            address = ip_address(value)
            return address.version == node.network.version and address in node.network
        case Compare():
            return compared(value, node.operator, node.value, now)
        case Between():
            above = compared(value, node.over, node.low, now)
            return above and compared(value, node.under, node.high, now)
        case OneOf():
            return value in node.values
        case Origin():
            name, domain = sensors[value]
            named = [domain] if node.field == "domain" else [name, f"{name}.{domain}"]
            return any(alike(node.pattern, text) for text in named)
    raise AssertionError(node)


def compared(value: Any, sign: str, bound: Any, now: datetime) -> bool:
    if isinstance(bound, Relative):
        bound = instant(bound, now)
    if isinstance(bound, Decimal):
        if not is_number(value):
            return False
        value = Decimal(value)
    if isinstance(bound, IPv4Address | IPv6Address):
        value = ip_address(value)
        if value.version != bound.version:
            return False
    return bool(CHECKS[sign](value, bound))


def instant(bound: Relative, now: datetime) -> datetime:
    """The anchor is looked for day by day, back from where it may be at the latest."""
    if bound.anchor is None:
        return now + bound.offset
    asked = later(now, -bound.anchor.months) - bound.anchor.back
    sizes = {"minute": 60, "hour": 3600}
    if bound.anchor.unit in sizes:
        begins = asked - timedelta(seconds=asked.timestamp() % sizes[bound.anchor.unit])
    else:
        begins = asked.replace(hour=0, minute=0, second=0, microsecond=0)
        while not BEGINS[bound.anchor.unit](begins):
            begins -= timedelta(days=1)
    return later(begins, bound.months) + bound.offset


BEGINS: dict[str, Callable[[datetime], bool]] = {
    "day": lambda day: True,
    "week": lambda day: day.strftime("%a") == "Mon",
    "month": lambda day: day.day == 1,
    "year": lambda day: (day.day, day.month) == (1, 1),
}


def later(day: datetime, months: int) -> datetime:
    """The same day of another month, or the last one that it has."""
    number = day.year * 12 + day.month - 1 + months
    wanted = day.day
    while True:
        try:
            return day.replace(year=number // 12, month=number % 12 + 1, day=wanted)
        except ValueError:
            wanted -= 1


def is_number(text: str) -> bool:
    """At most 18 digits before and 9 after the point, in ASCII."""
    whole, point, rest = text.removeprefix("-").partition(".")
    parts = [(whole, 18), (rest, 9)] if point else [(whole, 18)]
    return all(
        part.isascii() and part.isdigit() and len(part) <= most for part, most in parts
    )


# -- text


def same(one: str) -> str:
    """What a character counts as."""
    return "i" if one == "İ" else one.lower()


def folded(text: str) -> str:
    return "".join(map(same, text))


def alike(pattern: Pattern | Glob, value: str) -> bool:
    value = folded(value)
    if isinstance(pattern, Glob):
        return like_glob(list(pattern.parts), value)
    wanted = folded(pattern.text)
    if not pattern.open_start and not pattern.open_end:
        return value == wanted
    if pattern.open_start and pattern.open_end:
        return value.find(wanted) >= 0
    cut = value[-len(wanted) :] if pattern.open_start else value[: len(wanted)]
    return cut == wanted if wanted else True


def like_glob(parts: list[str | Wild], value: str) -> bool:
    if not parts:
        return not value
    first, *rest = parts
    if first is Wild.MANY:
        return any(like_glob(rest, value[n:]) for n in range(len(value) + 1))
    if first is Wild.ONE:
        return bool(value) and like_glob(rest, value[1:])
    wanted = folded(str(first))
    return value.startswith(wanted) and like_glob(rest, value[len(wanted) :])


# -- regular expressions: the places where what begins at `start` may end


def found_in(pattern: Any, text: str) -> bool:
    return any(ends(pattern, text, start) for start in range(len(text) + 1))


def ends(pattern: Any, text: str, start: int) -> set[int]:
    match pattern:
        case Chars(ranges):
            here = text[start : start + 1]
            fits = here and any(low <= ord(here) <= high for low, high in ranges)
            return {start + 1} if fits else set()
        case Edge(name):
            return {start} if at_edge(name, text, start) else set()
        case Sequence(children):
            return after(children, text, {start})
        case Choice(children):
            return {end for child in children for end in ends(child, text, start)}
        case Repeat(child, low, high):
            return repeated(child, low, high, text, start)
    raise AssertionError(pattern)


def after(children: tuple[Any, ...], text: str, places: set[int]) -> set[int]:
    for child in children:
        places = {end for place in places for end in ends(child, text, place)}
    return places


def repeated(child: Any, low: int, high: int | None, text: str, start: int) -> set[int]:
    places, found = {start}, {start} if low == 0 else set()
    most = max(low, len(text) + 1) if high is None else high
    for count in range(1, most + 1):
        places = after((child,), text, places)
        if count >= low:
            found |= places
    return found


WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"


def at_edge(name: str, text: str, place: int) -> bool:
    if name == "^":
        return place == 0
    if name == "$":
        return place == len(text)
    before = place > 0 and text[place - 1] in WORD
    return before != (place < len(text) and text[place] in WORD)
