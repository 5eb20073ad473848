"""All deliveries of one process: a thread for each destination, changed at once.

Only one process delivers at a time: it holds an advisory lock for as long as its
connection lives; a second one stands by. Nothing here waits for a destination.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import django.db
import psycopg
from django.db import connection as django_connection

from events import database, feed
from events.database import Connection
from events.tables import EVENTS
from exporters import destinations, status
from exporters.delivery import Delivery, News, Pool
from sensors import locks, routing

CONNECTIONS = 4  # that all deliveries share
LOOK_SECONDS = 0.2  # how often the feed's head is read
CONFIG_SECONDS = 0.4
BEAT_SECONDS = 5.0
GOODBYE_SECONDS = 5.0  # more than a delivery may take to end

DATABASE_AWAY = (
    psycopg.OperationalError,
    django.db.OperationalError,
    django.db.InterfaceError,
)

log = logging.getLogger(__name__)


def run(stop: threading.Event) -> None:
    """Delivers until `stop` is set; waits for the database as long as it takes."""
    told = ""
    while not stop.is_set():
        try:
            with connected() as connection:
                told = stand_by(connection, stop, told)
                if not stop.is_set():
                    Crew(connection).run(stop)
        except DATABASE_AWAY as error:
            told = tell(told, f"waiting for the database: {error}")
            stop.wait(1)


@contextmanager
def connected() -> Iterator[Connection]:
    """A connection that reads and holds the lock; with it ends the models' one."""
    connection = database.connect()
    try:
        yield connection
    finally:
        connection.close()
        django_connection.close()


def stand_by(connection: Connection, stop: threading.Event, told: str) -> str:
    """Returns when this process is the one that delivers, or has to stop."""
    while not stop.is_set():
        row = connection.execute(
            "SELECT pg_try_advisory_lock(%s)", [locks.DELIVERY]
        ).fetchone()
        if row and row[0]:
            break
        told = tell(told, "standing by: another process delivers")
        stop.wait(1)
    return ""


def tell(told: str, message: str) -> str:
    """Logs a message once, however often it is true."""
    if told != message:
        log.warning(message)
    return message


class Crew:
    """The deliveries, while the lock is held."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.news = News()
        self.running: dict[int, Delivery] = {}
        self.version: int | None = None
        self.due = {"config": 0.0, "beat": 0.0}

    def run(self, stop: threading.Event) -> None:
        parameters = database.parameters()
        with Pool(kwargs=parameters, min_size=1, max_size=CONNECTIONS) as pool:
            self.pool = pool
            try:
                while not stop.is_set():
                    self.step()
                    stop.wait(LOOK_SECONDS)
            finally:
                self.stop()

    def step(self) -> None:
        if self.is_due("config", CONFIG_SECONDS):
            self.follow_orders()
        if self.is_due("beat", BEAT_SECONDS):
            status.note_alive(self.connection, self.running)
        self.news.tell(feed.head(self.connection, EVENTS))

    def is_due(self, what: str, seconds: float) -> bool:
        now = time.monotonic()
        if now < self.due[what]:
            return False
        self.due[what] = now + seconds
        return True

    def follow_orders(self) -> None:
        """Starts, ends and replaces deliveries when the configuration has changed.

        A changed destination's old thread ends before its new one starts, so nothing
        is sent twice.
        """
        version = routing.version()
        ended = [key for key, one in self.running.items() if not one.is_alive()]
        if version == self.version and not ended:
            return
        for key in ended:
            del self.running[key]
        wanted = {order.destination: order for order in destinations.orders()}
        for key, one in self.running.items():
            if wanted.get(key) != one.order:
                one.stop()
        free = destinations.LIMIT - len(self.running)
        for order in [o for k, o in wanted.items() if k not in self.running][:free]:
            self.start(order)
        self.version = version

    def start(self, order: destinations.Order) -> None:
        delivery = Delivery(order, self.pool, self.news)
        self.running[order.destination] = delivery
        delivery.start()
        log.info("delivering to %s", order.name)

    def stop(self) -> None:
        """All at once; none waits for another, nor anyone for a dead receiver."""
        for one in self.running.values():
            one.stop()
        until = time.monotonic() + GOODBYE_SECONDS
        for one in self.running.values():
            one.join(max(until - time.monotonic(), 0))
