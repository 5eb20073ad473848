"""A value as it stands in a query, with its place."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from lark import Token

from events.query.tree import Mend, QueryError

T = TypeVar("T")
# Before a sign a backslash makes it a plain character; before a letter it is one.
ESCAPE = re.compile(r"\\([!-/:-@\[-^`{-~])")


def at(token: Token) -> int:
    """Its offset in the query."""
    return int(token.start_pos or 0)


@dataclass(frozen=True)
class Text:
    """The text of a value; `at` is its offset in the query."""

    text: str
    at: int
    operator: str = "="
    quoted: bool = False
    length: int = 0  # in the query

    def plain(self) -> "Text":
        """Without backslashes, for kinds of values that have no wildcards."""
        if self.quoted or "\\" not in self.text:
            return self
        length = self.length or len(self.text)
        return replace(self, text=ESCAPE.sub(r"\1", self.text), length=length)

    def error(self, message: str, better: str | None = None) -> QueryError:
        """An error at the value; `better` is what should stand there."""
        mend = None
        if better is not None:
            mend = Mend(self.at, self.at + (self.length or len(self.text)), better)
        return QueryError(message, self.at, mend)


def checked(read: Callable[[str], T], value: Text) -> T:
    try:
        return read(value.text)
    except ValueError as error:
        raise value.error(str(error)) from None
