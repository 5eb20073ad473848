"""What a query means: a small tree of typed conditions.

A condition on a value that an event does not have is false, and its negation is true.
Text is compared without regard to case. Nodes are values: equal filters are equal.
"""

from dataclasses import dataclass

from sensors.networks import Network


class QueryError(Exception):
    """The text is no query; `at` is the offset in it that is wrong."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


@dataclass(frozen=True)
class Pattern:
    """A text that a value equals; an open end stands for any text."""

    text: str
    open_start: bool = False
    open_end: bool = False

    def matches(self, value: str) -> bool:
        wanted, value = self.text.lower(), value.lower()
        if self.open_start and self.open_end:
            return wanted in value
        if self.open_start:
            return value.endswith(wanted)
        return value.startswith(wanted) if self.open_end else value == wanted


@dataclass(frozen=True)
class Words:
    """Free text: in one of the columns that free text reads."""

    text: str


@dataclass(frozen=True)
class Present:
    """The field has a value."""

    field: str


@dataclass(frozen=True)
class Like:
    """A text field has a value like the pattern."""

    field: str
    pattern: Pattern


@dataclass(frozen=True)
class Within:
    """An address field lies in the network."""

    field: str
    network: Network


@dataclass(frozen=True)
class Compare:
    """A number field is =, <, <=, > or >= the value."""

    field: str
    operator: str
    value: int


@dataclass(frozen=True)
class OneOf:
    """A number field is one of the values."""

    field: str
    values: frozenset[int]


@dataclass(frozen=True)
class Origin:
    """The sensor's names are like the pattern: `sensor` (its name or
    `<sensor>.<domain>`) or `domain`."""

    field: str
    pattern: Pattern


@dataclass(frozen=True)
class Not:
    child: "Node"


@dataclass(frozen=True)
class And:
    """Every child; without children it is true of everything."""

    children: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Or:
    children: tuple["Node", ...]


Leaf = Words | Present | Like | Within | Compare | OneOf | Origin
Node = Leaf | Not | And | Or
EVERYTHING = And()
