"""What is known of an address: whose it is, and with what it was seen.

Read from the store in bounded time, the newest rows first. What does not fit into the
time or the number of rows is said: the answer is then of the newest events only.
"""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from psycopg import errors, sql
from psycopg.rows import DictRow

from events import origins, pools, rows, search, statements, walk
from events.cursors import TICK
from events.described import FIELD_LABELS
from events.pools import Reader
from events.query import Fragment, Sensors
from events.query.sql import all_of
from events.query.tree import Within
from events.search import Search
from events.statements import SegmentGone, Way
from events.tables import EVENTS
from events.terms import TABLES, named, term
from events.walk import Part, Span
from sensors import networks
from sensors.models import Sensor
from sensors.networks import Network

SECONDS = 1.0
LEAST = 0.05  # seconds; less is left: no other statement is begun
MOST_ROWS = 10_000
TOP = 5

# The columns of which the most frequent values are told; `peer` is the other end.
SEEN = ("peer", "host", "user", "app", "dport", "type", "action", "sensor")
READ = (
    "time", "src", "dst", "dport", "type", "sensor", "rank", "host", "app", "user",
    "action",
)  # fmt: skip


@dataclass
class Found:
    """The rows about an address, newest first."""

    rows: list[DictRow] = field(default_factory=list)
    complete: bool = True


def known(ip: Network, scope: frozenset[int], span: Span) -> dict[str, Any]:
    """What is known of one address from what the scope may see."""
    names = origins.names(scope)
    found = read(Search(Within("ip", ip), scope, span, table=EVENTS), names)
    address = networks.shown(str(ip))
    return {
        "ip": address,
        "start": rows.moment(span.start),
        "end": rows.moment(span.end),
        "home": home(address, scope),
        **counts(found.rows, address),
        "seen": [seen(name, found.rows, address, names) for name in SEEN],
        "complete": found.complete,
    }


def home(address: str, scope: frozenset[int]) -> list[str]:
    """The sensors in whose HOME_NET it is."""
    sensors = Sensor.objects.filter(pk__in=scope).select_related("domain")
    return [
        sensor.origin
        for sensor in sensors
        if networks.contains(map(networks.parse, sensor.home_net), address)
    ]


def counts(found: list[DictRow], address: str) -> dict[str, Any]:
    return {
        "events": len(found),
        "as_source": sum(row["src"] == address for row in found),
        "as_destination": sum(row["dst"] == address for row in found),
        "first": rows.moment(min((row["time"] for row in found), default=None)),
        "last": rows.moment(max((row["time"] for row in found), default=None)),
        "rank": max((row["rank"] for row in found), default=None),
    }


def seen(
    name: str, found: list[DictRow], address: str, names: Sensors
) -> dict[str, Any]:
    """The most frequent values of a column."""
    values = Counter(value(name, row, address) for row in found)
    values.pop(None, None)
    return {
        "field": name,
        "label": LABELS[name],
        "values": [
            shown(name, one, count, names) for one, count in values.most_common(TOP)
        ],
    }


LABELS = {**FIELD_LABELS, "peer": "Other end", "dport": "Destination port"}


def value(name: str, row: DictRow, address: str) -> Any:
    if name == "peer":
        return row["dst"] if row["src"] == address else row["src"]
    return row[name]


def shown(name: str, value: Any, count: int, names: Sensors) -> dict[str, Any]:
    if name == "sensor":
        value = rows.origin(value, names)
    column = "ip" if name == "peer" else name
    return {
        "value": value,
        "label": named(name, value) if name in TABLES else str(value),
        "count": count,
        "query": term(column, value) or "",
    }


# -- reading


def read(asked: Search, names: Sensors) -> Found:
    if not asked.scope:
        return Found()
    with pools.readers().connection() as connection:
        condition = search.conditions(asked, names).stored
        return Reading(connection, condition).found(asked.span)


@dataclass
class Reading:
    connection: Reader
    condition: Fragment
    started: float = field(default_factory=time.monotonic)

    def found(self, span: Span) -> Found:
        found = Found()
        left = walk.parts(self.connection, EVENTS, span)
        while left and len(found.rows) < MOST_ROWS and self.seconds_left() > LEAST:
            part = left.pop(0)
            try:
                found.rows += self.rows(part, MOST_ROWS - len(found.rows))
            except errors.QueryCanceled:
                left = [*smaller(part), *left]
            except SegmentGone:
                continue
        found.complete = not left and len(found.rows) < MOST_ROWS
        return found

    def rows(self, part: Part, limit: int) -> list[DictRow]:
        """A statement may take half of the time left, so that the newest come."""
        asked = statement(part, self.condition, limit)
        seconds = self.seconds_left() / 2
        return statements.fetch(
            self.connection, asked, seconds, part.filling, Way.GATHERED
        )

    def seconds_left(self) -> float:
        return self.started + SECONDS - time.monotonic()


def smaller(part: Part) -> Iterable[Part]:
    return part.pieces() if part.high - part.low > TICK else (part,)


def statement(part: Part, condition: Fragment, limit: int) -> Fragment:
    where = all_of([*statements.bounds(EVENTS, [part]), condition])
    text = sql.SQL(
        "SELECT {columns} FROM {name} e {overlay} WHERE {where}"
        " ORDER BY {time} DESC LIMIT %s"
    ).format(
        columns=sql.SQL(", ").join(walk.column(EVENTS, name) for name in READ),
        name=sql.Identifier(part.name),
        overlay=walk.overlay(EVENTS),
        where=where.text,
        time=sql.Identifier("e", EVENTS.time),
    )
    return Fragment(text, (*where.params, limit))
