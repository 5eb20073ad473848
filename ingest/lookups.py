"""Asks name servers for the addresses of hosts that lines named: in the background, so
many a minute, each name again when its answer has expired.

`<host>` is asked first, then `<host>.<search domain>` of the sensor, both as complete
names: the search domain of this machine is not that of a customer.
"""

import datetime as dt
import socket
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import connection
from django.utils import timezone

from events import hosts
from events.models import HostAnswer
from ingest import knowledge
from sensors.hosts import address_of
from sensors.models import Sensor

AT_ONCE = 100  # names of one round
THREADS = 16
SECONDS = 8.0  # of one round
MOST_ADDRESSES = 8
KEPT = dt.timedelta(hours=1)
KEPT_FAILURE = dt.timedelta(minutes=5)  # the servers did not answer
UNKNOWN, NO_NAME = "No name server knows it.", "This is no host name."
SILENT = "The name servers do not answer."

Look = Callable[[str], list[str]]  # OSError: no answer; [] when there is no such name
# Names in the host table need no answer; those that come often are asked first.
DUE = """
SELECT name.sensor, rtrim(lower(name.name), '.') AS host
FROM host_names AS name
LEFT JOIN host_answers AS answer
    ON answer.sensor = name.sensor AND answer.name = rtrim(lower(name.name), '.')
WHERE (answer.until IS NULL OR answer.until < %s) AND name.last_seen > %s
    AND NOT EXISTS (
        SELECT FROM sensors_hostentry AS entry
        WHERE entry.sensor_id = name.sensor
            AND entry.name = rtrim(lower(name.name), '.')
    )
GROUP BY 1, 2
ORDER BY sum(name.events) DESC
LIMIT %s
"""


@dataclass(frozen=True)
class Answer:
    addresses: tuple[str, ...] = ()
    asked_for: str = ""
    why: str = ""

    @property
    def kept(self) -> dt.timedelta:
        return KEPT_FAILURE if self.why == SILENT else KEPT


@cache
def threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, "look-up")


def system(name: str) -> list[str]:
    """The addresses that the system's resolver gives for a complete name."""
    try:
        found = socket.getaddrinfo(f"{name}.", None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", None)):
            return []
        raise
    return sorted({address_of(str(entry[4][0])) for entry in found})


def run(look: Look = system) -> int:
    """One round; how many names were asked for."""
    if not settings.RESOLVE_HOSTS:
        return 0
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(DUE, [now, now - dt.timedelta(days=1), AT_ONCE])
        due = cursor.fetchall()
    domains = dict(Sensor.objects.values_list("pk", "search_domain"))
    pending = {
        threads().submit(ask, hosts.asked_as(name, domains.get(sensor, "")), look): (
            sensor,
            name,
        )
        for sensor, name in due
    }
    done, late = wait(pending, SECONDS)
    for one in late:
        one.cancel()
    answers = {pending[one]: one.result() for one in done}
    keep(answers | {pending[one]: Answer(why=SILENT) for one in late}, now)
    return len(due)


def ask(names: Iterable[str], look: Look) -> Answer:
    why = NO_NAME
    for name in names:
        why = UNKNOWN
        try:
            found = look(name)
        except OSError:
            return Answer(why=SILENT)
        if found:
            return Answer(tuple(found[:MOST_ADDRESSES]), name)
    return Answer(why=why)


def keep(answers: dict[tuple[int, str], Answer], now: dt.datetime) -> None:
    """Saves the answers; what was known stays while the servers are silent."""
    before = {
        (one.sensor, one.name): one
        for one in HostAnswer.objects.filter(name__in={name for _, name in answers})
    }
    changed = False
    rows = []
    for (sensor, name), answer in answers.items():
        known = before.get((sensor, name))
        old = known.addresses if known else []
        silent = answer.why == SILENT and bool(old)
        addresses = old if silent else list(answer.addresses)
        changed |= addresses != old
        rows.append(
            HostAnswer(
                sensor=sensor,
                name=name,
                addresses=addresses,
                asked_for=answer.asked_for,
                why="" if silent else answer.why,
                asked=now,
                until=now + answer.kept,
            )
        )
    HostAnswer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["sensor", "name"],
        update_fields=["addresses", "asked_for", "why", "asked", "until"],
    )
    if changed:
        knowledge.bump()
