"""The tables of host names, read: names that came, and what they mean per sensor."""

from collections.abc import Iterable

from events.hosts import Book, Met
from events.models import HostAnswer, HostName
from sensors.models import HostEntry, Sensor

MET = ("sensor", "peer", "name", "events", "first_seen", "last_seen")


def met(scope: Iterable[int] | None = None) -> list[Met]:
    """All names, or those of some sensors."""
    found = HostName.objects.values_list(*MET)
    if scope is not None:
        found = found.filter(sensor__in=scope)
    return [Met(*row) for row in found]


def books(scope: Iterable[int] | None = None) -> dict[int, Book]:
    """What the names of each sensor mean."""
    sensors = Sensor.objects.values_list("pk", "search_domain")
    if scope is not None:
        sensors = sensors.filter(pk__in=scope)
    made = {pk: Book(domain) for pk, domain in sensors}
    entries = HostEntry.objects.filter(sensor__in=made)
    for sensor, name, address in entries.values_list("sensor", "name", "address"):
        made[sensor].table.setdefault(name, []).append(address)
    answers = HostAnswer.objects.filter(sensor__in=made)
    for sensor, name, addresses in answers.values_list("sensor", "name", "addresses"):
        made[sensor].answers[name] = addresses
    return made
