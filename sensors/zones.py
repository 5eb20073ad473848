"""Names of time zones: checked, suggested, and offered for completion."""

from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones


@cache
def names() -> tuple[str, ...]:
    """Every zone of the tz database in order; read from disk once."""
    return tuple(sorted(available_timezones()))


def check(name: str) -> str:
    """The zone as the tz database writes it; ValueError says what was meant instead."""
    if name in names():
        return name
    lower = {zone.lower(): zone for zone in names()}
    close = get_close_matches(name.lower().replace(" ", "_"), lower, n=1)
    hint = lower[close[0]] if close else "Europe/Berlin or UTC"
    raise ValueError(f"{name!r} is not a time zone; did you mean {hint}?")
