"""Frames for the store's tests."""

from datetime import UTC, datetime
from typing import Any

import polars as pl

from events.schema import EVENT, FLOW, conform

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def events(count: int = 1, **columns: Any) -> pl.DataFrame:
    """`count` log events; a column is a value for all rows or a list."""
    values: dict[str, Any] = {
        "time": NOON,
        "received": NOON,
        "sensor": 1,
        "type": 5,
        "rank": 0,
        "message": [f"message {number}" for number in range(count)],
    }
    return frame(count, values | columns, EVENT)


def flows(count: int = 1, **columns: Any) -> pl.DataFrame:
    values: dict[str, Any] = {
        "start": NOON,
        "end": NOON,
        "received": NOON,
        "sensor": 1,
        "uid": [f"flow-{number}" for number in range(count)],
    }
    return frame(count, values | columns, FLOW)


def frame(count: int, values: dict[str, Any], schema: Any) -> pl.DataFrame:
    lists = {
        name: value if isinstance(value, list) else [value] * count
        for name, value in values.items()
    }
    kinds = {name: schema[name] for name in lists}
    return conform(pl.DataFrame(lists, schema=kinds), schema)
