"""Tree → parameterised SQL over `e` (events or flows) and `s` (event_state).

Three-valued logic stays inside: the caller's WHERE and every NOT take unknown as
false (`IS NOT TRUE`). Only names of columns and constants are composed; every value is
a parameter.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial, singledispatchmethod

from psycopg import sql

from events.query import dialects, origins
from events.query.fields import Field, Kind
from events.query.naming import known
from events.query.origins import Sensors
from events.query.tree import (
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
    Wild,
    Within,
)
from events.tables import Table

# Writes a condition on a value.
Template = Callable[[sql.Composable], sql.SQL | sql.Composed]

# Columns that are not what the table holds.
OVERLAID: dict[tuple[str, str], sql.Composable] = {
    ("events", "rank"): sql.SQL("coalesce(s.rank, e.rank)"),
}
# As numeric, because two large counts do not fit into one bigint.
BOTH_WAYS = (
    "coalesce(e.{0}_in::numeric + e.{0}_out, e.{0}_in::numeric, e.{0}_out::numeric)"
)
MADE: dict[tuple[str, str], sql.Composable] = {
    ("events", "inbound"): sql.SQL("e.inbound::int"),
    ("flows", "inbound"): sql.SQL("e.inbound::int"),
    ("flows", "type"): sql.SQL("4"),
    ("flows", "bytes"): sql.SQL(BOTH_WAYS.format("bytes")),
    ("flows", "packets"): sql.SQL(BOTH_WAYS.format("packets")),
    ("flows", "duration"): sql.SQL('(e."end" - e.start)'),
}
OPERATORS = {
    "=": sql.SQL("="),
    ">": sql.SQL(">"),
    ">=": sql.SQL(">="),
    "<": sql.SQL("<"),
    "<=": sql.SQL("<="),
}
SPECIAL = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
WILDCARDS = {Wild.MANY: "%", Wild.ONE: "_"}


@dataclass(frozen=True)
class Fragment:
    """A piece of SQL with the parameters of its placeholders, in order."""

    text: sql.SQL | sql.Composed
    params: tuple[object, ...] = ()


def compile_sql(
    node: Node, table: Table, sensors: Sensors, overlay: bool = True
) -> Fragment:
    """The condition of a query on a row of the table.

    Without `overlay` it is for rows that nothing changed later: only then can an index
    on what may change be used.
    """
    return Compiler(table, sensors, overlay).write(node)


def all_of(parts: Iterable[Fragment]) -> Fragment:
    return joined(" AND ", "TRUE", list(parts))


def any_of(parts: Iterable[Fragment]) -> Fragment:
    return joined(" OR ", "FALSE", list(parts))


def joined(word: str, empty: str, parts: list[Fragment]) -> Fragment:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return Fragment(sql.SQL(empty))
    inner = sql.SQL(word).join(part.text for part in parts)
    params = tuple(value for part in parts for value in part.params)
    return Fragment(sql.SQL("({})").format(inner), params)


# The value of a key as `j`: a text or number itself, of a list any that is one.
IN_DATA = sql.SQL(
    "(SELECT CASE jsonb_typeof(d.j) WHEN 'object' THEN FALSE WHEN 'array' THEN EXISTS"
    " (SELECT FROM jsonb_array_elements(d.j) a(v) WHERE jsonb_typeof(a.v) <> 'object'"
    " AND jsonb_typeof(a.v) <> 'array' AND {element}) ELSE {value} END"
    " FROM (SELECT e.data{path} AS j) d)"
)
KEY_IS_THERE = sql.SQL("jsonb_typeof(e.data{path}) <> 'null'")
# A text that is no number is not compared; the cast is never tried on it.
AS_NUMBER = sql.SQL(
    "(CASE WHEN {0} ~ '^-?[0-9]{{1,18}}(\\.[0-9]{{1,9}})?$' THEN {0}::numeric END)"
)


class Compiler:
    def __init__(self, table: Table, sensors: Sensors, overlay: bool) -> None:
        self.table = table
        self.sensors = sensors
        self.special = MADE | OVERLAID if overlay else MADE

    def column(self, name: str) -> sql.Composable | None:
        """The column as SQL; None where the table has no such value."""
        special = self.special.get((self.table.name, name))
        if special is not None:
            return special
        if name not in self.table.schema:
            return None
        return sql.Identifier("e", name)

    def columns(self, field: Field) -> list[sql.Composable]:
        found = [self.column(name) for name in field.read(self.table.name)]
        return [column for column in found if column is not None]

    def each(self, name: str, write: Template, *params: object) -> Fragment:
        """The condition on any of the field's values."""
        field = known(name)
        if field.kind is Kind.DATA:
            return any_of(in_data(path, write, params) for path in field.paths)
        return any_of(Fragment(write(column), params) for column in self.columns(field))

    @singledispatchmethod
    def write(self, node: Node) -> Fragment:
        raise TypeError(f"no SQL for {node!r}")

    @write.register
    def _(self, node: And) -> Fragment:
        return all_of(self.write(child) for child in node.children)

    @write.register
    def _(self, node: Or) -> Fragment:
        return any_of(self.write(child) for child in node.children)

    @write.register
    def _(self, node: Not) -> Fragment:
        inner = self.write(node.child)
        return Fragment(sql.SQL("({} IS NOT TRUE)").format(inner.text), inner.params)

    @write.register
    def _(self, node: Present) -> Fragment:
        field = known(node.field)
        if field.kind is Kind.DATA:
            return any_of(
                Fragment(KEY_IS_THERE.format(path=steps(path)), path)
                for path in field.paths
            )
        return self.each(node.field, sql.SQL("{} IS NOT NULL").format)

    @write.register
    def _(self, node: Like) -> Fragment:
        pattern = node.pattern
        if isinstance(pattern, Glob) or pattern.open_start or pattern.open_end:
            return self.each(node.field, sql.SQL("{} ILIKE %s").format, like(pattern))
        equal = sql.SQL("lower({}) = lower(%s)").format
        return self.each(node.field, equal, pattern.text)

    @write.register
    def _(self, node: Match) -> Fragment:
        expression = dialects.postgres(node.pattern)
        return self.each(node.field, sql.SQL("{} ~ %s").format, expression)

    @write.register
    def _(self, node: Within) -> Fragment:
        alone = node.network.num_addresses == 1
        template = sql.SQL("{} = %s::inet" if alone else "{} <<= %s::inet")
        return self.each(node.field, template.format, str(node.network))

    @write.register
    def _(self, node: Compare) -> Fragment:
        return self.compared(node.field, (node.operator, node.value))

    @write.register
    def _(self, node: Between) -> Fragment:
        low, high = (node.over, node.low), (node.under, node.high)
        return self.compared(node.field, low, high)

    def compared(self, name: str, *bounds: tuple[str, Value]) -> Fragment:
        """One value of the field satisfies every bound."""
        params = [each for _, value in bounds for each in parameters(value)]
        return self.each(
            name, partial(within_bounds, known(name).kind, bounds), *params
        )

    @write.register
    def _(self, node: OneOf) -> Fragment:
        template = sql.SQL("{} = ANY(%s::int[])")
        return self.each(node.field, template.format, sorted(node.values))

    @write.register
    def _(self, node: Origin) -> Fragment:
        found = origins.named(self.sensors, node.field, node.pattern)
        return self.each(
            node.field, sql.SQL("{} = ANY(%s::int[])").format, sorted(found)
        )


