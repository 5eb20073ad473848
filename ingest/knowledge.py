"""What ingest knows of devices, read from the database: names, addresses, clocks.

Written by the background (`ingest/learned.py`, `ingest/lookups.py`), which counts the
version up, and by people, whose changes count the configuration's version up.
"""

from django.db.models import F
from django.utils import timezone

from events import hostbook, hosts
from events.hosts import Book, Met, Sender
from events.models import Clock
from ingest.known import LEARNED, SET, Device, Key, Known, as_text, table
from ingest.models import LearnedVersion
from sensors.models import ClockSetting, Sensor


def version() -> int:
    row = LearnedVersion.objects.values_list("number", flat=True).first()
    return row or 0


def load() -> Known:
    number, now = version(), timezone.now()
    met, books = hostbook.met(), hostbook.books()
    relays = hosts.relays(met, books, now)
    found: dict[Key, Device] = {}
    for one in met:
        place(found, one, books.get(one.sensor, Book()), relays)
    add_learned(found)
    add_settings(found)
    return Known(number, table(found), frozenset(map(as_text, relays)))


def place(found: dict[Key, Device], one: Met, book: Book, relays: set[Sender]) -> None:
    """Where a name is, if that is not the peer."""
    address = hosts.pick(book.addresses(one.name), one.peer)
    key = one.sensor, one.peer, one.name
    if address == one.peer:
        if one.sender in relays:
            found[key] = Device(relayed=False)
    elif address or one.sender in relays:
        found[key] = Device(address=address, relayed=one.sender in relays or None)


def add_learned(found: dict[Key, Device]) -> None:
    zones = dict(Sensor.objects.values_list("pk", "zone"))
    clocks = Clock.objects.filter(kind=Clock.Kind.LOCAL, known_by="arrival")
    for clock in clocks.exclude(zone=""):
        if clock.zone == zones.get(clock.sensor):
            continue
        key = clock.sensor, clock.peer, clock.host
        one = found.get(key, Device())
        found[key] = one._replace(zone=clock.zone, zone_from=LEARNED)


def add_settings(found: dict[Key, Device]) -> None:
    for one in ClockSetting.objects.all():
        key = one.sensor_id, one.peer, one.host
        device = found.get(key, Device())
        if one.zone:
            device = device._replace(zone=one.zone, zone_from=SET)
        found[key] = device._replace(ahead=one.ahead)


def bump() -> None:
    """Called when what was learned has changed."""
    if not LearnedVersion.objects.update(number=F("number") + 1):
        LearnedVersion.objects.create(pk=1, number=1)
