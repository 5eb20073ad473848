"""Tree → Polars expression over frames with the columns of `schema.EVENT`.

For rows that are not stored yet: classes at ingest, filters of exports. The same
meaning as `sql`: a missing value makes a condition false and its negation true.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial, singledispatchmethod
from ipaddress import ip_address

import polars as pl

from events.query import details, dialects, origins
from events.query.fields import Field, Kind
from events.query.folding import ALONE, fold
from events.query.naming import known
from events.query.origins import Sensors
from events.query.tree import (
    Address,
    And,
    Between,
    Compare,
    Glob,
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
    Within,
)
from events.schema import EVENT

Clock = Callable[[], datetime]
# Writes a condition on a value.
Template = Callable[[pl.Expr], pl.Expr]


def utc_now() -> datetime:
    return datetime.now(UTC)


def compile_frame(node: Node, sensors: Sensors, clock: Clock = utc_now) -> pl.Expr:
    """The condition of a query on a row, never null.

    What is seen from now is so whenever the expression runs.
    """
    return Compiler(sensors, clock).write(node)


def all_of(parts: Iterable[pl.Expr]) -> pl.Expr:
    found = list(parts)
    return pl.all_horizontal(found) if found else pl.lit(True)


def any_of(parts: Iterable[pl.Expr]) -> pl.Expr:
    found = list(parts)
    return pl.any_horizontal(found) if found else pl.lit(False)


class Compiler:
    def __init__(self, sensors: Sensors, clock: Clock) -> None:
        self.sensors = sensors
        self.clock = clock

    def each(self, name: str, write: Template) -> pl.Expr:
        """The condition on any of the field's values."""
        field = known(name)
        if field.kind is Kind.DATA:
            return any_of(in_data(path, write) for path in field.paths)
        return any_of(write(column).fill_null(value=False) for column in columns(field))

    @singledispatchmethod
    def write(self, node: Node) -> pl.Expr:
        raise TypeError(f"no expression for {node!r}")

    @write.register
    def _(self, node: And) -> pl.Expr:
        return all_of(self.write(child) for child in node.children)

    @write.register
    def _(self, node: Or) -> pl.Expr:
        return any_of(self.write(child) for child in node.children)

    @write.register
    def _(self, node: Not) -> pl.Expr:
        return ~self.write(node.child)

    @write.register
    def _(self, node: Present) -> pl.Expr:
        field = known(node.field)
        if field.kind is Kind.DATA:
            return any_of(key(path).is_not_null() for path in field.paths)
        return self.each(node.field, pl.Expr.is_not_null)

    @write.register
    def _(self, node: Like) -> pl.Expr:
        return self.each(node.field, partial(is_like, node.pattern))

    @write.register
    def _(self, node: Match) -> pl.Expr:
        expression = dialects.rust(node.pattern)
        return self.each(node.field, lambda text: text.str.contains(expression))

    @write.register
    def _(self, node: Within) -> pl.Expr:
        network = node.network
        if network.num_addresses == 1 and network.version == 4:
            return self.each(node.field, pl.lit(str(network[0])).eq)

        def inside(address: Address) -> bool:
            return address.version == network.version and address in network

        return self.each(node.field, partial(by_address, inside))

    @write.register
    def _(self, node: Compare) -> pl.Expr:
        return self.compared(node.field, (node.operator, node.value))

    @write.register
    def _(self, node: Between) -> pl.Expr:
        low, high = (node.over, node.low), (node.under, node.high)
        return self.compared(node.field, low, high)

    def compared(self, name: str, *bounds: tuple[str, Value]) -> pl.Expr:
        """One value of the field satisfies every bound."""
        match known(name).kind:
            case Kind.ADDRESS:
                return self.each(name, partial(by_address, partial(is_between, bounds)))
            case Kind.DATA:
                return self.each(name, lambda text: satisfies(as_number(text), bounds))
            case Kind.TIME:
                return self.each(name, partial(self.in_time, bounds))
        return self.each(name, lambda value: satisfies(value, bounds))

    def in_time(self, bounds: tuple[tuple[str, Value], ...], time: pl.Expr) -> pl.Expr:
        """A bound that is seen from now is reckoned when rows are there."""
        return all_of(
            time.map_batches(partial(self.seen_from_now, operator, bound), pl.Boolean)
            if isinstance(bound, Relative)
            else OPERATORS[operator](time, pl.lit(bound))
            for operator, bound in bounds
        )

    def seen_from_now(
        self, operator: str, bound: Relative, times: pl.Series
    ) -> pl.Series:
        return SERIES[operator](times, bound.at(self.clock()))

    @write.register
    def _(self, node: OneOf) -> pl.Expr:
        wanted = sorted(node.values)
        return self.each(node.field, lambda value: value.is_in(wanted))

    @write.register
    def _(self, node: Origin) -> pl.Expr:
        wanted = sorted(origins.named(self.sensors, node.field, node.pattern))
        return self.each(node.field, lambda value: value.is_in(wanted))


