"""The names of sensors, as queries, rows and pages use them."""

from collections.abc import Iterable

from events.query import Sensors
from sensors.models import Sensor


def names(scope: Iterable[int] | None = None) -> Sensors:
    """`{id: (sensor, domain)}` of every sensor, or of those in the scope."""
    found = Sensor.objects.select_related("domain")
    if scope is not None:
        found = found.filter(pk__in=list(scope))
    return {sensor.pk: (sensor.name, sensor.domain.name) for sensor in found}
