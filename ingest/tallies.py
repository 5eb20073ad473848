"""The ledger's side in the database: what was stored, ignored, found to be double."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

# One statement, so one snapshot: counts and positions are of the same moment.
BOTH = """
SELECT 'total', source, sensor, stored, ignored, duplicate, last_seen
FROM source_totals
UNION ALL
SELECT 'position', name, NULL,
    coalesce((SELECT max(last) + 1 FROM batches WHERE journal = name), 0),
    NULL, NULL, NULL
FROM unnest(%s::text[]) AS name
"""
RATES = """
SELECT source, sum(stored + ignored + duplicate) / 60.0
FROM batch_sources
WHERE at > now() - interval '1 minute'
GROUP BY source
"""
# The names of the journals by a loose scan of their index; batches are many.
MADE = """
WITH RECURSIVE names AS (
    SELECT min(journal) AS journal FROM batches
    UNION ALL
    SELECT (SELECT min(journal) FROM batches WHERE journal > names.journal)
    FROM names WHERE names.journal IS NOT NULL
)
SELECT coalesce(sum(last_event - first_event + 1), 0)
FROM batches
WHERE journal IN (
    SELECT journal FROM names WHERE journal IS NOT NULL AND journal !~ '-[0-9a-f]{16}$'
)
"""


@dataclass(frozen=True)
class Total:
    """The counts of a source at one sensor."""

    source: str
    sensor: int
    stored: int
    ignored: int
    duplicate: int
    last_seen: dt.datetime | None = None


@dataclass(frozen=True)
class Tallies:
    """A moment of the database."""

    totals: list[Total] = field(default_factory=list)
    positions: dict[str, int] = field(default_factory=dict)  # per journal


def read(journals: Iterable[str]) -> Tallies:
    found = Tallies()
    with connection.cursor() as cursor:
        cursor.execute(BOTH, [list(journals)])
        for kind, name, *values in cursor.fetchall():
            if kind == "total":
                found.totals.append(Total(name, *values))
            else:
                found.positions[name] = values[1]
    return found


def rates() -> dict[str, float]:
    """Lines a second per source, over the last minute."""
    with connection.cursor() as cursor:
        cursor.execute(RATES)
        return {source: float(rate) for source, rate in cursor.fetchall()}


def made() -> int:
    """Events that the product itself has made."""
    with connection.cursor() as cursor:
        cursor.execute(MADE)
        return int(cursor.fetchone()[0])
