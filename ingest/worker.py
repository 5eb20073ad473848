"""Journal → store: the loop of the `ingest` process.

1. asks the database where it stands and reads the journal from there;
2. prepares chunks ahead of the writer, in order (`ingest/ahead.py`);
3. saves one chunk after the other, each in its own transaction, exactly once;
4. wakes the live page, tells its state in `ingest.json`, deletes what is stored.

When the database is away, it tries again until it is back, and begins at 1: what was
committed without an answer is then known by its position. Anything else that goes
wrong ends the process loudly.
"""

import datetime as dt
import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import django.db
import psycopg
from django.conf import settings

from events import database, notify, store, turns
from events.store import Origin
from ingest import folder as folders
from ingest import knowledge, recovery, salvage, sightings
from ingest.ahead import Ahead, Prepare
from ingest.census import Census
from ingest.counters import Counters
from ingest.known import NOTHING
from ingest.models import JournalTotal
from ingest.reader import LIMIT, Chunk, Reader, drop_before
from ingest.stopping import Stopping
from ingest.vitals import Vitals
from sensors import health, routing
from sensors.models import Sensor
from sensors.routing import Routes

AWAY = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    django.db.OperationalError,
    django.db.InterfaceError,
)
BACKOFF = (0.5, 5.0)  # seconds between two tries, growing
GRACE = 10.0  # seconds in which to finish when told to stop
STATUS_SECONDS = 1.0
MUCH = LIMIT // 2  # lines of a batch that waited (the end of a file cuts one short)
TOTALS_SECONDS = 10.0
LEARN_SECONDS = 1.0  # between two looks at what was learned of devices
STALE_SECONDS = 600.0  # until it is read anew in any case
REFRESH_SECONDS = 0.5  # looks at the configuration when nothing arrives
PORTS, FLOOR = "ports.json", "floor.json"

log = logging.getLogger(__name__)


