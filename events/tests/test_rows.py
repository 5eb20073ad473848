"""Rows as JSON: as contracted, whatever the log put into them."""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from events import rows

NOON = datetime(2026, 3, 4, 12, 0, 0, 5, tzinfo=UTC)
SENSORS = {1: ("S-0", "home")}


def row(**columns: Any) -> dict[str, Any]:
    return {
        "id": 1, "time": NOON, "received": NOON, "sensor": 1, "type": 5, "rank": 0,
        "message": "hi", "data": None, "cleared": False, **columns,
    }  # fmt: skip


def test_an_event_as_json() -> None:
    shown = rows.event(row(src="10.0.0.1", data='{"a": [1]}'), SENSORS)
    assert json.loads(rows.dumps(shown)) == {
        "id": 1, "time": "2026-03-04T12:00:00.000005Z",
        "received": "2026-03-04T12:00:00.000005Z", "sensor": "S-0.home", "type": 5,
        "type_name": "log", "rank": 0, "message": "hi", "data": {"a": [1]},
        "cleared": False, "src": "10.0.0.1",
    }  # fmt: skip


def test_times_are_utc_whatever_the_connection_says() -> None:
    east = NOON.astimezone(timezone(timedelta(hours=5)))
    assert rows.moment(east) == rows.moment(NOON)


def test_a_sensor_that_is_gone_is_a_number() -> None:
    assert rows.event(row(sensor=9), SENSORS)["sensor"] == "#9"


@pytest.mark.parametrize(
    "text",
    [
        '{"n": 123456789012345678901234567890}',
        '{"n": 1e400}',
        "[" * 5_000 + "]" * 5_000,
        '{"a":' * 300 + "1" + "}" * 300,
        '{"a": "' + "[" * 5_000 + '"}',
    ],
)
def test_data_that_no_reader_could_take_is_shown_all_the_same(text: str) -> None:
    shown = rows.dumps(rows.event(row(data=text), SENSORS))
    assert json.loads(shown)["data"]


def test_the_line_is_rebuilt_from_head_and_message() -> None:
    alone = rows.event_alone(row(head="<13>x: ", raw=None), SENSORS)
    assert alone["raw"] == "<13>x: hi"
    assert "raw_b64" not in alone


def test_a_line_that_is_no_text_is_shown_and_kept_exact() -> None:
    alone = rows.event_alone(row(head=None, raw=b"\xff\x00 ok"), SENSORS)
    assert alone["raw"] == "\ufffd\x00 ok"
    assert base64.b64decode(alone["raw_b64"]) == b"\xff\x00 ok"
