"""What changes about an event after it was stored: beside it, never in it.

`event_state` overlays every read, in search, feed and live alike. Retention drops the
rows with their segment.
"""

from collections.abc import Sequence

from events.database import Connection

RANKS = range(-100, 101)


def set_rank(connection: Connection, events: Sequence[int], rank: int, by: str) -> None:
    """The present rank of events; the rank they came with stays in the store."""
    if rank not in RANKS:
        raise ValueError(f"a rank is from -100 to 100, not {rank}")
    connection.execute(SET_RANK, {"events": list(events), "rank": rank, "by": by})


def set_cleared(
    connection: Connection, events: Sequence[int], cleared: bool, by: str
) -> None:
    """Marks events as dealt with, or takes that back."""
    values = {"events": list(events), "cleared": cleared, "by": by}
    connection.execute(SET_CLEARED, values)


# Ids that retention has dropped, or that never were, get no row.
SET_RANK = """
INSERT INTO event_state AS state (event, rank, cleared, verdict, by, at)
SELECT id, %(rank)s, false, '', %(by)s, now() FROM events
WHERE id = ANY(%(events)s::bigint[])
ON CONFLICT (event) DO UPDATE SET rank = excluded.rank, by = excluded.by, at = now()
"""
SET_CLEARED = """
INSERT INTO event_state AS state (event, rank, cleared, verdict, by, at)
SELECT id, NULL, %(cleared)s, '', %(by)s, now() FROM events
WHERE id = ANY(%(events)s::bigint[])
ON CONFLICT (event) DO UPDATE SET
    cleared = excluded.cleared, by = excluded.by, at = now()
"""
