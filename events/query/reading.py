"""Tree → one plain sentence in English: what will be searched."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from events.query import durations
from events.query.fields import Field, Kind
from events.query.naming import known
from events.query.tree import (
    Anchor,
    And,
    Between,
    Compare,
    Glob,
    Leaf,
    Like,
    Match,
    Node,
    Not,
    OneOf,
    Or,
    Origin,
    Pattern,
    Present,
    Relative,
    Value,
    Wild,
    Within,
)
from sensors import networks

MOST_LISTED = 6
MOST_LENGTH = 600
FREE = {
    "events": "the message, host, application or user",
    "flows": "the application, state or id",
}
WORDS = {"=": "is", ">": "is above", ">=": "is at least", "<": "is below",
         "<=": "is at most"}  # fmt: skip
TIME_WORDS = {"=": "is", ">": "is after", ">=": "is not before", "<": "is before",
              "<=": "is not after"}  # fmt: skip


def reading(node: Node, table: str = "events", now: datetime | None = None) -> str:
    """`source address in 10.0.0.0/8, and not (application is cron)`.

    Days that are seen from now are said as they are at `now`.
    """
    text = said(dated(node, now or datetime.now(UTC)), table)
    return text if len(text) <= MOST_LENGTH else text[: MOST_LENGTH - 1] + "…"


def dated(node: Node, now: datetime) -> Node:
    """`last tuesday` by its date."""
    match node:
        case And() | Or():
            return replace(
                node, children=tuple(dated(one, now) for one in node.children)
            )
        case Not():
            return Not(dated(node.child, now))
        case Compare():
            return replace(node, value=date_of(node.value, now))
        case Between():
            low, high = (date_of(end, now) for end in (node.low, node.high))
            return replace(node, low=low, high=high)
    return node


def date_of(value: Value, now: datetime) -> Value:
    if not isinstance(value, Relative) or value.anchor is None or value in MIDNIGHTS:
        return value
    return value.at(now)


MIDNIGHTS = {
    Relative(timedelta(days=days), Anchor("day")): f"midnight (UTC) {name}"
    for days, name in ((0, "today"), (-1, "yesterday"), (1, "tonight"))
}


def said(node: Node, table: str) -> str:
    match node:
        case And():
            return joined(node.children, ", and ", table) or "everything"
        case Or():
            return same_field(node, table) or joined(node.children, ", or ", table)
        case Not():
            return f"not ({said(node.child, table)})"
    return leaf(node, table)


def joined(children: tuple[Node, ...], word: str, table: str) -> str:
    return word.join(
        f"({said(child, table)})"
        if isinstance(child, And | Or) and "," in said(child, table)
        else said(child, table)
        for child in children
    )


def same_field(node: Or, table: str) -> str:
    """`source address is a, b or c`, for a list of plain values of one field."""
    if len({getattr(child, "field", "") for child in node.children}) != 1:
        return ""
    values = [item(child) for child in node.children]
    first = node.children[0]
    if isinstance(first, And | Or | Not) or not all(values):
        return ""
    word = "in" if any("/" in text for text in values) else "is"
    return f"{known(first.field).noun} {word} {listed(values)}"


def item(node: Node) -> str:
    """The plain value of a condition of equality; empty when it is another one."""
    match node:
        case Within():
            return networks.shown(str(node.network))
        case Like(pattern=Pattern(open_start=False, open_end=False) as pattern):
            return bare(pattern.text)
    return ""


def listed(values: list[str]) -> str:
    if len(values) > MOST_LISTED:
        rest = len(values) - MOST_LISTED + 1
        values = [*values[: MOST_LISTED - 1], f"{rest} others"]
    *first, last = values
    return f"{', '.join(first)} or {last}" if first else last


def leaf(node: Leaf, table: str) -> str:
    field = known(node.field)
    if field.name == "text":
        return free_text(node, FREE.get(table, FREE["events"]))
    return f"{field.noun} {PREDICATES[type(node)](field, node)}"


def free_text(node: Leaf, where: str) -> str:
    match node:
        case Like(pattern=Pattern() as pattern):
            return f"{quoted(pattern.text)} in {where}"
        case Like(pattern=Glob() as glob):
            return f"text like {shown(glob)} in {where}"
        case Match():
            return f"the regular expression /{node.pattern}/ matches {where}"
    return f"{where} has a value"


# -- what is said of a field


def present(field: Field, node: Present) -> str:
    return "has a value"


def like(field: Field, node: Like | Origin) -> str:
    pattern = node.pattern
    if isinstance(pattern, Glob):
        return f"is like {shown(pattern)}"
    text = bare(pattern.text)
    if pattern.open_start and pattern.open_end:
        return f"contains {text}"
    if pattern.open_start:
        return f"ends with {text}"
    return f"begins with {text}" if pattern.open_end else f"is {text}"


def match(field: Field, node: Match) -> str:
    return f"matches the regular expression /{node.pattern}/"


def within(field: Field, node: Within) -> str:
    text = networks.shown(str(node.network))
    return f"in {text}" if "/" in text else f"is {text}"


def compare(field: Field, node: Compare) -> str:
    words = TIME_WORDS if field.kind is Kind.TIME else WORDS
    return f"{words[node.operator]} {value(field, node.value)}"


def between(field: Field, node: Between) -> str:
    low, high = value(field, node.low), value(field, node.high)
    if field.kind is Kind.TIME and node.under == "<":
        return f"from {low} until before {high}"
    over = " (not itself)" if node.over == ">" else ""
    under = " (not itself)" if node.under == "<" else ""
    return f"from {low}{over} to {high}{under}"


def one_of(field: Field, node: OneOf) -> str:
    return f"is {listed([value(field, number) for number in sorted(node.values)])}"


PREDICATES: dict[type[Leaf], Callable[[Field, Any], str]] = {
    Present: present,
    Like: like,
    Origin: like,
    Match: match,
    Within: within,
    Compare: compare,
    Between: between,
    OneOf: one_of,
}


# -- values


def value(field: Field, given: Value) -> str:
    match given:
        case datetime():
            return moment(given)
        case Relative():
            return relative(given)
        case timedelta():
            return durations.spoken(given)
    named = [name for name in field.shown if field.names[name] == given]
    return WAYS.get(named[0], named[0]) if named else str(given)


WAYS = {
    "inbound": "inbound (from outside to HOME_NET)",
    "outbound": "outbound (also within HOME_NET)",
}


def moment(given: datetime) -> str:
    local = given.astimezone(UTC).replace(tzinfo=None)
    whole = not local.second and not local.microsecond
    return local.isoformat(" ", "minutes" if whole else "auto") + " UTC"


def relative(given: Relative) -> str:
    if given in MIDNIGHTS:
        return MIDNIGHTS[given]
    if not given.offset:
        return "now"
    ago = given.offset < timedelta(0)
    distance = durations.spoken(abs(given.offset))
    return f"{distance} ago" if ago else f"in {distance}"


def shown(pattern: Glob) -> str:
    return "".join(
        part.value if isinstance(part, Wild) else part for part in pattern.parts
    )


def bare(text: str) -> str:
    """The text, in quotes where it would run into the sentence."""
    return text if text and " " not in text and "," not in text else quoted(text)


def quoted(text: str) -> str:
    return f'"{text}"'
