"""The fields that a query can name: the one place that says what each of them means.

A field reads one column or several (any of which may match), or a key of `data`. A
column that a table does not have is a value that is missing there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from events.schema import TYPES


class Kind(Enum):
    """How a field's values are written and compared."""

    TEXT = auto()  # the whole value, with wildcards
    CONTENT = auto()  # anywhere in the value
    ADDRESS = auto()  # an address, a network, a range
    NUMBER = auto()  # with < <= > >= and ranges
    TIME = auto()  # a day, a minute, a moment; also as seen from now
    DURATION = auto()  # seconds, or with a unit
    ORIGIN = auto()  # names of sensors and domains
    DATA = auto()  # text, or a number where it is compared


# Kinds whose values have an order.
ORDERED = frozenset({Kind.NUMBER, Kind.TIME, Kind.DURATION, Kind.DATA, Kind.ADDRESS})


@dataclass(frozen=True)
class Field:
    name: str
    kind: Kind
    columns: tuple[str, ...]
    about: str
    low: int = 0
    high: int = 0
    names: Mapping[str, int] = field(default_factory=dict)  # words for numbers
    label: str = ""  # in a sentence; empty: as `about`
    flows: tuple[str, ...] | None = None  # columns of flows, where they differ
    paths: tuple[tuple[str, ...], ...] = ()  # keys of `data`, one within the other
    shown: tuple[str, ...] = ()  # of the names: one for each number
    is_size: bool = False  # may be written with k, M, G, T
    spelled: Mapping[str, str] = field(default_factory=dict)  # other ways to write it

    def read(self, table: str) -> tuple[str, ...]:
        """The columns that it reads, if the table has them."""
        other = table == "flows" and self.flows is not None
        return self.flows or () if other else self.columns

    @property
    def noun(self) -> str:
        return self.label or self.about


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
TYPE_NUMBERS = {name: number for number, name in TYPES.items()}
# What other tools call a type.
TYPE_WORDS = {"alert": 1, "syslog": 5, "fileinfo": 6, "drop": 7}
# Protocols by their numbers (IANA); lines and flows are stored with the names.
PROTOCOLS = {
    "1": "icmp", "2": "igmp", "6": "tcp", "17": "udp", "41": "ipv6", "47": "gre",
    "50": "esp", "51": "ah", "58": "ipv6-icmp", "89": "ospf", "103": "pim",
    "112": "vrrp", "132": "sctp", "icmp6": "ipv6-icmp", "icmpv6": "ipv6-icmp",
}  # fmt: skip
DIRECTIONS = {"inbound": 1, "outbound": 0}
DIRECTION_WORDS = {"true": 1, "yes": 1, "false": 0, "no": 0, "in": 1, "out": 0,
                   "ingress": 1, "egress": 0}  # fmt: skip
MOST = 2**63 - 1


