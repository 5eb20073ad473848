"""What can be counted by: the literal table of facets, their labels and their terms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from psycopg import sql

from events import tally
from events.query import Sensors
from events.query.fields import SEVERITIES
from events.schema import TYPES
from events.tables import ADDRESSES, EVENTS, FLOWS, Table
from events.terms import quoted, term

BANDS = {
    -1: ("below 0", "rank<0"),
    0: ("0", "rank:0"),
    1: ("1–49", "(rank>0 rank<50)"),
    2: ("50–100", "rank>=50"),
}
# As `events/tally.py` has it.
BAND = "(({rank} > 0)::int + ({rank} >= 50)::int - ({rank} < 0)::int)"


@dataclass(frozen=True)
class Shown:
    """A value as it is shown, and the term that finds it (empty: none does)."""

    value: str | int
    label: str
    query: str


Show = Callable[[str, Sensors], Shown]


def plain(name: str) -> Show:
    return lambda value, _: Shown(value, value, term(name, value) or "")


def number(name: str) -> Show:
    return lambda value, _: Shown(int(value), value, term(name, int(value)) or "")


def named(name: str, names: Mapping[int, str]) -> Show:
    """A number that is shown by its name."""

    def show(value: str, _: Sensors) -> Shown:
        code = int(value)
        return Shown(code, names.get(code, value), term(name, code) or "")

    return show


def sensor(value: str, sensors: Sensors) -> Shown:
    names = sensors.get(int(value))
    label = ".".join(names) if names else f"#{value}"
    return Shown(label, label, f"sensor:{quoted(label)}" if names else "")


def domain(value: str, _: Sensors) -> Shown:
    return Shown(value, value, f"domain:{quoted(value)}")


def band(value: str, _: Sensors) -> Shown:
    return Shown(int(value), *BANDS[int(value)])


@dataclass(frozen=True)
class Facet:
    """A field that can be counted by, and the column that holds it."""

    name: str
    column: str
    show: Show
    folds: bool = False  # text that the query language compares without case


def text(name: str) -> Facet:
    return Facet(name, name, plain(name), folds=True)


FACETS = {
    facet.name: facet
    for facet in (
        Facet("type", "type", named("type", TYPES)),
        Facet("sensor", "sensor", sensor),
        Facet("domain", "sensor", domain),
        Facet("src", "src", plain("src")),
        Facet("dst", "dst", plain("dst")),
        Facet("sport", "sport", number("sport")),
        Facet("dport", "dport", number("dport")),
        text("proto"),
        text("app"),
        text("host"),
        text("user"),
        text("action"),
        text("signature"),
        Facet("class", "cls", number("cls")),
        Facet("rank", "rank", number("rank")),
        Facet("severity", "severity", named("severity", dict(enumerate(SEVERITIES)))),
    )
}
SERIES = {
    "type": Facet("type", "type", named("type", TYPES)),
    "rank": Facet("rank", "band", band),
    "sensor": Facet("sensor", "sensor", sensor),
    "class": Facet("class", "cls", number("cls")),
}
# Of the columns, in figures; what is counted at ingest has the code it is kept by.
CODES = {"sensor": tally.ALL, **tally.CODES}
DEFAULT_FIELDS = {
    EVENTS.name: ("type", "sensor", "src", "dst", "dport", "app", "host", "user"),
    FLOWS.name: ("sensor", "src", "dst", "dport", "proto", "app"),
}
# Columns that the table of flows does not have.
OF_FLOWS = {"type": "4", "rank": "0", "band": "0", "cls": "NULL::int"}


def names(table: Table) -> list[str]:
    """The facets that the table has."""
    special = OF_FLOWS if table is FLOWS else {}
    return [
        facet.name
        for facet in FACETS.values()
        if facet.column in table.schema or facet.column in special
    ]


def expression(table: Table, column: str, changed: bool) -> sql.Composable:
    """The column of a row `e`, with the present rank where one was changed."""
    if table is FLOWS and column in OF_FLOWS:
        return sql.SQL(OF_FLOWS[column])
    rank = "coalesce(s.rank, e.rank)" if changed else "e.rank"
    if column == "band":
        return sql.SQL(BAND.format(rank=rank))
    return sql.SQL(rank) if column == "rank" else sql.Identifier("e", column)


def as_text(column: str, expression: sql.Composable) -> sql.Composable:
    template = "host({})" if column in ADDRESSES else "({})::text"
    return sql.SQL(template).format(expression)
