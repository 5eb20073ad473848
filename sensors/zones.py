"""Names of time zones: checked, suggested, and offered for completion.

Where only the distance from UTC is known, a zone is written `+05:45`.
"""

import re
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

FIXED = re.compile(r"([+-])([01][0-9]):([0-5][0-9])\Z")


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


def fixed(minutes: int) -> str:
    """`+05:45` for 345."""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def fixed_minutes(zone: str) -> int | None:
    """345 for `+05:45`; None for a name."""
    found = FIXED.match(zone)
    if not found:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    return -minutes if found[1] == "-" else minutes


def offset(zone: str, at: datetime) -> int:
    """Minutes east of UTC that the zone was at that instant."""
    minutes = fixed_minutes(zone)
    if minutes is not None:
        return minutes
    ahead = at.astimezone(ZoneInfo(zone)).utcoffset()
    return round(ahead.total_seconds() / 60) if ahead else 0
