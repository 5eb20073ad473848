"""What one journal tells of the health of sensors: frames received and lost a second.

The counts of a journal only grow; the rates are what they grew by since the last look.
"""

import time
from collections.abc import Iterable

from ingest.counters import Counters, Source
from sensors.health import Traffic
from sensors.routing import Routes

NONE = Source()


class Vitals:
    """The rates between two looks at the counts of one journal."""

    def __init__(self) -> None:
        self.before: Counters | None = None
        self.looked_at = 0.0

    def look(
        self, counters: Counters, routes: Routes, sensors: Iterable[int]
    ) -> list[Traffic]:
        """A row for each of the sensors; nothing at the first look.

        The kernel drops datagrams before anybody knows whose they are, so each sensor
        has all of them.
        """
        now, before = time.monotonic(), self.before
        seconds, self.looked_at, self.before = now - self.looked_at, now, counters
        if before is None:
            return []
        lost = grown(sum(counters.drops.values()), sum(before.drops.values()))
        found = {sensor: (0, lost) for sensor in sensors}
        for peer, source in counters.sources.items():
            old = before.sources.get(peer, NONE)
            if source.received == old.received:
                continue
            sensor = routes.find(peer, source.port, source.claim).sensor
            received, dropped = found.get(sensor, (0, lost))
            found[sensor] = (
                received + grown(source.received, old.received),
                dropped + grown(refused(source), refused(old)),
            )
        return [
            Traffic(sensor, received / seconds, dropped / seconds)
            for sensor, (received, dropped) in found.items()
        ]


def refused(source: Source) -> int:
    return sum(source.rejected.values())


def grown(now: int, before: int) -> int:
    """A journal that was made anew counts from 0."""
    return max(0, now - before)
