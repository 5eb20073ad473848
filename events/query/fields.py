"""The fields that a query can name: the one place that says what each of them means.

A field reads one column or several (either of which may match). A column that a table
does not have is a value that is missing there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from events.schema import TYPES


class Kind(Enum):
    """How a field's values are written and compared."""

    TEXT = auto()  # the whole value, `*` at the ends
    CONTENT = auto()  # anywhere in the value
    ADDRESS = auto()  # an address or a network
    NUMBER = auto()  # with < <= > >=
    ORIGIN = auto()  # names of sensors and domains


@dataclass(frozen=True)
class Field:
    name: str
    kind: Kind
    columns: tuple[str, ...]
    about: str
    low: int = 0
    high: int = 0
    names: Mapping[str, int] = field(default_factory=dict)  # words for numbers


# RFC 5424 tables 1 and 2, with the words that syslog.conf uses.
FACILITIES = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron",
    "authpriv", "ftp", "ntp", "audit", "alert", "clock",
    *(f"local{number}" for number in range(8)),
]  # fmt: skip
SEVERITIES = [
    "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug",
]  # fmt: skip
SEVERITY_WORDS = {
    "emergency": 0, "panic": 0, "critical": 2, "error": 3, "warn": 4,
    "informational": 6,
}  # fmt: skip


def numbered(names: list[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}


def text(name: str, about: str) -> Field:
    return Field(name, Kind.TEXT, (name,), about)


def port(name: str, columns: tuple[str, ...], about: str) -> Field:
    return Field(name, Kind.NUMBER, columns, about, 0, 65_535)


TYPE_NUMBERS = {name: number for number, name in TYPES.items()}

DECLARED = (
    Field("type", Kind.NUMBER, ("type",), "kind of event", 1, 13, TYPE_NUMBERS),
    Field("src", Kind.ADDRESS, ("src",), "source address"),
    Field("dst", Kind.ADDRESS, ("dst",), "destination address"),
    Field("ip", Kind.ADDRESS, ("src", "dst"), "source or destination address"),
    Field("source", Kind.ADDRESS, ("source",), "address that sent the record"),
    port("sport", ("sport",), "source port"),
    port("dport", ("dport",), "destination port"),
    port("port", ("sport", "dport"), "source or destination port"),
    text("proto", "protocol"),
    text("host", "host as the record names it"),
    text("app", "program or application"),
    text("user", "user name"),
    text("action", "what was done: allow, deny, …"),
    text("signature", "rule or signature id"),
    Field("message", Kind.CONTENT, ("message",), "text of the message"),
    Field("sensor", Kind.ORIGIN, ("sensor",), "sensor, or sensor.domain"),
    Field("domain", Kind.ORIGIN, ("sensor",), "customer or site"),
    Field("rank", Kind.NUMBER, ("rank",), "rank: −100 to 100", -100, 100),
    Field(
        "severity", Kind.NUMBER, ("severity",), "syslog severity; 0 is the worst",
        0, 7, numbered(SEVERITIES) | SEVERITY_WORDS,
    ),
    Field(
        "facility", Kind.NUMBER, ("facility",), "syslog facility",
        0, 23, numbered(FACILITIES) | {"security": 4},
    ),
    Field("pid", Kind.NUMBER, ("pid",), "process id", 0, 2**63 - 1),
    text("state", "state of a flow"),
    text("uid", "id of a flow"),
)  # fmt: skip

FIELDS = {declared.name: declared for declared in DECLARED}

# What free text reads, per table.
FREE_TEXT = {
    "events": ("message", "host", "app", "user"),
    "flows": ("app", "state", "uid", "community_id"),
}
