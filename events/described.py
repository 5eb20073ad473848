"""One event as a list of facts: name, meaning, value, and the query that finds it.

Pure: what `rows.event_alone` gives is all it reads.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from events.query.fields import FACILITIES, FIELDS, SEVERITIES

MOST_DETAILS = 400  # entries of `data` that a page shows
PLAIN = re.compile(r"[A-Za-z0-9_.:/%+-]*[A-Za-z0-9_/]")
LIKE_OPERATOR = {"AND", "OR", "NOT"}


@dataclass(frozen=True)
class Fact:
    name: str
    label: str
    about: str
    value: str
    query: str = ""  # finds the events with the same value; empty: cannot be asked
    is_time: bool = False


# column, label, meaning where the query language does not say it
COLUMNS = (
    ("time", "Time", "when it happened, by the device's clock, corrected"),
    ("received", "Received", "when this machine read it from the network"),
    ("sensor", "Sensor", ""),
    ("type", "Type", ""),
    ("rank", "Rank", "below 0 false positive, 0 nothing known, above 0 threat"),
    ("src", "Source", ""),
    ("sport", "Source port", ""),
    ("dst", "Destination", ""),
    ("dport", "Destination port", ""),
    ("proto", "Protocol", ""),
    ("inbound", "Direction", "inbound: to HOME_NET from outside"),
    ("host", "Host", ""),
    ("app", "Application", ""),
    ("pid", "Process", ""),
    ("user", "User", ""),
    ("action", "Action", ""),
    ("signature", "Signature", ""),
    ("severity", "Severity", ""),
    ("facility", "Facility", ""),
    ("source", "Sent by", ""),
    ("cls", "Class", "the class that matched"),
    ("cleared", "Cleared", "set aside by an analyst"),
    ("verdict", "Verdict", "what an analyst said of it"),
)
TIMES = {"time", "received"}


def facts(event: dict[str, Any]) -> list[Fact]:
    """Every field that has a value, in the order in which one reads an event."""
    return [
        fact(name, label, about, event)
        for name, label, about in COLUMNS
        if is_known(name, event)
    ]


def is_known(name: str, event: dict[str, Any]) -> bool:
    value = event.get(name)
    if name == "inbound":
        return value is not None
    return value is not None and value is not False and value != ""


def fact(name: str, label: str, about: str, event: dict[str, Any]) -> Fact:
    declared = FIELDS.get(name)
    meaning = about or (declared.about if declared else "")
    value = words(name, event)
    query = f"{name}:{quoted(value)}" if declared and name not in TIMES else ""
    shown = f"{value} ({event[name]})" if name in NUMBERED else value
    return Fact(name, label, meaning, shown, query, name in TIMES)


NUMBERED = {"type", "severity", "facility"}


def words(name: str, event: dict[str, Any]) -> str:
    """The value as a person, and the query language, writes it."""
    value = event[name]
    if name == "type":
        return str(event["type_name"] or value)
    if name == "inbound":
        return "inbound" if value else "outbound or local"
    if name == "severity":
        return named(SEVERITIES, value)
    if name == "facility":
        return named(FACILITIES, value)
    return "yes" if value is True else str(value)


def named(names: list[str], number: int) -> str:
    return names[number] if 0 <= number < len(names) else str(number)


def quoted(value: str) -> str:
    """The value as it stands in a query: bare where it can, else in quotes."""
    if PLAIN.fullmatch(value) and value not in LIKE_OPERATOR:
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def details(data: object) -> list[tuple[str, str]]:
    """`data` as pairs of path and value, nested objects written `a.b`."""
    pairs: list[tuple[str, str]] = []
    for pair in flat("", data if isinstance(data, dict) else {"data": data}):
        if len(pairs) == MOST_DETAILS:
            pairs.append(("…", f"only the first {MOST_DETAILS} are shown"))
            break
        pairs.append(pair)
    return pairs


def flat(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flat(f"{path}.{key}" if path else str(key), inner)
    elif isinstance(value, str):
        yield path, value
    else:
        yield path, json.dumps(value, ensure_ascii=False)
