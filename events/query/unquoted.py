"""A time with spaces that is not quoted: `time:yesterday 14:00`."""

import re

from lark import Token

from events.query import times
from events.query.fields import Kind
from events.query.given import Text
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


def at(token: Token) -> int:
    return int(token.start_pos or 0)
