"""The two segmented tables and what differs between them, as literal values."""

from dataclasses import dataclass

from events import schema
from events.schema import Schema
from sensors import locks


@dataclass(frozen=True)
class Table:
    """A table partitioned by id; see `events/segments.py`."""

    name: str
    schema: Schema
    time: str  # the column that history goes by
    lock: int  # key of the advisory lock that orders ids
    read_indexes: tuple[str, ...]  # built when a segment is sealed
    text_index: str  # built last; empty: none


EVENTS = Table(
    name="events",
    schema=schema.EVENT,
    time="time",
    lock=locks.EVENTS,
    read_indexes=(
        "(src, time) WHERE src IS NOT NULL",
        "(dst, time) WHERE dst IS NOT NULL",
        "(lower(host), time)",
        "(lower(app), time)",
        '(lower("user"), time) WHERE "user" IS NOT NULL',
        "(rank, time) WHERE rank <> 0",
        "(type, time) WHERE type <> 5",
    ),
    text_index=(
        "USING gin (message gin_trgm_ops, host gin_trgm_ops, app gin_trgm_ops, "
        '"user" gin_trgm_ops)'
    ),
)

FLOWS = Table(
    name="flows",
    schema=schema.FLOW,
    time="end",
    lock=locks.FLOWS,
    read_indexes=(
        '(src, "end")',
        '(dst, "end")',
        "(lower(uid))",
        "(community_id) WHERE community_id IS NOT NULL",
    ),
    text_index="",
)

# Columns that PostgreSQL holds as inet.
ADDRESSES = frozenset({"src", "dst", "source"})

TABLES = {table.name: table for table in (EVENTS, FLOWS)}
