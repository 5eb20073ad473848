"""The sightings of batches, merged into the tables of host names and clocks: what the
background learns, and ingest reads again (`ingest/knowledge.py`).

Both tables are bounded. Names that were made up fall out first: they came once.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable

import polars as pl
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from events.hosts import LEAST_EVENTS
from events.models import Clock, HostName
from ingest import clocks, knowledge, sightings
from sensors import locks
from sensors.models import Sensor

BATCHES = 100  # that are merged at once, each of 2,000 rows at most
MOST_NAMES, MOST_OF_SENDER = 20_000, 10_000
MOST_CLOCKS = 30_000
FORGOTTEN = dt.timedelta(days=30)
ONCE = dt.timedelta(hours=1)  # after which names that came once or twice give way
CLOCK = ("sensor", "peer", "host", "kind")
SAVED = [
    field.name
    for field in Clock._meta.concrete_fields
    if field.name not in {"id", "protocol", "known_by", *CLOCK}
]
TAKE = """
DELETE FROM sightings WHERE batch IN
    (SELECT batch FROM sightings ORDER BY batch LIMIT %s)
RETURNING frame
"""
NAMES = """
INSERT INTO host_names AS kept (sensor, peer, name, events, first_seen, last_seen)
SELECT * FROM unnest(
    %(sensor)s::int[], %(peer)s::text[], %(host)s::text[], %(lines)s::bigint[],
    %(first)s::timestamptz[], %(last)s::timestamptz[]
)
ON CONFLICT (sensor, peer, name) DO UPDATE SET
    events = kept.events + excluded.events,
    last_seen = greatest(least(kept.last_seen, now()), excluded.last_seen)
RETURNING sensor, peer, name, events
"""
LEFT_OUT = """
INSERT INTO hosts_left_out AS kept (sensor, lines, last_seen)
SELECT * FROM unnest(%(sensor)s::int[], %(lines)s::bigint[], %(last)s::timestamptz[])
ON CONFLICT (sensor) DO UPDATE SET
    lines = kept.lines + excluded.lines, last_seen = excluded.last_seen
"""
UNASKED = """
DELETE FROM host_answers AS answer WHERE NOT EXISTS (
    SELECT FROM host_names AS name
    WHERE name.sensor = answer.sensor AND rtrim(lower(name.name), '.') = answer.name
)
"""


@transaction.atomic
def merge() -> int:
    """Merges what waits, oldest first; how many batches that were. 0 also while another
    process is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [locks.MERGE])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(TAKE, [BATCHES])
        frames = [sightings.read(bytes(frame)) for (frame,) in cursor.fetchall()]
    if frames and add(pl.concat(frames)):
        knowledge.bump()
    return len(frames)


def add(seen: pl.DataFrame) -> bool:
    """True when there is something new that ingest has to know."""
    is_rest = pl.col("cell") == sightings.LEFT_OUT
    rest, seen = seen.filter(is_rest), seen.filter(~is_rest)
    names = seen.filter(pl.col("host") != "").group_by(WHO).agg(
        pl.col("lines").sum(), pl.col("first").min(), pl.col("last").max()
    )  # fmt: skip
    fits = room(names)
    leave_out(pl.concat([rest.select(COUNTED), names.filter(~fits).select(COUNTED)]))
    is_new = keep_names(names.filter(fits))
    seen = seen.join(names.filter(~fits), on=WHO, how="anti")
    return add_clocks(seen) or is_new


WHO = ["sensor", "peer", "host"]
COUNTED = ["sensor", "lines", "last"]


def room(names: pl.DataFrame) -> pl.Series:
    """Which names are kept: those that are already, and new ones while there is room,
    the busiest first. What came once long ago gives way."""
    found = allowed(names)
    if not found.all() and forget(timezone.now(), seldom=True):
        return allowed(names)
    return found


def allowed(names: pl.DataFrame) -> pl.Series:
    kept = HostName.objects.filter(
        sensor__in=names["sensor"].unique().to_list(),
        peer__in=names["peer"].unique().to_list(),
    )
    known = set(kept.values_list("sensor", "peer", "name"))
    total = HostName.objects.count()
    counts = Counter(kept.values_list("sensor", "peer"))
    found = [False] * len(names)
    rows = names.select(WHO).rows()
    for place in names["lines"].arg_sort(descending=True):
        sensor, peer, host = rows[place]
        if (sensor, peer, host) not in known:
            if total >= MOST_NAMES or counts[sensor, peer] >= MOST_OF_SENDER:
                continue
            total += 1
            counts[sensor, peer] += 1
        found[place] = True
    return pl.Series(found, dtype=pl.Boolean)


def keep_names(names: pl.DataFrame) -> bool:
    """True when a name is new, or has come often enough to make its peer a relay."""
    if names.is_empty():
        return False
    with connection.cursor() as cursor:
        cursor.execute(NAMES, names.to_dict(as_series=False))
        events = {tuple(row[:3]): row[3] for row in cursor.fetchall()}
    before = (
        events[tuple(row[:3])] - row[3] for row in names.select(*WHO, "lines").rows()
    )
    return any(count < LEAST_EVENTS for count in before)


def leave_out(lines: pl.DataFrame) -> None:
    """Counts lines whose host is not kept."""
    found = lines.group_by("sensor").agg(pl.col("lines").sum(), pl.col("last").max())
    if not found.is_empty():
        with connection.cursor() as cursor:
            cursor.execute(LEFT_OUT, found.to_dict(as_series=False))


def forget(now: dt.datetime, seldom: bool = False) -> int:
    """Drops names and clocks that did not come for long, and, to make room, those that
    came once or twice; how many names."""
    names = lines = Q(last_seen__lt=now - FORGOTTEN)
    if seldom:
        names |= Q(events__lt=LEAST_EVENTS, last_seen__lt=now - ONCE)
        lines |= Q(lines__lt=LEAST_EVENTS, last_seen__lt=now - ONCE)
    gone, _ = HostName.objects.filter(names).delete()
    Clock.objects.filter(lines).delete()
    with connection.cursor() as cursor:
        cursor.execute(UNASKED)
    return gone


def add_clocks(seen: pl.DataFrame) -> bool:
    found = clocks.clocks_of(seen)
    zones = dict(Sensor.objects.values_list("pk", "zone"))
    known = stored(found)
    left = MOST_CLOCKS - Clock.objects.count()
    changed, now = False, timezone.now()
    new: list[Clock] = []
    old: list[Clock] = []
    for key, rows in found.items():
        clock = known.get(key)
        if clock is None and len(new) >= left:
            continue
        if clock and clock.last_seen > now:
            clocks.forget_ahead(clock, now)
        (old if clock else new).append(clock := clock or Clock(**named(key)))
        changed |= clocks.add(clock, rows, zones.get(key[0], "UTC"))
    Clock.objects.bulk_create(new)
    # Ten times as fast as an update of many.
    Clock.objects.bulk_create(
        old, update_conflicts=True, unique_fields=["id"], update_fields=SAVED
    )
    return changed


def named(key: clocks.Key) -> dict[str, object]:
    return dict(zip(CLOCK, key, strict=True))


def stored(keys: Iterable[clocks.Key]) -> dict[clocks.Key, Clock]:
    some = list(keys)
    rows = Clock.objects.filter(
        sensor__in={key[0] for key in some},
        peer__in={key[1] for key in some},
        host__in={key[2] for key in some},
        protocol="",
        known_by="arrival",
    )
    return {(one.sensor, one.peer, one.host, one.kind): one for one in rows}
