"""A row of the store → what the API, the WebSocket and JSON exports show.

Rows come from `search` and `live`: addresses are text, `data` is JSON text. Everything
in the result can be encoded as JSON that every reader understands.
"""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import orjson
from psycopg.rows import DictRow

from events.query import Sensors
from events.schema import TYPES

MOST_DEPTH = 100  # levels of `data` that are shown as JSON
SAFE_DIGITS = 18  # of a whole number that JSON readers take


def event(row: DictRow, sensors: Sensors) -> dict[str, Any]:
    """One event of a list."""
    return {
        "id": row["id"],
        "time": moment(row["time"]),
        "received": moment(row["received"]),
        "sensor": origin(row["sensor"], sensors),
        "type": row["type"],
        "type_name": TYPES.get(row["type"], ""),
        **{name: row[name] for name in row if name not in SPECIAL},
        "data": detail(row["data"]),
    }


def event_alone(row: DictRow, sensors: Sensors) -> dict[str, Any]:
    """One event with its exact line."""
    return {**event(row, sensors), **line(row)}


def flow(row: DictRow, sensors: Sensors) -> dict[str, Any]:
    return {
        "id": row["id"],
        "uid": row["uid"],
        "start": moment(row["start"]),
        "end": moment(row["end"]),
        "received": moment(row["received"]),
        "sensor": origin(row["sensor"], sensors),
        **{name: row[name] for name in row if name not in SPECIAL_OF_FLOW},
        "data": detail(row["data"]),
    }


SPECIAL = frozenset({"id", "time", "received", "sensor", "type", "data", "head", "raw"})
SPECIAL_OF_FLOW = frozenset({"id", "uid", "start", "end", "received", "sensor", "data"})


def moment(value: datetime | None) -> str | None:
    """ISO 8601 in UTC, to the microsecond, ending in `Z`."""
    if value is None:
        return None
    local = value.astimezone(UTC).replace(tzinfo=None)
    return local.isoformat(timespec="microseconds") + "Z"


def origin(sensor: int, sensors: Sensors) -> str:
    """`<sensor>.<domain>`; `#id` of a sensor that is gone."""
    names = sensors.get(sensor)
    return ".".join(names) if names else f"#{sensor}"


def exact_line(row: DictRow) -> bytes:
    """The bytes as they came, rebuilt where they are not stored twice."""
    if row["raw"] is not None:
        return bytes(row["raw"])
    text: str = (row["head"] or "") + row["message"]
    return text.encode()


def line(row: DictRow) -> dict[str, str]:
    exact = exact_line(row)
    text = exact.decode(errors="replace")
    if text.encode() == exact:
        return {"raw": text}
    return {"raw": text, "raw_b64": base64.b64encode(exact).decode()}


def detail(text: str | None) -> Any:
    """`data` as an object; None where there is none.

    What would break a reader of JSON is shown as text: levels without end, and numbers
    that do not fit.
    """
    if text is None:
        return None
    if depth(text) > MOST_DEPTH:
        return {"json": text}
    return json.loads(text, parse_int=whole_number)


def whole_number(digits: str) -> int | str:
    return int(digits) if len(digits) <= SAFE_DIGITS else digits


def depth(text: str) -> int:
    """At most how many levels the JSON text has; brackets within strings count too."""
    if text.count("{") + text.count("[") <= MOST_DEPTH:
        return 0
    level = deepest = 0
    for character in text:
        level += (character in "{[") - (character in "}]")
        deepest = max(deepest, level)
    return deepest


def dumps(value: Any) -> bytes:
    """JSON of what this module made."""
    encoded: bytes = orjson.dumps(value)
    return encoded
