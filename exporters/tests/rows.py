"""Rows of the feed for the formats' tests."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from exporters.formats.base import Options, Row

SEED_TIME = datetime(2016, 2, 29, 17, 12, 9, 123_456, tzinfo=UTC)


def row(**columns: Any) -> Row:
    """The event of the seed's example line."""
    known = {
        "id": 77,
        "time": SEED_TIME,
        "sensor": 1,
        "type": 1,
        "rank": 0,
        "signature": "1:2009375:3",
        "message": "ET CHAT General MSN Chat Activity",
        "proto": "tcp",
        "src": "10.0.0.1",
        "sport": 1234,
        "dst": "10.0.0.2",
        "dport": 80,
        "inbound": False,
        "app": None,
        "data": {},
    }
    return known | columns


def options(**changed: Any) -> Options:
    known: dict[str, Any] = {
        "origin": "S-0.tcovel",
        "zone": ZoneInfo("UTC"),
        "header": False,
        "limit": 8_192,
    }
    return Options(**known | changed)
