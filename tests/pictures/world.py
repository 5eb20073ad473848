"""The product that is pictured: made-up data in its store, and lines that arrive.

Import it only when Django is set up for that product (`camera.ready`).
"""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from threading import Event, Thread

import polars as pl

from events import database, pins, reports, searches, store
from events.database import Connection
from events.tables import EVENTS
from events.walk import Span
from ingest import pipeline
from ingest.lines import LINES
from mssweb.demo.schedule import lines as network_lines
from sensors import routing
from sensors.models import Membership, Role, Sensor, Source, User
from tests.pictures import past

BATCH = 30_000
FLOOD = 3_000  # lines a second
HOME_NET = ["10.20.0.0/16"]
SOURCES = {"10.20.0.1": "fw-edge", "10.20.0.2": "asa-core", "10.20.1.0/24": "servers"}


def fill(now: datetime) -> None:
    """Everything but what arrives from now on."""
    sensor = Sensor.objects.get(is_default=True)
    sensor.home_net, sensor.location = HOME_NET, "Head office"
    sensor.save()
    for address, name in SOURCES.items():
        Source.objects.create(sensor=sensor, network=address, name=name)
    routing.bump()
    with database.connect() as connection:
        save_lines(connection, now)
        save(connection, "alerts", events=past.alerts(now, sensor.pk))
        save(connection, "flows", flows=past.flows(now, sensor.pk))
    keep_some(now)


def save_lines(connection: Connection, now: datetime) -> None:
    said = past.lines(now)
    for first in range(0, len(said), BATCH):
        part = said[first : first + BATCH]
        prepared = pipeline.prepare(journalled(part), routing.load())
        origin = store.Origin("pictures", first, first + len(part) - 1)
        store.save(connection, origin, events=prepared.events)


def journalled(said: list[tuple[datetime, str]]) -> pl.DataFrame:
    """As `receive` would have written them."""
    values = {
        "received": [moment for moment, _ in said],
        "peer": ["10.20.0.1"] * len(said),
        "transport": ["udp"] * len(said),
        "port": [514] * len(said),
        "cut": [0] * len(said),
        "line": [line.encode() for _, line in said],
    }
    return pl.DataFrame(values, schema=LINES)


def save(
    connection: Connection,
    name: str,
    events: pl.DataFrame | None = None,
    flows: pl.DataFrame | None = None,
) -> None:
    """A batch that no journal had."""
    first = store.position(connection, name)
    height = max(len(frame) for frame in (events, flows) if frame is not None)
    origin = store.Origin(name, first, first + height - 1)
    store.save(connection, origin, events=events, flows=flows)


def keep_some(now: datetime) -> None:
    """What people made of it: pins, searches, a report, members."""
    ada = User.objects.get(username="ada")
    worst = ids_of("rank >= 60", 4)
    notes = ("first sign of it, ticket 4711", "the same file again", "", "watch this")
    for number, note in zip(worst, notes, strict=False):
        pins.keep(ada, number, note)
    for name, address in {
        "Failed log-ins": "q=failed+password&range=7d",
        "Blocked at the edge": "q=action%3Adeny&range=24h&group=src",
    }.items():
        searches.create(ada, "history", searches.Wish(name, address, "home"))
    searches.create(ada, "realtime", searches.Wish("High ranks", "q=rank%3E0", ""))
    span = Span(now - timedelta(hours=24), now)
    wish = reports.Wish(
        "Scans of the last day", "All from five addresses; the firewall held.",
        "rank>0", EVENTS, span,
    )  # fmt: skip
    reports.create(ada, wish, now)
    bo = User.objects.create_user("bo", password=None)
    home = Sensor.objects.get(is_default=True).domain
    Membership.objects.create(user=bo, domain=home, role=Role.ANALYST)


def ids_of(condition: str, count: int) -> list[int]:
    """The newest events that satisfy a condition of SQL."""
    asked = f"SELECT id FROM events WHERE {condition} ORDER BY id DESC LIMIT %s"  # noqa: S608  (written here)
    with database.connect() as connection:
        return [number for (number,) in connection.execute(asked, [count]).fetchall()]


class Arriving:
    """Lines that are sent while pictures are taken: with `with`, until it ends."""

    def __init__(self, port: int, rate: float | None = None) -> None:
        """`rate` in lines a second; None: as the network sends them."""
        self.port, self.rate = port, rate
        self.ended = Event()
        self.thread = Thread(target=self.run, daemon=True)

    def __enter__(self) -> "Arriving":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()

    def run(self) -> None:
        began = time.monotonic()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for after, line in self.lines():
                if self.ended.wait(max(0.0, began + after - time.monotonic())):
                    return
                sender.sendto(line.encode(), ("127.0.0.1", self.port))

    def lines(self) -> Iterator[tuple[float, str]]:
        """(seconds since the start, line); those of a flood are dated as they go."""
        if self.rate is None:
            yield from network_lines(past.SEED, datetime.now(UTC))
            return
        random = Random(past.SEED)
        for number in count():
            yield number / self.rate, past.line(random, datetime.now(UTC))
