"""The live figures of a destination: written by delivery, read by the page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from events import feed
from events.database import Connection
from events.models import Follower
from events.tables import EVENTS
from exporters.models import Destination, DestinationStatus

SIGN_OF_LIFE = timedelta(seconds=15)


def note_alive(connection: Connection, running: Iterable[int]) -> None:
    connection.execute(ALIVE, [list(running)])


def note_sent(connection: Connection, destination: int, sent: int, size: int) -> None:
    """In the transaction that saves the position, so both agree."""
    connection.execute(SENT, {"id": destination, "sent": sent, "size": size})


def note_failure(connection: Connection, destination: int, reason: str) -> None:
    connection.execute(FAILED, {"id": destination, "reason": reason[:1000]})


# Read from `destinations`, so that one deleted meanwhile gets no figures.
ALIVE = """
INSERT INTO destination_status
    (destination_id, sent, failed, bytes, last_error, updated)
SELECT id, 0, 0, 0, '', now() FROM destinations WHERE id = ANY(%s)
ON CONFLICT (destination_id) DO UPDATE SET updated = now()
"""
SENT = """
INSERT INTO destination_status AS s
    (destination_id, sent, failed, bytes, last_error, last_sent_at, updated)
SELECT id, %(sent)s, 0, %(size)s, '', now(), now() FROM destinations
WHERE id = %(id)s
ON CONFLICT (destination_id) DO UPDATE SET
    sent = s.sent + excluded.sent, bytes = s.bytes + excluded.bytes,
    last_sent_at = now(), updated = now()
"""
FAILED = """
INSERT INTO destination_status AS s
    (destination_id, sent, failed, bytes, last_error, last_error_at, updated)
SELECT id, 0, 1, 0, %(reason)s, now(), now() FROM destinations WHERE id = %(id)s
ON CONFLICT (destination_id) DO UPDATE SET
    failed = s.failed + 1, last_error = excluded.last_error,
    last_error_at = now(), updated = now()
"""


@dataclass(frozen=True)
class Figures:
    """What the page shows of one destination.

    `lag` counts the stored events that were not looked at yet, whoever's they are;
    `waiting` is since when the oldest of them has been stored.
    """

    destination: Destination
    status: DestinationStatus
    position: int
    head: int
    waiting: timedelta | None
    missed: int
    now: datetime

    @property
    def lag(self) -> int:
        return max(self.head - self.position, 0)

    @property
    def is_served(self) -> bool:
        """A new one is not given up before delivery could have seen it."""
        seen = self.status.updated or self.destination.created
        return self.now - seen < SIGN_OF_LIFE

    @property
    def is_failing(self) -> bool:
        """The last thing that happened was an error."""
        error, sent = self.status.last_error_at, self.status.last_sent_at
        return error is not None and self.lag > 0 and (sent is None or sent < error)

    @property
    def waiting_text(self) -> str:
        """`12 s`, `5 min`, `3 h`."""
        seconds = int(self.waiting.total_seconds()) if self.waiting else 0
        for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
            if seconds >= 2 * size:
                return f"{seconds // size} {unit}"
        return f"{seconds} s"

    @property
    def state(self) -> tuple[str, str]:
        """A word, and the class of its colour."""
        if not self.destination.enabled:
            return "off", ""
        if self.is_failing:
            return "failing", "bad"
        if not self.is_served:
            return "not running", "warn"
        if self.waiting is not None and self.waiting > timedelta(seconds=10):
            return "behind", "warn"
        return "up to date", "good"


def figures(connection: Connection, shown: Iterable[Destination]) -> list[Figures]:
    """Of these destinations; their `status` should be selected with them."""
    head, now = feed.head(connection, EVENTS), timezone.now()
    found = list(shown)
    names = [one.follower for one in found]
    places = {
        place.name: place
        for place in Follower.objects.filter(name__in=names, table=EVENTS.name)
    }
    return [
        figures_of(connection, one, places.get(one.follower), head, now)
        for one in found
    ]


def figures_of(
    connection: Connection,
    destination: Destination,
    place: Follower | None,
    head: int,
    now: datetime,
) -> Figures:
    position = place.position if place else head
    since = stored_at(connection, position) if position < head else None
    return Figures(
        destination,
        getattr(destination, "status", None) or DestinationStatus(),
        position,
        head,
        now - since if since else None,
        place.missed if place else 0,
        now,
    )


def stored_at(connection: Connection, after: int) -> datetime | None:
    """When the first event after this id was stored."""
    query = "SELECT at FROM batches WHERE last_event > %s ORDER BY last_event LIMIT 1"
    row = connection.execute(query, [after]).fetchone()
    return row[0] if row else None
