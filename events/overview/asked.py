"""What an overview is asked."""

from dataclasses import dataclass
from datetime import UTC, datetime

from events.overview.fields import FACETS
from events.overview.steps import Steps
from events.query import Fragment, Node, Sensors, compile_sql, origins
from events.query.tree import And, Not, Or, Origin
from events.search import bound
from events.tables import EVENTS, Table
from events.walk import Span

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
VALUES = 20  # of a facet that are shown


@dataclass(frozen=True)
class Asked:
    """`sensors` are those in the user's scope; nothing else is read."""

    query: Node
    sensors: Sensors
    span: Span
    table: Table = EVENTS

    @property
    def scope(self) -> frozenset[int]:
        return frozenset(self.sensors)

    def condition(self, changed: bool) -> Fragment:
        """The filter on rows of segments where a rank was changed, or on others."""
        where = compile_sql(self.query, self.table, self.sensors, overlay=changed)
        return bound(self.scope, where)


@dataclass(frozen=True)
class Overview:
    """A histogram in the series of `by`, and facets."""

    asked: Asked
    steps: Steps
    by: str = "type"
    fields: tuple[str, ...] = ()
    values: int = VALUES
    exact: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """What the facets need to be counted."""
        return tuple(dict.fromkeys(FACETS[name].column for name in self.fields))


def only_of_sensors(node: Node, sensors: Sensors) -> frozenset[int] | None:
    """The sensors whose rows all match, when the query asks for nothing else."""
    if isinstance(node, Origin):
        return frozenset(origins.named(sensors, node.field, node.pattern))
    if isinstance(node, Not):
        inner = only_of_sensors(node.child, sensors)
        return None if inner is None else frozenset(sensors) - inner
    if isinstance(node, And | Or):
        return combined(node, sensors)
    return None


def combined(node: And | Or, sensors: Sensors) -> frozenset[int] | None:
    every = isinstance(node, And)
    found = frozenset(sensors) if every else frozenset()
    for child in node.children:
        inner = only_of_sensors(child, sensors)
        if inner is None:
            return None
        found = found & inner if every else found | inner
    return found
