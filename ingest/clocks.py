"""A clock's minutes and hours: added to from sightings, and what they tell kept beside
them. Pure but for the models, which are not saved here."""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from statistics import median
from typing import Any

import polars as pl

from events.models import Clock
from ingest import learning
from ingest.learning import Minute
from ingest.sightings import FURTHEST
from sensors import zones

Row = dict[str, Any]  # sightings.SEEN
Key = tuple[int, str, str, str]  # sensor, peer, host, kind


def add(clock: Clock, rows: Iterable[Row], sensor_zone: str) -> bool:
    """Adds the sightings of one clock; True when what ingest has to know changed."""
    before = clock.zone
    newest = learn_from(clock, rows)
    is_local = clock.kind == Clock.Kind.LOCAL
    minutes = remembered(clock)
    known = None if clock.offset is None else round(clock.offset / learning.QUARTER)
    found = learning.offset(minutes, known)
    if found is not None:
        clock.offset = found * float(learning.QUARTER)
    if found is not None and is_local:
        clock.zone = named(found * 15, newest, sensor_zone)
    tell(clock, minutes)
    return clock.zone != before


def forget_ahead(clock: Clock, now: dt.datetime) -> None:
    """Drops what was learned while this machine's own clock was ahead: all that is
    learned later would be older than it."""
    minute = int(now.timestamp()) // 60
    remember(clock, [one for one in remembered(clock) if one.at <= minute])
    hours = clock.state.get("hours", [])
    clock.state["hours"] = [pair for pair in hours if pair[0] <= minute // 60]
    if clock.stepped and clock.stepped > now:
        clock.stepped = clock.step = None
    clock.last_seen = min(clock.last_seen, now)


def learn_from(clock: Clock, rows: Iterable[Row]) -> dt.datetime:
    """Puts the rows into the clock's minutes; when the newest line arrived."""
    minutes = {minute.at: minute for minute in remembered(clock)}
    for row in sorted(rows, key=lambda row: row["lines"]):
        clock.lines += row["lines"]
        clock.first_seen = min(clock.first_seen or row["first"], row["first"])
        clock.last_seen = max(clock.last_seen or row["last"], row["last"])
        clock.assumed, clock.assumed_from = assumed(clock, row)
        one = minutes.setdefault(row["minute"], Minute(row["minute"], 0))
        put(one, row, zones_offset(clock.assumed, row["minute"]))
    kept = sorted(minutes.values(), key=lambda minute: minute.at)
    remember(clock, kept[-learning.MINUTES :])
    return clock.last_seen


def assumed(clock: Clock, row: Row) -> tuple[str, str]:
    if clock.kind == Clock.Kind.ZONED:
        return "UTC", "stamp"
    return row["zone"], row["from"]


@lru_cache(4_096)
def zones_offset(zone: str, minute: int) -> int:
    """Minutes east of UTC at a minute since 1970."""
    return zones.offset(zone, dt.datetime.fromtimestamp(minute * 60, dt.UTC))


def put(minute: Minute, row: Row, east: int) -> None:
    """Adds lines that were read in a zone so many minutes east of UTC. The lateness is
    that of most of the minute's lines."""
    if abs(row["cell"]) <= FURTHEST:
        vote = round(east / 15) - row["cell"]
        minute.votes[vote] = minute.votes.get(vote, 0) + row["lines"]
    if row["lines"] >= minute.lines:
        minute.late, minute.spread = row["lag"] - east * 60, row["spread"]
    minute.lines += row["lines"]


def named(east: int, at: dt.datetime, sensor_zone: str) -> str:
    """The sensor's zone where it is as far from UTC, so that summer time is known of
    beforehand; else the distance."""
    return sensor_zone if zones.offset(sensor_zone, at) == east else zones.fixed(east)


def tell(clock: Clock, minutes: list[Minute]) -> None:
    """What people are shown."""
    found = learning.lag(minutes)
    if found:
        clock.late, clock.spread = found
    hours: dict[int, float] = dict(clock.state.get("hours", []))
    if stepped := learning.step(minutes):
        at = dt.datetime.fromtimestamp(stepped[0] * 60, dt.UTC)
        if not clock.stepped or at - clock.stepped > SAME_STEP:
            clock.stepped, clock.step, hours = at, stepped[1], {}
    since = clock.stepped.timestamp() / 60 if clock.stepped else 0
    for hour, some in groupby((m for m in minutes if m.at >= since), hour_of):
        hours[hour] = median(minute.late for minute in some)
    clock.state["hours"] = sorted(hours.items())[-learning.HOURS :]
    clock.drift = learning.drift(clock.state["hours"])


def hour_of(minute: Minute) -> int:
    return minute.at // 60


SAME_STEP = dt.timedelta(minutes=10)


def remembered(clock: Clock) -> list[Minute]:
    return [
        Minute(at, lines, {int(q): n for q, n in votes.items()}, late, spread)
        for at, lines, votes, late, spread in clock.state.get("minutes", [])
    ]


def remember(clock: Clock, minutes: list[Minute]) -> None:
    clock.state["minutes"] = [
        [m.at, m.lines, {str(q): n for q, n in m.votes.items()}, m.late, m.spread]
        for m in minutes
    ]


def clocks_of(seen: pl.DataFrame) -> dict[Key, list[Row]]:
    """The rows of each clock."""
    found: dict[Key, list[Row]] = {}
    for row in seen.filter(pl.col("lag").is_not_null()).iter_rows(named=True):
        kind = Clock.Kind.ZONED if row["zoned"] else Clock.Kind.LOCAL
        key = row["sensor"], row["peer"], row["host"], kind.value
        found.setdefault(key, []).append(row)
    return found
