"""One look at all sources: what has become known is learned, and what follows is told.

All in one transaction, the events as well: a look is there whole or not at all, so
nothing is told twice or forgotten, wherever it was broken off.
"""

import datetime as dt
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

import polars as pl

from events import store
from events.database import Connection
from events.store import Origin
from ingest.silence import habits, horizon, told
from ingest.silence.cadence import Habit
from ingest.silence.habits import Watched
from ingest.silence.horizon import Stretch
from ingest.silence.told import BACK, SILENT, Fact
from sensors import networks
from sensors.models import Source
from sensors.networks import Network

JOURNAL = "silence"  # the name of these events' origin
HOUR = dt.timedelta(hours=1)
Names = list[tuple[Network, str]]  # the narrowest first


def look(connection: Connection, now: dt.datetime, journals: Path) -> int:
    """The head of the events when some were written, else 0."""
    with connection.transaction():
        if not habits.alone(connection):
            return 0
        habits.join(connection, now)
        known = habits.horizon(connection)
        stretch = known.move(now, horizon.read(journals, now))
        habits.save_horizon(connection, known)
        if stretch is None and known.at not in (None, now):
            return 0  # ingest is behind: nothing new is known
        sources = habits.read(connection)
        for one in sources:
            live(one, stretch) if stretch else miss(one, now)
        made = tell(sources, now) if stretch else []
        habits.write(connection, sources)
        return write(connection, made)


def live(one: Watched, stretch: Stretch) -> None:
    start, end = (at.astimezone(one.zone) for at in (stretch.start, stretch.end))
    if one.spoke and one.rest == "retired":
        one.rest, one.called, one.habit = "", None, Habit()
    one.habit.live(start, end, max(0, one.counted - one.lines), one.called is not None)


def miss(one: Watched, now: dt.datetime) -> None:
    """An outage of our own, or its end; perhaps the clock was set back."""
    one.habit.miss(now if one.spoke else None)
    one.called, one.told = (at and min(at, now) for at in (one.called, one.told))


def tell(sources: Sequence[Watched], now: dt.datetime) -> list[pl.DataFrame]:
    """The events of what has changed, as far as a sensor may have more this hour."""
    made, names = [], names_of_networks()
    for sensor in sorted({one.sensor for one in sources}):
        mine = [one for one in sources if one.sensor == sensor]
        for kind, found in changed(mine).items():
            if found and has_room(mine, kind, now):
                facts = [fact(one, kind, now, names) for one in found]
                made.append(told.events(facts, now))
                for one in found:
                    one.called, one.told = (now if kind == SILENT else None), now
    return made


def changed(sources: Sequence[Watched]) -> dict[str, list[Watched]]:
    """Those that have fallen silent, and those that speak again."""
    heard = [one for one in sources if not one.rest]
    return {
        SILENT: [one for one in heard if not one.called and one.habit.is_silent],
        BACK: [
            one for one in heard if one.called and one.habit.spoke_since(one.called)
        ],
    }


def has_room(sources: Sequence[Watched], kind: str, now: dt.datetime) -> bool:
    """Whether fewer looks of this hour than AN_HOUR have told of such sources."""
    times = {
        one.told
        for one in sources
        if one.told
        and one.told > now - HOUR
        and (one.called is not None) == (kind == SILENT)
    }
    return len(times) < told.AN_HOUR


def fact(one: Watched, kind: str, now: dt.datetime, names: Names) -> Fact:
    silent = max(0.0, (now - one.before).total_seconds())
    about = one.source, name_of(one.source, names), one.sensor
    return Fact(kind, *about, one.before, silent, one.habit.usual_gap)


def names_of_networks() -> Names:
    named = Source.objects.exclude(network="").exclude(name="")
    found = [(networks.parse(source.network), source.name) for source in named]
    return sorted(found, key=lambda pair: -pair[0].prefixlen)


def name_of(source: str, names: Names) -> str:
    try:
        address = ip_address(source)
    except ValueError:
        return ""
    return next((name for network, name in names if address in network), "")


def write(connection: Connection, made: Sequence[pl.DataFrame]) -> int:
    if not made:
        return 0
    events = pl.concat(made)
    first = store.position(connection, JOURNAL)
    origin = Origin(JOURNAL, first, first + events.height - 1)
    return store.save(connection, origin, events=events).head