def numbered(names: list[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}


def text(name: str, about: str, label: str = "") -> Field:
    return Field(name, Kind.TEXT, (name,), about, label=label or name)


def content(name: str, about: str) -> Field:
    return Field(name, Kind.CONTENT, (name,), about, label=name)


def origin(name: str, about: str) -> Field:
    return Field(name, Kind.ORIGIN, ("sensor",), about, label=name)


def number(name: str, about: str, low: int, high: int, column: str = "") -> Field:
    return Field(name, Kind.NUMBER, (column or name,), about, low, high)


def words(
    name: str, about: str, names: dict[str, int], more: dict[str, int], column: str = ""
) -> Field:
    """A number that has names; `more` are other words for the same."""
    numbers = names.values()
    return Field(
        name, Kind.NUMBER, (column or name,), about, min(numbers), max(numbers),
        names | more, label=name, shown=tuple(names),
    )  # fmt: skip


def port(name: str, columns: tuple[str, ...], about: str) -> Field:
    return Field(name, Kind.NUMBER, columns, about, 0, 65_535)


def time(name: str, about: str, label: str, flows: tuple[str, ...]) -> Field:
    return Field(name, Kind.TIME, (name,), about, label=label, flows=flows)


# Of counts of a flow: what is said of them, and what in short.
WAYS = {
    "": (", both ways", "both ways"),
    "_out": (" from source to destination", "from the source"),
    "_in": (" from destination to source", "from the destination"),
}


def sizes(unit: str) -> list[Field]:
    return [
        Field(
            f"{unit}{suffix}", Kind.NUMBER, (), f"{unit} of a flow{about}", 0, MOST,
            label=f"{unit} {label}", flows=(f"{unit}{suffix}",), is_size=True,
        )
        for suffix, (about, label) in WAYS.items()
    ]  # fmt: skip


DECLARED = (
    words("type", "kind of event", TYPE_NUMBERS, TYPE_WORDS),
    time("time", "when it happened; of a flow, when it ended", "time", ("end",)),
    time("received", "when it was received", "time of receipt", ("received",)),
    Field("src", Kind.ADDRESS, ("src",), "source address"),
    Field("dst", Kind.ADDRESS, ("dst",), "destination address"),
    Field("ip", Kind.ADDRESS, ("src", "dst"), "source or destination address"),
    Field("source", Kind.ADDRESS, ("source",), "address that sent the record"),
    port("sport", ("sport",), "source port"),
    port("dport", ("dport",), "destination port"),
    port("port", ("sport", "dport"), "source or destination port"),
    replace(text("proto", "protocol", "protocol"), spelled=PROTOCOLS),
    words(
        "direction", "inbound (to HOME_NET from outside) or outbound (also local)",
        DIRECTIONS, DIRECTION_WORDS, "inbound",
    ),
    text("host", "host as the record names it"),
    text("app", "program or application", "application"),
    text("user", "user name"),
    text("action", "what was done: allow, deny, …"),
    text("signature", "rule or signature id"),
    content("message", "text of the message"),
    Field(
        "text", Kind.CONTENT, ("message", "host", "app", "user"),
        "message, host, application or user, as free text",
        flows=("app", "state", "uid", "community_id"),
    ),
    origin("sensor", "sensor, or sensor.domain"),
    origin("domain", "customer or site"),
    Field("rank", Kind.NUMBER, ("rank",), "rank: −100 to 100", -100, 100, {}, "rank"),
    words("severity", "syslog severity; 0 is the worst", numbered(SEVERITIES),
          SEVERITY_WORDS),
    words("facility", "syslog facility", numbered(FACILITIES), {"security": 4}),
    number("class", "number of the class that matched", 0, 2**31 - 1, "cls"),
    number("pid", "process id", 0, MOST),
    Field("start", Kind.TIME, (), "start of a flow", label="start", flows=("start",)),
    Field("end", Kind.TIME, (), "end of a flow", label="end", flows=("end",)),
    Field(
        "duration", Kind.DURATION, (), "duration of a flow", label="duration",
        flows=("duration",),
    ),
    *sizes("bytes"),
    *sizes("packets"),
    text("state", "state of a flow", "state"),
    text("uid", "id of a flow", "id of the flow"),
    text("community_id", "Community ID of a flow", "Community ID"),
    text("source_id", "id that the flow's own source gave", "id of the source"),
)  # fmt: skip

FIELDS = {declared.name: declared for declared in DECLARED}


def later(name: str) -> Field:
    """A field of the linked flow: it can be asked, and is missing for now."""
    known = FIELDS[name]
    return replace(
        known,
        name=f"flow.{name}",
        columns=(),
        flows=(),
        label=f"the flow's {known.noun}",
    )


FLOW_FIELDS = (
    "src", "dst", "ip", "sport", "dport", "port", "proto", "app", "start", "end",
    "duration", "bytes", "bytes_out", "bytes_in", "packets", "packets_out",
    "packets_in", "state", "uid", "community_id",
)  # fmt: skip
NONE: tuple[str, ...] = ()
LATER = {
    declared.name: declared
    for declared in (
        *map(later, FLOW_FIELDS),
        Field("link.status", Kind.TEXT, NONE, "status of the link"),
        Field("link.confidence", Kind.NUMBER, NONE, "confidence of the link", 0, 100),
        Field("link.tier", Kind.TEXT, NONE, "tier of the link"),
        Field("link.gap", Kind.DURATION, NONE, "time between event and flow"),
        Field("link.uid", Kind.TEXT, NONE, "id of the linked flow"),
    )
}
