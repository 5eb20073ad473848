"""The habits in the database: read, written back, forgotten. In the transaction of the
caller, on a connection of the hot path."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from psycopg.types.json import Jsonb

from events.database import Connection
from ingest.silence.cadence import Habit
from ingest.silence.horizon import Horizon
from sensors import locks

MOST = 5_000  # sources that are watched; about a kilobyte each
FORGET = timedelta(days=90)  # after the last line

# Sources that are new come in, the busiest first, as far as there is room.
JOIN = """
INSERT INTO source_habits (source, sensor, lines, seen, habit, rest)
SELECT source, sensor, stored + ignored + duplicate, last_seen, %(habit)s, ''
FROM source_totals AS total
WHERE last_seen > %(since)s
    AND EXISTS (SELECT FROM sensors_sensor WHERE id = total.sensor)
    AND NOT EXISTS (
        SELECT FROM source_habits AS habit
        WHERE habit.source = total.source AND habit.sensor = total.sensor
    )
ORDER BY stored DESC
LIMIT greatest(0, %(most)s - (SELECT count(*) FROM source_habits))
ON CONFLICT DO NOTHING
"""
READ = """
SELECT habit.id, habit.source, habit.sensor, zone, habit.lines, habit.habit,
    habit.called, habit.told, habit.rest,
    coalesce(total.stored + total.ignored + total.duplicate, 0),
    habit.seen, coalesce(total.last_seen, habit.seen)
FROM source_habits AS habit
JOIN sensors_sensor ON sensors_sensor.id = habit.sensor
LEFT JOIN source_totals AS total
    ON total.source = habit.source AND total.sensor = habit.sensor
ORDER BY habit.id
FOR UPDATE OF habit
"""
WRITE = """
UPDATE source_habits AS habit
SET lines = new.lines, seen = new.seen, habit = new.habit::jsonb,
    called = new.called, told = new.told, rest = new.rest
FROM unnest(
    %(id)s::bigint[], %(lines)s::bigint[], %(seen)s::timestamptz[], %(habit)s::text[],
    %(called)s::timestamptz[], %(told)s::timestamptz[], %(rest)s::text[]
) AS new (id, lines, seen, habit, called, told, rest)
WHERE habit.id = new.id
"""
GONE = """
DELETE FROM source_habits
WHERE seen < %s
    OR NOT EXISTS (SELECT FROM sensors_sensor WHERE id = source_habits.sensor)
"""


@dataclass
class Watched:
    """A source at a sensor, as it is known and as the ledger counts it now."""

    id: int
    source: str
    sensor: int
    zone: ZoneInfo
    lines: int
    habit: Habit
    called: datetime | None
    told: datetime | None
    rest: str
    counted: int
    before: datetime  # the last line; of a silent one that before its silence
    seen: datetime

    @property
    def spoke(self) -> bool:
        """Since the last look."""
        return self.counted > self.lines


def alone(connection: Connection) -> bool:
    """Whether nobody else looks, until the end of the transaction."""
    row = connection.execute(
        "SELECT pg_try_advisory_xact_lock(%s)", [locks.SILENCE]
    ).fetchone()
    return bool(row and row[0])


def join(connection: Connection, now: datetime) -> None:
    connection.execute(GONE, [now - FORGET])
    new = {"habit": Jsonb(Habit().as_json()), "since": now - FORGET, "most": MOST}
    connection.execute(JOIN, new)


def read(connection: Connection) -> list[Watched]:
    return [
        Watched(
            id_, source, sensor, ZoneInfo(zone), lines, Habit.from_json(habit), *more
        )
        for id_, source, sensor, zone, lines, habit, *more in connection.execute(READ)
    ]


def write(connection: Connection, sources: list[Watched]) -> None:
    values: dict[str, list[Any]] = {
        "id": [one.id for one in sources],
        "lines": [one.counted for one in sources],
        "seen": [one.before if one.called else one.seen for one in sources],
        "habit": [orjson.dumps(one.habit.as_json()).decode() for one in sources],
        "called": [one.called for one in sources],
        "told": [one.told for one in sources],
        "rest": [one.rest for one in sources],
    }
    connection.execute(WRITE, values)


def horizon(connection: Connection) -> Horizon:
    row = connection.execute("SELECT state FROM silence_horizon").fetchone()
    return Horizon.from_json(row[0] if row else {})


def save_horizon(connection: Connection, found: Horizon) -> None:
    connection.execute(
        "INSERT INTO silence_horizon (id, state) VALUES (1, %s)"
        " ON CONFLICT (id) DO UPDATE SET state = excluded.state",
        [Jsonb(found.as_json())],
    )
