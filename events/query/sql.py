"""Tree → parameterised SQL over `e` (events or flows) and `s` (event_state).

Three-valued logic stays inside: the caller's WHERE and every NOT take unknown as
false (`IS NOT TRUE`). Only names of columns and constants are composed; every value is
a parameter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import singledispatchmethod

from psycopg import sql

from events.query.fields import FIELDS, FREE_TEXT
from events.query.tree import (
    And,
    Compare,
    Like,
    Node,
    Not,
    OneOf,
    Or,
    Origin,
    Pattern,
    Present,
    Within,
    Words,
)
from events.tables import Table

# Sensor ids with the names of the sensor and its domain.
Sensors = Mapping[int, tuple[str, str]]

NOTHING = sql.SQL("NULL")
# Columns that are not what the table holds.
OVERLAID: dict[tuple[str, str], sql.Composable] = {
    ("events", "rank"): sql.SQL("coalesce(s.rank, e.rank)"),
}
CONSTANT: dict[tuple[str, str], sql.Composable] = {("flows", "type"): sql.SQL("4")}
OPERATORS = {
    "=": sql.SQL("="),
    ">": sql.SQL(">"),
    ">=": sql.SQL(">="),
    "<": sql.SQL("<"),
    "<=": sql.SQL("<="),
}
SPECIAL = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


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


class Compiler:
    def __init__(self, table: Table, sensors: Sensors, overlay: bool) -> None:
        self.table = table
        self.sensors = sensors
        self.special = CONSTANT | OVERLAID if overlay else CONSTANT

    def column(self, name: str) -> sql.Composable | None:
        """The column as SQL; None where the table has no such value."""
        special = self.special.get((self.table.name, name))
        if special is not None:
            return special
        if name not in self.table.schema:
            return None
        return sql.Identifier("e", name)

    def columns(self, field: str) -> list[sql.Composable]:
        found = [self.column(name) for name in FIELDS[field].columns]
        return [column for column in found if column is not None]

    def each(self, field: str, template: sql.SQL, *params: object) -> Fragment:
        """The template for any of the field's columns, which stand at `{}`."""
        return any_of(
            Fragment(template.format(column), params) for column in self.columns(field)
        )

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
    def _(self, node: Words) -> Fragment:
        wanted = like(Pattern(node.text, True, True))
        found = [self.column(name) for name in FREE_TEXT[self.table.name]]
        return any_of(
            Fragment(sql.SQL("{} ILIKE %s").format(column), (wanted,))
            for column in found
            if column is not None
        )

    @write.register
    def _(self, node: Present) -> Fragment:
        return self.each(node.field, sql.SQL("{} IS NOT NULL"))

    @write.register
    def _(self, node: Like) -> Fragment:
        if node.pattern.open_start or node.pattern.open_end:
            return self.each(node.field, sql.SQL("{} ILIKE %s"), like(node.pattern))
        template = sql.SQL("lower({}) = lower(%s)")
        return self.each(node.field, template, node.pattern.text)

    @write.register
    def _(self, node: Within) -> Fragment:
        alone = node.network.num_addresses == 1
        template = sql.SQL("{} = %s::inet" if alone else "{} <<= %s::inet")
        return self.each(node.field, template, str(node.network))

    @write.register
    def _(self, node: Compare) -> Fragment:
        operator = OPERATORS[node.operator].as_string()
        template = sql.SQL("{} " + operator + " %s")
        return self.each(node.field, template, node.value)

    @write.register
    def _(self, node: OneOf) -> Fragment:
        template = sql.SQL("{} = ANY(%s::int[])")
        return self.each(node.field, template, sorted(node.values))

    @write.register
    def _(self, node: Origin) -> Fragment:
        found = sorted(self.named(node.field, node.pattern))
        return self.each(node.field, sql.SQL("{} = ANY(%s::int[])"), found)

    def named(self, field: str, pattern: Pattern) -> set[int]:
        """The ids of the sensors whose names are like the pattern."""
        return {
            number
            for number, (name, domain) in self.sensors.items()
            if any(
                pattern.matches(text)
                for text in (
                    [domain] if field == "domain" else [name, f"{name}.{domain}"]
                )
            )
        }


def like(pattern: Pattern) -> str:
    """The pattern for ILIKE; what LIKE reads as special is escaped."""
    start = "%" if pattern.open_start else ""
    end = "%" if pattern.open_end else ""
    return f"{start}{pattern.text.translate(SPECIAL)}{end}"
