"""What the names of members mean, whatever program writes them.

Names are lower case without signs. A member is looked up by the last three parts of its
path, the last two, the last one: `user.name` is found as `username`. What no table has
may say by its parts what it is (`AdminIPAddress`, `x_src_port`); that counts less.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from ingest.parsers.facts_of import READERS, text
from ingest.parsers.rowwise import Fields

SIGNS = re.compile(r"[^a-z0-9]")
MOST_PARTS = 3
NOTHING = ("", "-")
LONGEST_PART = 64  # characters; what is longer is no name
# A record whose layout is kept has at most so many members, and characters in names.
MOST_KEPT = 100
MOST_CHARACTERS = 4_000
Path = tuple[str, ...]
Meaning = tuple[str, int]  # a column, and its rank: the lower the better
Place = tuple[int, int]  # the rank, and the place among the members


@dataclass(frozen=True)
class Layout:
    """What the names of a record's members mean: by column, and which are prose."""

    columns: dict[str, list[Place]]
    prose: list[int]


FACTS: dict[str, tuple[str, ...]] = {
    "src": (
        "sourceip", "srcip", "sourceaddress", "srcaddr", "srcaddress", "saddr", "src",
        "idorigh", "clientip", "clientaddress", "clientaddr", "cip", "remoteip",
        "remoteaddr", "remoteaddress", "remotehost", "ipaddress", "peeraddress",
        "callerip", "callingstationid", "useripaddress", "sourcenetworkaddress",
        "clientipaddress", "userip", "originip", "realip", "attackerip", "sip", "ip",
        "ipaddr", "address", "source", "client", "actoripaddress", "sourceipv4address",
        "peerhost", "threatsourceip", "sourceipv4", "ipsrc", "publicipv4", "srchost",
        "station",
    ),
    "dst": (
        "destinationip", "destip", "dstip", "destinationaddress", "destaddress",
        "dstaddr", "dstaddress", "daddr", "dst", "dest", "idresph", "serverip",
        "serveraddress", "serveraddr", "targetip", "targetaddress", "victimip", "dip",
        "destinationipv4address", "destination", "ipdst", "targetipv4", "backendaddr",
        "gatewaystation", "dnsresolverip", "localaddress", "localip",
    ),
    "sport": (
        "sourceport", "srcport", "spt", "sport", "idorigp", "clientport", "remoteport",
        "ipport", "cport", "sourcetransportport", "portsrc", "rport", "peerport",
    ),
    "dport": (
        "destinationport", "destport", "dstport", "dpt", "dport", "idrespp",
        "serverport", "targetport", "destinationtransportport", "portdst", "localport",
        "listenport", "listenerport", "service",
    ),
    # Whose these are is told by what else there is.
    "port": ("port",),
    "own": ("hostip", "hostaddress"),
    "ownport": ("hostport",),
    "proto": (
        "networktransport", "transportprotocol", "ipprotocol", "protocol", "proto",
        "transport", "protoname",
    ),
    "user": (
        "username", "subjectusername", "sourceusername", "sourceuser", "issuer",
        "targetusername", "srcuser",
        "suser", "user", "usr", "accountname", "account", "acct", "login", "loginname",
        "usrname", "userprincipalname", "useremail", "principal", "actor", "userid",
        "destinationusername", "dstuser", "duser", "email", "operator", "remoteuser",
        "actorname", "initiatedby", "performedby", "requestedby", "requestor",
        "samaccountname", "changedby", "createdby", "modifiedby",
    ),
    "action": (
        "action", "eventaction", "act", "deviceaction", "actiontaken", "disposition",
        "verdict", "threatactiontaken", "fwaction", "utmaction", "ruleaction",
        "operation", "logsubtype",
    ),
    "device": (
        "devname", "dvchost", "winlogcomputername", "computername", "computer",
        "devicename", "devicehostname", "machinename", "hostname", "host",
        "observername", "sensorname", "analyzerhostname", "logsourcename",
    ),
    "stamp": (
        "utctime", "gmttime", "timecreated", "systemtime", "timecreatedsystemtime",
        "eventtime", "timestamp", "isotimestamp", "eventcreated", "datetime", "ts",
        "time", "createdat",
        "creationtime", "starttime", "occurredat", "generatedtime", "date", "rt", "t",
        "timegenerated", "eventtimestamp", "detectedutc", "updatedat",
        "detectiontime", "logtime", "receivedutc", "initiatedutc",
    ),
}  # fmt: skip


# Of whom an address or a name is that is no end of what happened.
OTHERS = re.compile(
    r"^nat|nat(?:ted|ip|src|dst|source|dest|port|addr)|xlate|translat|mapped|gateway"
    r"|router|proxyip|dns|mask|observer|agent|dvc|device|forwarder|sensor|collector|hop"
    r"|version|group|count|risk|reputation"
)
KINDS = (
    r"(?:host|interface)?(?:ip|ipaddr|ipaddress|addr|address|ipv?[46]|ipv?[46]address)"
)
BY_PARTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            rf"(?:dst|dest|destination|server|target|victim|local|backend|virtual"
            rf"|upstream){KINDS}$"
        ),
        "dst",
    ),
    (
        re.compile(
            rf"(?:src|source|client|remote|attacker|peer|caller|user|login|requester"
            rf"|actor|admin|sender|visitor|request|endpoint|machine|origin|external"
            rf"|public){KINDS}$"
        ),
        "src",
    ),
    (re.compile(r"(?:dst|dest|destination|server|target)po?rt$"), "dport"),
    (re.compile(r"(?:src|source|client|remote|peer)po?rt$"), "sport"),
    (re.compile(r"(?:user|usr)(?:name|id|login|originator|principal)?$"), "user"),
    (re.compile(r"(?:login|account|admin|administrator)(?:name|id)?$"), "user"),
    (re.compile(r"(?:action|actiontaken|verdict|disposition)$"), "action"),
    (re.compile(r"(?:transport)?protocol(?:id|name|number)?$"), "proto"),
    (re.compile(r"eventtime(?:stamp)?$"), "stamp"),
)
BY_PART = 1_000  # the rank of what only a part of the name says
MACHINE = 500  # accounts of machines end in `$`; the account of a person counts more

