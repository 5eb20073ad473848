"""One destination's follower: read, write, send, and only then move the position.

    1. read what is new after the saved position
    2. write the wanted rows as lines, send them, wait for the transport's confirmation
    3. save the position and the figures in one transaction

A failure sends again from the saved position after a pause; so a restart of either side
loses nothing that the transport can confirm, and repeats one page at most.
"""

import logging
import threading
import time

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

from events import feed
from events.feed import FeedError, Page, Position
from events.tables import EVENTS
from exporters import status
from exporters.destinations import Order
from exporters.transports.base import DeliveryError

PAGE = 1_000  # ids per read: what is sent again after a failure
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
GRACE_SECONDS = 2.0  # that a page may take to end in good order
QUIET_SAVES = 1.0  # seconds between positions saved when nothing was wanted

Pool = ConnectionPool[psycopg.Connection[TupleRow]]

log = logging.getLogger(__name__)


class News:
    """Wakes the deliveries when the head of the feed has moved."""

    def __init__(self) -> None:
        self.head = 0
        self.changed = threading.Condition()

    def tell(self, head: int) -> None:
        with self.changed:
            self.head = head
            self.changed.notify_all()

    def wait(self, after: int, seconds: float) -> None:
        with self.changed:
            self.changed.wait_for(lambda: self.head > after, seconds)


class Delivery(threading.Thread):
    """The thread of one order; a changed order gets a new one."""

    def __init__(self, order: Order, pool: Pool, news: News) -> None:
        super().__init__(name=order.follower, daemon=True)
        self.order = order
        self.pool = pool
        self.news = news
        self.stopped = threading.Event()
        self.transport = order.transport(order.target)
        self.position: int | None = None  # None: to be read
        self.saved_at = 0.0
        self.is_saved = True
        self.failures = 0

    def stop(self) -> None:
        """Ends it after the page at hand, or soon when the receiver blocks that."""
        if self.stopped.is_set():
            return
        self.stopped.set()
        abort = threading.Timer(GRACE_SECONDS, self.transport.abort)
        abort.daemon = True
        abort.start()

    def run(self) -> None:
        try:
            while not self.stopped.is_set():
                self.attempt()
        finally:
            self.transport.close()

    def attempt(self) -> None:
        """One page; whatever goes wrong concerns this destination only."""
        try:
            self.deliver()
        except (DeliveryError, FeedError) as error:
            rarely = isinstance(error, FeedError) or error.permanent
            self.fail(str(error), rarely)
        except psycopg.OperationalError as error:
            log.warning("%s waits for the database: %s", self.order.name, error)
            self.position = None
            self.stopped.wait(1)
        except Exception:
            log.exception("delivery to %s", self.order.name)
            self.fail("An error inside the product; its log has the details.", True)

    def deliver(self) -> None:
        page = self.read()
        if page.upto == self.position:
            self.wait(page.upto)
            return
        lines = self.order.lines(page.rows)
        if lines:
            self.transport.send(lines)
            self.transport.confirm()
            self.recover()
        self.position = page.upto
        if lines or self.may_save():
            self.save(page.upto, lines)
        else:
            self.is_saved = False

    def wait(self, position: int) -> None:
        """At the head. A position that was left unsaved is saved first."""
        if not self.is_saved and self.may_save():
            self.save(position, [])
        self.news.wait(position, 0.5)

    def may_save(self) -> bool:
        """Where nothing was wanted, once a second is enough."""
        return time.monotonic() - self.saved_at > QUIET_SAVES

    def read(self) -> Page:
        with self.pool.connection() as connection:
            if self.position is None:
                self.position = self.load(connection)
            sensor = self.order.sensor
            return feed.read(connection, EVENTS, self.position, PAGE, sensor)

    def load(self, connection: psycopg.Connection[TupleRow]) -> int:
        start = feed.head(connection, EVENTS)
        return Position(connection, self.order.follower, EVENTS).load(start)

    def save(self, position: int, lines: list[bytes]) -> None:
        with self.pool.connection() as connection:
            Position(connection, self.order.follower, EVENTS).save(position)
            if lines:
                size = sum(map(len, lines))
                status.note_sent(connection, self.order.destination, len(lines), size)
        self.saved_at = time.monotonic()
        self.is_saved = True

    def fail(self, reason: str, rarely: bool) -> None:
        """Notes why, then pauses: twice as long each time, half a minute at most."""
        if self.stopped.is_set():
            return
        self.transport.close()
        self.position = None
        if not self.failures:
            log.warning("%s: %s", self.order.name, reason)
        self.note(reason)
        doubled = FIRST_PAUSE * 2 ** min(self.failures, 10)
        self.failures += 1
        self.stopped.wait(LONGEST_PAUSE if rarely else min(doubled, LONGEST_PAUSE))

    def note(self, reason: str) -> None:
        try:
            with self.pool.connection() as connection:
                status.note_failure(connection, self.order.destination, reason)
        except psycopg.OperationalError as error:
            log.warning("%s waits for the database: %s", self.order.name, error)

    def recover(self) -> None:
        if self.failures:
            log.info("%s: delivered again", self.order.name)
        self.failures = 0
