"""One event as a list of facts: name, meaning, value, and the query that finds it.

Pure: what `rows.event_alone` gives is all it reads.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from events.query.fields import FIELDS
from events.terms import NAMES, TABLES, data_term, named, term

MOST_DETAILS = 400  # entries of `data` that a page shows
LONG = 600  # characters


@dataclass(frozen=True)
class Fact:
    name: str  # of the column
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
FIELD_LABELS = {name: label for name, label, _ in COLUMNS}


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
    declared = FIELDS.get(NAMES.get(name, name))
    meaning = about or (declared.about if declared else "")
    query = "" if name in TIMES else term(name, event[name]) or ""
    return Fact(name, label, meaning, shown(name, event[name]), query, name in TIMES)


def shown(name: str, value: Any) -> str:
    """The value as a person reads it; numbers of tables stay beside their names."""
    if name in TABLES:
        word = named(name, value)
        return word if word == str(value) else f"{word} ({value})"
    if name == "inbound":
        return "inbound" if value else "outbound or local"
    return "yes" if value is True else str(value)


@dataclass(frozen=True)
class Detail:
    """A member of `data`; nested objects are written `a.b`."""

    key: str
    value: str
    query: str = ""

    @property
    def is_long(self) -> bool:
        """Whether the page gives it a window of its own."""
        return len(self.value) > LONG


def details(data: object) -> list[Detail]:
    found: list[Detail] = []
    for key, value in flat("", data if isinstance(data, dict) else {"data": data}):
        if len(found) == MOST_DETAILS:
            found.append(Detail("…", f"only the first {MOST_DETAILS} are shown"))
            break
        found.append(Detail(key, as_text(value), data_term(key, value) or ""))
    return found


def as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def flat(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flat(f"{path}.{key}" if path else str(key), inner)
    else:
        yield path, value
