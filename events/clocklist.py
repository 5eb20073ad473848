"""The clocks of the Clocks page: how late stamps are, in which zone, what is wrong."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from events.models import Clock
from sensors import zones
from sensors.models import ClockSetting, Sensor

WRONG = 60.0  # seconds of lag that are no accident
QUARTER = 900.0  # seconds: zones are so far apart
MOST_QUARTERS = 14 * 4
HALF_YEAR = 365 * 43_200.0  # seconds
STEADY = 30.0  # seconds: a clock that is wrong is so for every line
RECENT_STEP = dt.timedelta(days=1)
Key = tuple[int, str, str]  # sensor, peer, host


@dataclass
class Reading:
    """A clock, and how its stamps are read now."""

    clock: Clock
    sensor: Sensor
    setting: ClockSetting | None
    now: dt.datetime

    @property
    def is_local(self) -> bool:
        return self.clock.kind == Clock.Kind.LOCAL

    @cached_property
    def in_force(self) -> tuple[str, str]:
        """The zone of stamps without one, and by what."""
        clock, own = self.clock, self.sensor.zone
        if not self.is_local:
            return "", "in the stamp"
        if self.setting and self.setting.zone:
            return self.setting.zone, "set here"
        if clock.assumed_from == "source":
            return clock.assumed, "set for the source"
        if clock.zone:
            return clock.zone, "confirmed" if clock.zone == own else "learned"
        return own, "assumed: the sensor's"

    @property
    def ahead(self) -> int:
        return self.setting.ahead if self.setting else 0

    @property
    def said_ahead(self) -> str:
        return f"{duration(abs(self.ahead))} {'ahead' if self.ahead > 0 else 'behind'}"

    @property
    def east(self) -> float:
        """Seconds that stamps are taken to be ahead of UTC."""
        zone = self.in_force[0]
        return self.ahead + (
            zones.offset(zone, self.clock.last_seen) * 60 if zone else 0
        )

    @property
    def lag(self) -> float | None:
        """Received − event time, in seconds, as stamps are read now."""
        return None if self.clock.late is None else self.clock.late + self.east

    @property
    def is_steady(self) -> bool:
        return (self.clock.spread or 0.0) <= STEADY

    @property
    def offset(self) -> float | None:
        """Seconds ahead of UTC that arrival times tell; from the first minutes on it is
        a guess."""
        clock = self.clock
        if clock.offset is not None or clock.late is None or not self.is_steady:
            return clock.offset
        quarters = round(-clock.late / QUARTER)
        is_zone = abs(clock.late + quarters * QUARTER) < WRONG
        return (
            quarters * QUARTER if is_zone and abs(quarters) <= MOST_QUARTERS else None
        )

    @property
    def told(self) -> str:
        """The zone that arrival times tell, if another one is in force."""
        taken = self.east - self.ahead if self.is_local else self.ahead
        if self.offset is None or abs(self.offset - taken) < QUARTER / 2:
            return ""
        known = self.clock.zone if self.is_local else ""
        return known or zones.fixed(round(self.offset / 60))

    @property
    def trouble(self) -> str:
        """What is wrong, in a sentence."""
        lag = self.lag
        if self.told and self.is_local:
            return f"Arrival times say that its zone is {self.told}."
        if self.told:
            return f"Its stamps name a wrong zone: they are {self.told}."
        if lag is not None and abs(lag) > WRONG and self.is_steady:
            way = "behind" if lag > 0 else "ahead"
            return f"The clock is {duration(abs(lag))} {way}{self.or_ahead}."
        if lag is not None and lag > WRONG:
            return "Its lines come late, some more than others: they are held back."
        if self.clock.stepped and self.now - self.clock.stepped < RECENT_STEP:
            return "The clock was set."
        return ""

    @property
    def or_ahead(self) -> str:
        """A stamp without a year that is more than a day ahead is taken for one of the
        year before, so nobody can tell which it is."""
        lag = self.lag or 0.0
        if not self.is_local or not HALF_YEAR < lag < 2 * HALF_YEAR:
            return ""
        shown = self.clock.last_seen - dt.timedelta(seconds=lag)
        try:
            ahead = shown.replace(year=shown.year + 1) - self.clock.last_seen
        except ValueError:  # 29 February
            return ""
        ahead_by = duration(ahead.total_seconds())
        return f" or, if its stamps name no year, {ahead_by} ahead"

    @property
    def fix(self) -> tuple[str, int] | None:
        """The zone and the seconds ahead that would make it right."""
        lag = self.lag
        zone = self.setting.zone if self.setting else ""
        if self.told and self.offset is not None:
            return (self.told, 0) if self.is_local else (zone, round(self.offset))
        if lag is None or not self.is_steady or abs(lag) <= WRONG:
            return None
        return zone, self.ahead - round(lag)

    @property
    def label(self) -> str:
        """What the button says that does it."""
        fix = self.fix
        if fix is None:
            return ""
        if self.told and self.is_local:
            return f"Read as {fix[0]}"
        way = "back" if fix[1] > self.ahead else "forward"
        return f"Put {way} by {duration(abs(fix[1] - self.ahead))}"


def rows(found: Iterable[Sensor], wanted: str = "") -> list[Reading]:
    """The clocks of these sensors, what is wrong first."""
    sensors = {sensor.pk: sensor for sensor in found}
    settings = {
        (one.sensor_id, one.peer, one.host): one
        for one in ClockSetting.objects.filter(sensor__in=sensors)
    }
    now, wanted = timezone.now(), wanted.strip().lower()
    clocks = Clock.objects.filter(sensor__in=sensors).defer("state")
    readings = [
        Reading(one, sensors[one.sensor], settings.get(key(one)), now)
        for one in clocks
        if wanted in one.host.lower() or wanted in one.peer
    ]
    return sorted(readings, key=lambda one: (not one.trouble, -one.clock.lines))


def key(clock: Clock) -> Key:
    return clock.sensor, clock.peer, clock.host


def duration(seconds: float) -> str:
    """`350 ms`, `2.4 s`, `2 min 5 s`, `5 h 45 min`, `12 d 4 h`."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for size, unit, smaller, name in UNITS:
        if whole >= size:
            more = whole % size // smaller
            return f"{whole // size} {unit}" + (f" {more} {name}" if more else "")
    return f"{whole} s"


UNITS = (
    (86_400, "d", 3_600, "h"),
    (3_600, "h", 60, "min"),
    (60, "min", 1, "s"),
)
