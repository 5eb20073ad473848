"""Destinations as delivery sees them, and their place in the feed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import psycopg
from django.db import connection as django_connection
from psycopg.rows import TupleRow

from events import feed
from events.models import Follower
from events.tables import EVENTS
from exporters.formats import FORMATS
from exporters.formats.base import Encode, Options, Row
from exporters.models import Destination
from exporters.transports import TRANSPORTS
from exporters.transports.base import Target, Transport

LIMIT = 100  # destinations, each with a thread of its own

# Flow summaries (4) are never exported: the seed leaves them out of its list.
EXPORTED = frozenset((1, 2, 3, *range(5, 14)))


@dataclass(frozen=True)
class Order:
    """What to deliver where: all that a delivery must be started anew for."""

    destination: int
    follower: str
    name: str
    begun: datetime
    sensor: int
    minimum_rank: int | None
    encode: Encode
    options: Options
    transport: type[Transport]
    target: Target

    def wants(self, row: Row) -> bool:
        """Of the sensor's rows; `rank` of the feed's rows is the present one."""
        return row["type"] in EXPORTED and (
            self.minimum_rank is None or row["rank"] >= self.minimum_rank
        )

    def lines(self, rows: Sequence[Row]) -> list[bytes]:
        return self.encode([row for row in rows if self.wants(row)], self.options)


def orders() -> list[Order]:
    """Of every destination that is switched on."""
    found = Destination.objects.filter(enabled=True).order_by("pk")
    return [order_of(one) for one in found.select_related("sensor__domain")]


def order_of(destination: Destination) -> Order:
    return Order(
        destination.pk,
        destination.follower,
        f"{destination.name} ({destination.sensor.origin})",
        destination.begun,
        destination.sensor_id,
        destination.minimum_rank,
        FORMATS[destination.format].encode,
        options_of(destination),
        TRANSPORTS[destination.transport],
        destination.target,
    )


def options_of(destination: Destination) -> Options:
    sensor = destination.sensor
    limit = TRANSPORTS[destination.transport].limit
    return Options(sensor.origin, ZoneInfo(sensor.zone), destination.with_pri, limit)


def begin(destination: Destination) -> None:
    """From now on: whatever is stored already is not sent. Also resets a position."""
    Follower.objects.update_or_create(
        name=destination.follower,
        table=EVENTS.name,
        defaults={"position": head(), "missed": 0},
    )


def forget(destination: Destination) -> None:
    """Its position goes with it; called when it is deleted."""
    Follower.objects.filter(name=destination.follower).delete()


def head() -> int:
    return feed.head(raw_connection(), EVENTS)


def raw_connection() -> psycopg.Connection[TupleRow]:
    """psycopg's own connection under Django's, in the same transaction."""
    django_connection.ensure_connection()
    found: psycopg.Connection[TupleRow] = django_connection.connection
    return found
