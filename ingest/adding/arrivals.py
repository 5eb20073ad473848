"""What has come since the page was opened, from the address that one waits for, or from
any sender that is new; if it does not arrive where it should, why, and what helps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection
from psycopg.rows import dict_row

from events import database, feed
from ingest import books, named
from ingest.ledger import Account
from ingest.rejections import HELP, REASONS
from sensors import access
from sensors.access import AnyUser
from sensors.models import Sensor

GOOD, WRONG, WAITING = "good", "warn", ""
LINE = 500  # characters of the first line that are shown
TOTALS = """
SELECT source, sensor, stored, ignored, first_seen
FROM source_totals
WHERE sensor = ANY(%(scope)s) AND last_seen >= %(since)s
    AND (source = %(address)s OR (%(address)s = '' AND first_seen >= %(since)s))
ORDER BY sensor = %(wanted)s DESC, last_seen DESC
LIMIT 1
"""
# A source of the last minutes: its lines stand at the end of the feed.
NEWEST = 200_000
FIRST = """
SELECT * FROM events
WHERE id > %(after)s AND id <= %(head)s AND sensor = %(sensor)s
    AND received >= %(since)s AND source IS NOT DISTINCT FROM %(source)s::inet
    AND type = 5
ORDER BY id
LIMIT 1
"""


@dataclass(frozen=True)
class Waiting:
    """What one waits for."""

    sensor: Sensor
    address: str  # empty: any new sender
    since: datetime
    rejected: dict[str, int]  # as it was when the page was opened


@dataclass(frozen=True)
class Arrival:
    """What the light shows."""

    state: str
    words: str
    help: str = ""
    source: str = ""
    line: str = ""
    event: int = 0
    facts: tuple[tuple[str, str], ...] = ()
    place: Sensor | None = None  # whose page mends it


def look(user: AnyUser, waiting: Waiting) -> Arrival:
    """Stored lines first, then lines that wait, then what was rejected."""
    scope = access.scope(user)
    if total := stored(waiting, scope):
        return arrived(waiting, *total)
    accounts = mine(books.read(user).accounts, waiting)
    more = grown(accounts, waiting.rejected)
    if more:
        return rejected(more, waiting.address)
    if waiting.address and any(one.queued for one in accounts):
        return Arrival(WAITING, "Received; it waits to be stored.")
    return waits(waiting.address)


def waits(address: str) -> Arrival:
    """Nothing has come yet."""
    if address:
        return Arrival(WAITING, f"Waiting for a line of {address}…")
    return Arrival(
        WAITING,
        "Waiting for the first line of a new sender…",
        "Write the address of the device above if it has sent before.",
    )


def stored(waiting: Waiting, scope: frozenset[int]) -> tuple[Any, ...] | None:
    values: dict[str, Any] = {
        "scope": sorted(scope),
        "since": waiting.since,
        "address": waiting.address,
        "wanted": waiting.sensor.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(TOTALS, values)
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


def arrived(
    waiting: Waiting, source: str, sensor: int, kept: int, ignored: int, first: datetime
) -> Arrival:
    shown = source or "this machine"
    place = Sensor.objects.select_related("domain").get(pk=sensor)
    event = first_event(source, sensor, waiting.since)
    if sensor != waiting.sensor.pk:
        return Arrival(
            WRONG,
            f"Lines of {shown} arrive, but at sensor {place}.",
            f"Name {shown} as a source of {waiting.sensor}, and its next line belongs "
            "there.",
            shown,
            **about(event),
            place=waiting.sensor,
        )
    if event is None and not place.log_management:
        return Arrival(
            WRONG,
            f"Lines of {shown} arrive and are ignored.",
            f"Log management of {place} is off: switch it on.",
            shown,
            place=place,
        )
    return Arrival(GOOD, f"{shown} arrives at {place}.", "", shown, **about(event))


def first_event(source: str, sensor: int, since: datetime) -> dict[str, Any] | None:
    with database.connect() as link, link.cursor(row_factory=dict_row) as cursor:
        head = feed.head(link)
        values = {
            "after": head - NEWEST,
            "head": head,
            "sensor": sensor,
            "since": since,
            "source": source or None,
        }
        return cursor.execute(FIRST, values).fetchone()


def about(event: dict[str, Any] | None) -> dict[str, Any]:
    """The line, and how it was understood."""
    if event is None:
        return {}
    line = text_of(event)
    read_as = ", ".join(filter(None, named.formats(line)))
    found = [("Read as", read_as), ("Host", event["host"])]
    found += [("Program", event["app"]), ("Message", event["message"])]
    facts = tuple((name, str(value)[:LINE]) for name, value in found if value)
    return {"line": line[:LINE], "event": event["id"], "facts": facts}


def text_of(event: dict[str, Any]) -> str:
    raw = event.get("raw")
    if raw is not None:
        return bytes(raw).decode("utf-8", "replace")
    return f"{event.get('head') or ''}{event.get('message') or ''}"


def mine(accounts: list[Account], waiting: Waiting) -> list[Account]:
    if not waiting.address:
        return accounts
    return [one for one in accounts if one.source == waiting.address]


def counts(accounts: list[Account]) -> dict[str, int]:
    """Rejected frames by reason."""
    total = Account()
    for one in accounts:
        total.reject(one.rejected)
    return total.rejected


def grown(accounts: list[Account], before: dict[str, int]) -> dict[str, int]:
    now = counts(accounts)
    more = {reason: count - before.get(reason, 0) for reason, count in now.items()}
    return {reason: count for reason, count in more.items() if count > 0}


def rejected(more: dict[str, int], address: str) -> Arrival:
    reason = max(more, key=lambda one: more[one])
    helps = HELP.get(reason, "The page Sources has the figures.")
    if not address:
        helps += " It may be another sender's: write the address of yours above."
    said = f"Something arrives and is rejected: {REASONS.get(reason, reason)}."
    return Arrival(WRONG, said, helps)


def packed(accounts: list[Account]) -> str:
    return orjson.dumps(counts(accounts)).decode()
