"""What stands after `field:` → a condition; each kind of field reads its own values.

Every error names the value, says what would be right and where the text is wrong.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from difflib import get_close_matches

from events.query import addresses, durations, times, unquoted
from events.query.days import Stretch
from events.query.fields import Field, Kind
from events.query.given import ESCAPE, Text, checked
from events.query.tree import (
    Between,
    Compare,
    Glob,
    Leaf,
    Like,
    OneOf,
    Origin,
    Pattern,
    Wild,
)

NUMBER = re.compile(r"[+-]?[0-9]{1,19}")
SIZE = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,3})?)([kmgt])(i?)b?", re.IGNORECASE)
# What a text of `data` must be to be compared as a number.
DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?")
DASHED = re.compile(r"([0-9]{1,19})[-:]([0-9]{1,19})")
MOST_WILDCARDS = 20


# -- text


def wildcards(value: Text) -> list[str | Wild]:
    """The value cut at its wildcards; within quotes there are none."""
    if value.quoted:
        return [value.text]
    parts: list[str | Wild] = []
    for piece in PIECE.findall(value.text):
        if piece in {"*", "?"}:
            add_wild(parts, Wild(piece))
        else:
            add_text(parts, ESCAPE.sub(r"\1", piece))
    if len(parts) > 2 * MOST_WILDCARDS:
        raise value.error(f"A value has at most {MOST_WILDCARDS} wildcards.")
    return parts


# A wildcard, a sign after a backslash, other text.
PIECE = re.compile(r"[*?]|\\[!-/:-@\[-^`{-~]|\\|[^*?\\]+")


def add_wild(parts: list[str | Wild], wild: Wild) -> None:
    if not (wild is Wild.MANY and parts[-1:] == [Wild.MANY]):
        parts.append(wild)


def add_text(parts: list[str | Wild], text: str) -> None:
    last = parts[-1] if parts else None
    if isinstance(last, str):
        parts[-1] = last + text
    else:
        parts.append(text)


def pattern(parts: list[str | Wild]) -> Pattern | Glob:
    """The simplest pattern of the same meaning."""
    start, end = parts[:1] == [Wild.MANY], parts[-1:] == [Wild.MANY]
    inner = parts[start : len(parts) - end] if len(parts) > 1 else parts
    if len(inner) == 1 and isinstance(inner[0], str):
        return Pattern(inner[0], start, end)
    if not inner:
        return Pattern("")
    return Glob(tuple(parts))


def read_text(field: Field, value: Text) -> Leaf:
    spelled = field.spelled.get(value.text.lower())
    if spelled and value.operator == "=":
        return Like(field.name, Pattern(spelled))
    return Like(field.name, pattern(wildcards(value)))


def read_content(field: Field, value: Text) -> Leaf:
    """Anywhere in the text; a value of nothing but stars is meant as it stands."""
    parts = wildcards(value)
    if parts == [Wild.MANY]:
        parts = [value.text]
    return Like(field.name, pattern([Wild.MANY, *trimmed(parts), Wild.MANY]))


def trimmed(parts: list[str | Wild]) -> list[str | Wild]:
    return parts[parts[0] is Wild.MANY : len(parts) - (parts[-1] is Wild.MANY)]


def read_origin(field: Field, value: Text) -> Leaf:
    return Origin(field.name, pattern(wildcards(value)))


def read_data(field: Field, value: Text) -> Leaf:
    if value.operator == "=":
        return read_text(field, value)
    return Compare(field.name, value.operator, decimal(field, value))


def decimal(field: Field, value: Text) -> Decimal:
    if not DECIMAL.fullmatch(value.text):
        raise value.error(
            f"{field.name} is compared with a number, not {short(value)}."
        )
    return Decimal(value.text)


# -- numbers


def read_number(field: Field, value: Text) -> Leaf:
    if value.text.endswith("*") and field.names and value.operator == "=":
        return named_like(field, value)
    return Compare(field.name, value.operator, number(field, value))


def number(field: Field, value: Text) -> int:
    found = number_of(field, value)
    if not field.low <= found <= field.high:
        raise value.error(
            f"{field.name} goes from {field.low} to {field.high}, "
            f"not {value.text[:20]}."
        )
    return found


def number_of(field: Field, value: Text) -> int:
    named = field.names.get(value.text.lower())
    if named is not None:
        return named
    if NUMBER.fullmatch(value.text):
        return int(value.text)
    if field.is_size and (sized := SIZE.fullmatch(value.text)):
        base = 1024 if sized[3] else 1000
        return int(Decimal(sized[1]) * base ** ("kmgt".index(sized[2].lower()) + 1))
    if dashed := DASHED.fullmatch(value.text):
        low, high = dashed.groups()
        message = f"{field.name} is a number; a range is {low}..{high}."
        raise value.error(message, f"{low}..{high}")
    close = get_close_matches(value.text.lower(), field.names, n=1)
    raise value.error(no_number(field, value, close), close[0] if close else None)


def no_number(field: Field, value: Text, close: list[str]) -> str:
    if not field.names:
        return f"{field.name} is a number, not {short(value)}."
    guess = f" Did you mean {close[0]}?" if close else ""
    there = ", ".join(field.shown)
    return f"{short(value)} is no {field.name}.{guess} There are: {there}."


def short(value: Text) -> str:
    return repr(value.text[:40])


def named_like(field: Field, value: Text) -> Leaf:
    """`type:modsec*`."""
    wanted = Pattern(value.text.rstrip("*"), open_end=True)
    found = {number for name, number in field.names.items() if wanted.matches(name)}
    if not found:
        raise value.error(no_number(field, value, []))
    return OneOf(field.name, frozenset(found))


# -- times


def read_time(field: Field, value: Text) -> Leaf:
    """A stretch is meant whole: `>` is after its end. `-2h` alone is since then."""
    try:
        found = times.stretch(value.text)
    except ValueError as error:
        raise unquoted.no_time(value, str(error)) from None
    return bounded(field, found, value.operator)


def bounded(field: Field, found: Stretch, operator: str) -> Leaf:
    match operator:
        case "=" if found.start == found.end:
            return Compare(field.name, ">=", found.start)
        case "=":
            return Between(field.name, found.start, found.end, ">=", "<")
        case ">" if found.start != found.end:
            return Compare(field.name, ">=", found.end)
        case "<=" if found.start != found.end:
            return Compare(field.name, "<", found.end)
    return Compare(field.name, operator, found.start)


def read_duration(field: Field, value: Text) -> Leaf:
    return Compare(field.name, value.operator, checked(durations.length, value))


READERS: dict[Kind, Callable[[Field, Text], Leaf]] = {
    Kind.TEXT: read_text,
    Kind.CONTENT: read_content,
    Kind.ADDRESS: addresses.read_address,
    Kind.NUMBER: read_number,
    Kind.TIME: read_time,
    Kind.DURATION: read_duration,
    Kind.ORIGIN: read_origin,
    Kind.DATA: read_data,
}