def columns(field: Field) -> list[pl.Expr]:
    found = [name for name in field.read("events") if name in EVENT]
    return [
        pl.col(name).cast(pl.Int8) if EVENT[name] == pl.Boolean else pl.col(name)
        for name in found
    ]


SERIES: dict[str, Callable[[pl.Series, datetime], pl.Series]] = {
    "=": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
OPERATORS: dict[str, Callable[..., pl.Expr]] = {
    "=": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def satisfies(value: pl.Expr, bounds: Iterable[tuple[str, Value]]) -> pl.Expr:
    return all_of(OPERATORS[operator](value, bound) for operator, bound in bounds)


# -- text


def folded(text: pl.Expr) -> pl.Expr:
    return text.str.replace_many(ALONE).str.to_lowercase()


def is_like(pattern: Pattern | Glob, text: pl.Expr) -> pl.Expr:
    value = folded(text)
    if isinstance(pattern, Glob):
        return value.str.contains(dialects.wildcards(pattern))
    wanted = fold(pattern.text)
    if pattern.open_start and pattern.open_end:
        return value.str.contains(wanted, literal=True)
    if pattern.open_start:
        return value.str.ends_with(wanted)
    return value.str.starts_with(wanted) if pattern.open_end else value == wanted


# -- addresses: each one that is there is looked at once


def by_address(test: Callable[[Address], bool], text: pl.Expr) -> pl.Expr:
    return text.map_batches(partial(where_address, test), pl.Boolean)


def where_address(test: Callable[[Address], bool], texts: pl.Series) -> pl.Series:
    found = [text for text in texts.unique().drop_nulls() if is_address(test, text)]
    return texts.is_in(found)


def is_address(test: Callable[[Address], bool], text: str) -> bool:
    try:
        return test(ip_address(text))
    except ValueError:
        return False


def is_between(bounds: Iterable[tuple[str, Value]], address: Address) -> bool:
    return all(
        isinstance(bound, Address)
        and bound.version == address.version
        and ORDER[operator](int(address), int(bound))
        for operator, bound in bounds
    )


ORDER: dict[str, Callable[[int, int], bool]] = {
    ">": int.__gt__,
    ">=": int.__ge__,
    "<": int.__lt__,
    "<=": int.__le__,
}


# -- keys of `data`


def key(path: tuple[str, ...]) -> pl.Expr:
    """The texts at a key: a list of one, of those of a list, or null."""
    read = partial(details.texts, path=path)
    return pl.col("data").map_batches(read, pl.List(pl.String))


def in_data(path: tuple[str, ...], write: Template) -> pl.Expr:
    inner = write(pl.element()).fill_null(value=False)
    return key(path).list.eval(inner).list.any().fill_null(value=False)


NUMBER = r"^-?[0-9]{1,18}(?:\.[0-9]{1,9})?$"
EXACT = pl.Decimal(38, 9)


def as_number(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(NUMBER)).then(text).cast(EXACT)
