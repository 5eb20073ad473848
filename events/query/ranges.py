"""Ranges after `field:`, `low..high` and `[low TO high]`, either end open."""

import re
from datetime import UTC

from events.query import addresses, times
from events.query.days import Stretch
from events.query.fields import ORDERED, Field, Kind
from events.query.given import Text, checked
from events.query.tree import Address, Between, Compare, Leaf, Present, Relative, Value
from events.query.values import DECIMAL, READERS, bounded, read_text


def between(
    field: Field, value: Text, low: str, high: str, over: str = ">=", under: str = "<="
) -> Leaf:
    """`low..high`; an end that is empty or a star is open."""
    low, high = (end if end != "*" else "" for end in (low, high))
    if not low and not high:
        raise value.error(f"{field.name}: needs a value on one side of the dots.")
    if field.kind is Kind.DATA and not all(
        DECIMAL.fullmatch(end) for end in (low, high) if end
    ):
        return read_text(field, value)
    if field.kind is Kind.TIME and low and high:
        return between_times(field, value, (low, high), over, under)
    start = end_of(field, low, value, over) if low else None
    at = value.text.rfind(high)
    end = end_of(field, high, value, under, at) if high else None
    if start and end:
        strict = {start.operator, end.operator} & {">", "<"}
        check_order(value, start.value, end.value, bool(strict))
        return Between(field.name, start.value, end.value, start.operator, end.operator)
    return start or end  # type: ignore[return-value]  # one of them is there


def between_times(
    field: Field, value: Text, ends: tuple[str, str], over: str, under: str
) -> Leaf:
    """The end as it is meant beside the start; days are meant whole."""
    low, high = (end.strip().lower() for end in ends)
    try:
        first = times.one(low, UTC)
        last = times.after(first, high, UTC)
    except ValueError as error:
        raise value.error(str(error)) from None
    start = bounded(field, first, over)
    end = ending(field, last, under)
    if not isinstance(start, Compare) or not isinstance(end, Compare):
        raise value.error(f"{value.text!r} has no start and end.")
    if last.is_clock and start.value == end.value:
        raise value.error("The end must be after the start.")
    check_order(value, start.value, end.value, strict=end.operator == "<")
    return Between(field.name, start.value, end.value, start.operator, end.operator)


def ending(field: Field, last: Stretch, operator: str) -> Leaf:
    """A time of the clock ends a range and is not in it, as in `times.stretch`."""
    return bounded(field, last, "<" if last.is_clock else operator)


def end_of(
    field: Field, text: str, value: Text, operator: str, shift: int = 0
) -> Compare:
    """One end of a range as a comparison."""
    part = Text(text, value.at + shift, operator)
    if field.kind is Kind.ADDRESS:
        return Compare(field.name, operator, checked(addresses.address, part))
    if field.kind is Kind.TIME and operator == "<=":
        found = ending(field, checked(times.stretch, part), operator)
    else:
        found = READERS[field.kind](field, part)
    if not isinstance(found, Compare):
        raise part.error(f"{text!r} cannot be the end of a range.")
    return found


def check_order(value: Text, low: Value, high: Value, strict: bool) -> None:
    """Two ends that cannot have anything between them are a mistake."""
    versions = {end.version for end in (low, high) if isinstance(end, Address)}
    if len(versions) > 1:
        raise value.error("Both ends of a range must be of one kind of address.")
    if isinstance(low, Relative) and isinstance(high, Relative):
        if low.anchor != high.anchor or low.months != high.months:
            return
        low, high = low.offset, high.offset
    if type(low) is type(high) and (low > high or (strict and low == high)):  # type: ignore[operator]  # of one type
        first, dots, last = value.text.partition("..")
        better = f"{last}..{first}" if dots else None
        raise value.error("The range goes from the larger to the smaller.", better)


def bracketed(field: Field, text: str, at: int) -> Leaf:
    """`[low TO high]`, with `{` and `}` for an end that is not in it."""
    low, high = re.split(r"\s+TO\s+", text[1:-1].strip(), maxsplit=1)
    value = Text(text, at)
    if field.kind not in ORDERED:
        raise value.error(f"{field.name} is a text and has no ranges.")
    over = ">" if text[0] == "{" else ">="
    under = "<" if text[-1] == "}" else "<="
    if {low, high} == {"*"}:
        return Present(field.name)
    return between(field, value, low.strip('"'), high.strip('"'), over, under)
