"""Which sensors a query names: by their names and those of their domains."""

from collections.abc import Mapping

from events.query import dialects
from events.query.folding import fold
from events.query.tree import Glob, Pattern

# Sensor ids with the names of the sensor and its domain.
Sensors = Mapping[int, tuple[str, str]]


def named(sensors: Sensors, field: str, pattern: Pattern | Glob) -> set[int]:
    """The ids of the sensors whose names are like the pattern."""
    return {
        number
        for number, names in sensors.items()
        if any(is_like(pattern, name) for name in called(field, *names))
    }


def called(field: str, name: str, domain: str) -> list[str]:
    return [domain] if field == "domain" else [name, f"{name}.{domain}"]


def is_like(pattern: Pattern | Glob, text: str) -> bool:
    if isinstance(pattern, Pattern):
        return pattern.matches(text)
    return dialects.glob(pattern).fullmatch(fold(text)) is not None
