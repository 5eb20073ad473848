"""Times that are quoted not at all, or in parts: `time:yesterday 14:00`,
`time:"17 nov".."18 nov"`; ranges of any field in quotes."""

import re

from lark import Token

from events.query import times
from events.query.fields import ORDERED, Field, Kind
from events.query.given import Text, at
from events.query.naming import find
from events.query.tree import Mend, QueryError


def no_time(value: Text, message: str) -> QueryError:
    """A time with spaces that is not quoted is meant as a whole."""
    return QueryError(message, value.at, Whole(value.at) if not value.quoted else None)


class Whole(Mend):
    """The longest time that begins at `start`, in quotes."""

    def __init__(self, start: int) -> None:
        super().__init__(start, start, "")

    def apply(self, query: str) -> str | None:
        rest = query[self.start :]
        for found in [*SPACES.finditer(rest)][MOST_SPACES - 1 :: -1]:
            time = rest[: found.end()]
            if is_time(time):
                return f'{query[: self.start]}"{time}"{rest[found.end() :]}'
        return None


MOST_SPACES = 8  # in a time
SPACES = re.compile(r"\s+[^\s()\"]+")


def is_time(text: str) -> bool:
    try:
        times.stretch(text)
    except ValueError:
        return False
    return True


def check(text: str, seen: list[Token]) -> None:
    check_range(text, seen)
    check_time(text, seen)


RANGE = re.compile(r'("[^"]*"|[^\s()"]*?)\.\.("[^"]*"|[^\s()"]*)')


def check_range(text: str, seen: list[Token]) -> None:
    """`time:"17 nov".."18 nov"`: quotes around the ends, which would be texts."""
    if len(seen) < 3 or seen[-3].type != "FIELD":
        return
    head, low, high = seen[-3:]
    if low.end_pos != high.start_pos or "PHRASE" not in {low.type, high.type}:
        return
    field = find(head.rstrip("<>=:"))
    found = RANGE.match(text, at(low))
    dots = low[-2:] if low.type == "VALUE" else high[:2]
    if field is None or not found or dots != "..":
        return
    if field.kind not in ORDERED:
        raise QueryError(f"{field.name} is a text and has no ranges.", at(low))
    better = whole_range(field, found[1].strip('"'), found[2].strip('"'))
    mend = Mend(at(low), found.end(), better) if head[-1] == ":" else None
    message = f"A range is written as a whole: {field.name}:{better}."
    raise QueryError(message, at(low), mend)


def whole_range(field: Field, low: str, high: str) -> str:
    if field.kind is not Kind.TIME:
        return f"{low}..{high}"
    if low and high:
        return f'"{low} to {high}"'
    return f'>="{low}"' if low else f'<="{high}"'


def check_time(text: str, seen: list[Token]) -> None:
    """`time:yesterday 14:00`: a day, and a word that is meant as part of it."""
    if [token.type for token in seen[-3:]] != ["FIELD", "VALUE", "WORD"]:
        return
    head, value, _ = seen[-3:]
    field = find(head.rstrip("<>=:"))
    whole = Whole(at(value))
    if field is None or field.kind is not Kind.TIME or whole.apply(text) is None:
        return
    better = (whole.apply(text) or "")[at(head) :].split('"')[1]
    raise QueryError(
        f'A time with a space is quoted: {head}"{better}".', at(value), whole
    )