RANKS: dict[str, Meaning] = {
    name: (column, rank)
    for column, names in FACTS.items()
    for rank, name in enumerate(names)
}
# What prose a record carries: only there is still something to be found.
PROSE = ("message", "msg", "description", "desc", "text", "details", "reason", "error",
         "event", "note", "summary", "original")  # fmt: skip
LONGEST_PROSE = 2_000
WITH_PORT = re.compile(r"(?:[0-9.]+|\[[0-9a-fA-F:.]+\]):([0-9]{1,5})(?::|\Z)")


def columns(paths: tuple[Path, ...], values: Sequence[Any]) -> Fields:
    """The columns that some member gives, and `prose`: of several the best named, of
    equally good ones the first, that can be what the name says."""
    told = laid_out(tuple(path[-MOST_PARTS:] for path in paths))
    found: Fields = {
        column: best(column, places, values) for column, places in told.columns.items()
    }
    for end, port in (("src", "sport"), ("dst", "dport")):
        if found.get(end) and found.get(port) is None:
            found[port] = port_of(told.columns[end], values)
    found = settled(found)
    # Names that say nothing of the ends: then the whole message is searched.
    if not (found.get("src") or found.get("dst")):
        return found | {"prose": None}
    return found | {"prose": prose(values[at] for at in told.prose)}


def settled(found: Fields) -> Fields:
    """A host is where somebody went, if somebody else is named; the port of nobody
    is a target's."""
    own, own_port, port = (found.pop(name, None) for name in ("own", "ownport", "port"))
    end, ends_port = ("dst", "dport") if found.get("src") else ("src", "sport")
    if own and not found.get(end):
        found |= {end: own, ends_port: found.get(ends_port) or own_port}
    if port is not None and found.get("dst") and found.get("dport") is None:
        found["dport"] = port
    return found


def prose(values: Iterable[Any]) -> str:
    return " ".join(
        value[:LONGEST_PROSE]
        for value in values
        if isinstance(value, str) and value not in NOTHING
    )


def laid_out(paths: tuple[Path, ...]) -> Layout:
    """The layout; kept, as a program writes the same names again and again."""
    small = len(paths) <= MOST_KEPT
    if small and sum(map(len, chain.from_iterable(paths))) < MOST_CHARACTERS:
        return kept_layout(paths)
    return layout(paths)


def layout(paths: tuple[Path, ...]) -> Layout:
    """Which of the members mean what; the best are first."""
    ranked: dict[str, list[Place]] = defaultdict(list)
    prose = []
    for at, path in enumerate(paths):
        if any(len(part) > LONGEST_PART for part in path):
            continue
        is_prose, means = meaning(path)
        if means:
            column, rank = means
            ranked[column].append((rank, at))
        if is_prose:
            prose.append(at)
    return Layout({column: sorted(places) for column, places in ranked.items()}, prose)


kept_layout = lru_cache(maxsize=1_000)(layout)


def best(column: str, places: list[Place], values: Sequence[Any]) -> Any:
    """The first that can be what the column holds."""
    read = READERS.get(column, text)
    if column == "user" and any(is_machine(values[at]) for _, at in places):
        places = sorted(
            (rank + MACHINE * is_machine(values[at]), at) for rank, at in places
        )
    for _, at in places:
        value = values[at]
        if value in NOTHING:
            continue
        found = read(value if isinstance(value, str) else str(value))
        if found is not None:
            return found
    return None


def is_machine(value: Any) -> bool:
    return isinstance(value, str) and value.endswith("$")


def port_of(places: list[Place], values: Sequence[Any]) -> int | None:
    """The port behind the best address: `192.0.2.1:80`."""
    given = (str(values[at]) for _, at in places if values[at] not in NOTHING)
    behind = WITH_PORT.match(next(given, ""))
    found: int | None = READERS["dport"](behind[1]) if behind else None
    return found


@lru_cache(maxsize=20_000)
def meaning(path: Path) -> tuple[bool, Meaning | None]:
    """Whether a member holds prose, and what it means, by its names."""
    parts = [SIGNS.sub("", part.lower()) for part in path]
    is_prose = bool(parts) and parts[-1].endswith(PROSE)
    for most in range(len(parts), 0, -1):
        means = RANKS.get("".join(parts[-most:]))
        if means:
            return is_prose, means
    whole = "".join(parts[-2:])
    if not OTHERS.search(whole):
        for pattern, column in BY_PARTS:
            if pattern.search(whole):
                return is_prose, (column, BY_PART)
    return is_prose, None
