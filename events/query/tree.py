"""What a query means: a small tree of typed conditions.

A condition on a value that an event does not have is false, and its negation is true.
Text is compared by `folding.fold`. Nodes are values: equal filters are equal, so a
relative time stays relative in them.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address, IPv6Address

from events.query.folding import fold
from sensors.networks import Network


@dataclass(frozen=True)
class Mend:
    """The text that should stand at `start:end` of the query."""

    start: int
    end: int
    text: str

    def apply(self, query: str) -> str | None:
        """The mended query; None when there is no way."""
        return query[: self.start] + self.text + query[self.end :]


class QueryError(Exception):
    """The text is no query; `at` is the offset in it that is wrong.

    `suggestion` is the mended query, where one is close.
    """

    def __init__(self, message: str, at: int, mend: Mend | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.mend = mend
        self.suggestion: str | None = None


@dataclass(frozen=True)
class Pattern:
    """A text that a value equals; an open end stands for any text."""

    text: str
    open_start: bool = False
    open_end: bool = False

    def matches(self, value: str) -> bool:
        wanted, value = fold(self.text), fold(value)
        if self.open_start and self.open_end:
            return wanted in value
        if self.open_start:
            return value.endswith(wanted)
        return value.startswith(wanted) if self.open_end else value == wanted


class Wild(Enum):
    MANY = "*"  # any text, none too
    ONE = "?"  # any one character


@dataclass(frozen=True)
class Glob:
    """Texts with wildcards among them, which a whole value is like."""

    parts: tuple[str | Wild, ...]


NOTHING = timedelta(0)


@dataclass(frozen=True)
class Anchor:
    """The beginning of the minute, hour, day, week, month or year that it was so many
    `months`, and before that `back`, ago."""

    unit: str
    months: int = 0
    back: timedelta = NOTHING

    def at(self, now: datetime) -> datetime:
        """By the clock on the wall."""
        day = (shifted(now, -self.months) - self.back).replace(second=0, microsecond=0)
        if self.unit == "minute":
            return day
        day = day.replace(minute=0)
        if self.unit == "hour":
            return day
        day = day.replace(hour=0)
        if self.unit == "week":
            return day - timedelta(days=day.weekday())
        if self.unit == "month":
            return day.replace(day=1)
        return day.replace(day=1, month=1) if self.unit == "year" else day


def shifted(time: datetime, months: int) -> datetime:
    """So many months later; the last day of a month that is shorter."""
    year, month = divmod(time.year * 12 + time.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return time.replace(year=year, month=month + 1, day=min(time.day, last))


@dataclass(frozen=True)
class Relative:
    """A time as seen from now: `offset` from it, or `months` and `offset` from an
    anchor, which is one in UTC or in the zone of `now`."""

    offset: timedelta
    anchor: Anchor | None = None
    months: int = 0

    def at(self, now: datetime) -> datetime:
        """In the zone of `now`. Without an anchor by time that passes, which summer
        time does not move."""
        if self.anchor is None:
            return (now.astimezone(UTC) + self.offset).astimezone(now.tzinfo)
        begins = shifted(self.anchor.at(now.replace(tzinfo=None)), self.months)
        return (begins + self.offset).replace(tzinfo=now.tzinfo)


Moment = datetime | Relative
Address = IPv4Address | IPv6Address
Value = int | Decimal | timedelta | datetime | Relative | Address


@dataclass(frozen=True)
class Present:
    """The field has a value."""

    field: str


@dataclass(frozen=True)
class Like:
    """A text field has a value like the pattern."""

    field: str
    pattern: Pattern | Glob


@dataclass(frozen=True)
class Match:
    """A regular expression (as `patterns` reads it) matches within a text field."""

    field: str
    pattern: str


@dataclass(frozen=True)
class Within:
    """An address field lies in the network."""

    field: str
    network: Network


@dataclass(frozen=True)
class Compare:
    """A field is =, <, <=, > or >= the value."""

    field: str
    operator: str
    value: Value


@dataclass(frozen=True)
class Between:
    """One value of the field lies between two: `over` is > or >=, `under` < or <=."""

    field: str
    low: Value
    high: Value
    over: str = ">="
    under: str = "<="


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
    pattern: Pattern | Glob


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


Leaf = Present | Like | Match | Within | Compare | Between | OneOf | Origin
Node = Leaf | Not | And | Or
EVERYTHING = And()