class Worker:
    def __init__(self, folder: Path, stopping: Stopping) -> None:
        self.folder, self.stopping = folder, stopping
        folder.mkdir(parents=True, exist_ok=True)
        self.lock = folders.lock(folder, "ingest")
        status = folders.read_json(folder / folders.INGEST)
        self.position, self.lost = status.get("position", 0), status.get("lost", 0)
        self.trouble: str | None = None
        self.away_since: dt.datetime | None = None
        self.told_at = self.remembered_at = self.refreshed_at = 0.0
        self.remembered: object = None
        self.census = Census(folder)
        self.vitals = Vitals()
        self.routes: Routes | None = None
        self.known = NOTHING
        self.learned_at = self.loaded_at = 0.0
        self.notifier = notify.Notifier()
        self.behind = False
        self.pool = ThreadPoolExecutor(2, "prepare")
        self.stop_at = float("inf")

    def run(self) -> None:
        """Until told to stop: then until all is stored, or time is up."""
        identity = self.await_journal()
        backoff = BACKOFF[0]
        while identity and not self.over():
            try:
                self.follow(folders.journal_name(self.folder, identity), identity)
                break
            except AWAY as error:
                if self.trouble is None:
                    backoff = BACKOFF[0]
                self.went_away(error)
                if self.stopping.wait(backoff):
                    break
                backoff = min(backoff * 1.5, BACKOFF[1])
        self.tell(force=True)
        self.pool.shutdown(cancel_futures=True)

    def await_journal(self) -> str:
        """The identity of the journal, once `receive` has made it."""
        while not (found := folders.files(self.folder)):
            self.tell()
            if self.stopping.wait(0.2):
                return ""
        return found[-1].identity

    def follow(self, journal: str, identity: str) -> None:
        """Stores what is journalled, until told to stop. Raises when the database is
        away, and leaves nothing half done."""
        with database.connect() as connection:
            start = store.position(connection, journal)
            self.guard(identity, start)
            ahead = Ahead(Reader(self.folder, identity, start), self.pool)
            self.behind = False
            try:
                self.came_back()
                while not self.over():
                    ahead.fill(self.prepare, hurry=self.stopping.is_set())
                    self.yielded_to(connection, ahead)
                    if ahead.queue:
                        self.save(connection, journal, ahead)
                    elif self.stopping.is_set():
                        self.remember(journal, force=True)
                        return
                    else:
                        self.rest(ahead)
                    self.position = ahead.position
                    self.tell()
                    self.remember(journal)
            finally:
                ahead.close()

    def prepare(self) -> Prepare:
        """The pipeline with the configuration in force."""
        routes = self.refresh()
        retention = dt.timedelta(days=settings.RETENTION_DAYS)
        return partial(
            salvage.prepare, routes=routes, retention=retention, known=self.known
        )

    def refresh(self) -> Routes:
        """Notices a changed configuration; `receive` is told the sensors' ports
        and the tokens of senders. What was learned of devices may wait a second."""
        self.refreshed_at = time.monotonic()
        if self.routes is None or self.routes.version != routing.version():
            self.routes = routing.load()
            told = {"ports": sorted(self.routes.ports), "tokens": self.routes.tokens}
            folders.write_json(self.folder.parent / PORTS, told)
            self.learn()
        elif self.refreshed_at - self.learned_at >= LEARN_SECONDS:
            self.learned_at = self.refreshed_at
            if self.known.version != knowledge.version() or self.is_stale():
                self.learn()
        return self.routes

    def learn(self) -> None:
        self.known, self.loaded_at = knowledge.load(), self.refreshed_at

    def is_stale(self) -> bool:
        """A relay that has become quiet is none any more, with nothing to tell it."""
        return self.refreshed_at - self.loaded_at >= STALE_SECONDS

    def save(self, connection: database.Connection, journal: str, ahead: Ahead) -> None:
        chunk, work = ahead.queue[0]
        prepared = work.result()
        saved = store.save(
            connection,
            Origin(journal, chunk.first, chunk.last),
            events=prepared.events,
            tallies=prepared.tallies,
            beside=partial(sightings.keep, rows=prepared.sightings),
        )
        ahead.queue.popleft()
        self.stored(chunk)
        if saved.events or saved.flows:
            self.notifier.committed(saved.head)

    def yielded_to(self, connection: database.Connection, ahead: Ahead) -> None:
        """Searches leave room while batches are large, told before one is prepared."""
        behind = any(chunk.lines.height >= MUCH for chunk, _ in ahead.queue)
        if behind != self.behind:
            self.behind = behind
            turns.say_behind(connection, behind)

    def stored(self, chunk: Chunk) -> None:
        self.lost += chunk.lost
        drop_before(self.folder, chunk.last + 1)

    def rest(self, ahead: Ahead) -> None:
        self.notifier.flush()
        if time.monotonic() - self.refreshed_at >= REFRESH_SECONDS:
            self.refresh()
        self.stopping.wait(ahead.pause())

    def guard(self, identity: str, start: int) -> None:
        """The database must not know more than the journal has: such positions would
        be taken for stored. `receive` is asked to jump ahead of them."""
        end = recovery.end(folders.files(self.folder)).position
        if start > end:
            log.error(
                "%s: ALARM: the database has stored positions up to %d, the journal "
                "ends at %d; it goes on ahead of them",
                *(self.folder, start - 1, end),
            )
            floor = {"journal": identity, "position": start}
            folders.write_json(self.folder / FLOOR, floor)

    def remember(self, journal: str, force: bool = False) -> None:
        """Keeps the journal's counts in the database, in case its folder is lost, and
        what they tell of the sensors' health."""
        now = time.monotonic()
        if not force and now - self.remembered_at < TOTALS_SECONDS:
            return
        self.remembered_at = now
        counted = self.census.take(self.position)[0]
        if not force:  # a rate over a moment tells nothing
            self.tell_health(journal, counted)
        counters = counted.as_json()
        if (counters, self.lost) != self.remembered:
            self.remembered = (counters, self.lost)
            JournalTotal.objects.update_or_create(
                name=journal, defaults={"counters": counters, "lost": self.lost}
            )

    def tell_health(self, journal: str, counted: Counters) -> None:
        every = Sensor.objects.values_list("pk", flat=True)
        health.save(journal, self.vitals.look(counted, self.refresh(), every))

    def went_away(self, error: Exception) -> None:
        django.db.connection.close()
        now = dt.datetime.now(dt.UTC)
        if self.away_since is None:
            self.away_since = now
            log.warning("the database is away; the journal goes on: %s", error)
        reason = (str(error).strip().splitlines() or ["no reason given"])[0]
        self.trouble = (
            f"The database has been away since {self.away_since:%Y-%m-%d %H:%M:%S} "
            f"UTC ({reason}). The journal keeps what arrives."
        )
        self.tell(force=True)

    def came_back(self) -> None:
        if self.away_since is not None:
            log.warning("the database is back")
        self.away_since = self.trouble = None

    def over(self) -> bool:
        """Whether the time to finish is up."""
        if self.stopping.is_set() and self.stop_at == float("inf"):
            self.stop_at = time.monotonic() + GRACE
        return time.monotonic() >= self.stop_at

    def tell(self, force: bool = False) -> None:
        """Writes `ingest.json`, once a second."""
        now = time.monotonic()
        if not force and now - self.told_at < STATUS_SECONDS:
            return
        self.told_at = now
        found = {
            "pid": os.getpid(),
            "at": dt.datetime.now(dt.UTC).isoformat(),
            "position": self.position,
            "trouble": self.trouble,
            "lost": self.lost,
        }
        try:
            folders.write_json(self.folder / folders.INGEST, found)
        except OSError as error:
            log.warning("no status file: %s", error)