def within_bounds(
    kind: Kind, bounds: tuple[tuple[str, Value], ...], column: sql.Composable
) -> sql.Composed:
    value = AS_NUMBER.format(column) if kind is Kind.DATA else column
    parts: list[sql.Composable] = [
        sql.SQL("{} {} {}").format(value, OPERATORS[operator], placeholder(kind, bound))
        for operator, bound in bounds
    ]
    if kind is Kind.ADDRESS:  # the other family is no part of any range
        family = sql.Literal(getattr(bounds[0][1], "version", 4))
        parts.append(sql.SQL("family({}) = {}").format(column, family))
    return sql.SQL("({})").format(sql.SQL(" AND ").join(parts))


def in_data(
    path: tuple[str, ...], write: Template, params: tuple[object, ...]
) -> Fragment:
    text = IN_DATA.format(element=write(ELEMENT), value=write(WHOLE), path=steps(path))
    return Fragment(text, (*params, *params, *path))


ELEMENT, WHOLE = sql.SQL("(a.v #>> '{}')"), sql.SQL("(d.j #>> '{}')")


def steps(path: tuple[str, ...]) -> sql.Composable:
    """Into objects only: a number as a key is no place in a list."""
    return sql.SQL("").join([sql.SQL(" -> %s::text")] * len(path))


def placeholder(kind: Kind, value: Value) -> sql.Composable:
    if isinstance(value, Relative):
        return seen_from_now(value)
    return sql.SQL("%s::inet") if kind is Kind.ADDRESS else sql.SQL("%s")


def seen_from_now(value: Relative) -> sql.Composable:
    """`parameters` has the values in this order."""
    if value.anchor is None:
        return sql.SQL("now() + %s")
    return sql.SQL(
        "((date_trunc({unit}, (now() AT TIME ZONE 'UTC') - make_interval(months => %s)"
        " - %s) + make_interval(months => %s) + %s) AT TIME ZONE 'UTC')"
    ).format(unit=sql.Literal(value.anchor.unit))


def parameters(value: Value) -> list[object]:
    if not isinstance(value, Relative):
        return [value if not hasattr(value, "packed") else str(value)]
    if value.anchor is None:
        return [value.offset]
    return [value.anchor.months, value.anchor.back, value.months, value.offset]


def like(pattern: Pattern | Glob) -> str:
    """The pattern for ILIKE; what LIKE reads as special is escaped."""
    if isinstance(pattern, Glob):
        return "".join(
            WILDCARDS[part] if isinstance(part, Wild) else part.translate(SPECIAL)
            for part in pattern.parts
        )
    start = "%" if pattern.open_start else ""
    end = "%" if pattern.open_end else ""
    return f"{start}{pattern.text.translate(SPECIAL)}{end}"
