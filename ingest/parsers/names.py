"""What the names of members mean, whatever program writes them.

Names are lower case without signs; `by_name` offers each value under the last one, two
and three parts of its path, so that `user.name` is found as `username`.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

SIGNS = re.compile(r"[^a-z0-9]")
MOST_PARTS = 3
NOTHING = ("", "-")

FACTS: dict[str, tuple[str, ...]] = {
    "src": (
        "sourceip", "srcip", "sourceaddress", "srcaddr", "srcaddress", "saddr", "src",
        "idorigh", "clientip", "clientaddress", "clientaddr", "cip", "remoteip",
        "remoteaddr", "remoteaddress", "remotehost", "ipaddress", "peeraddress",
        "callerip", "callingstationid", "useripaddress", "sourcenetworkaddress",
        "clientipaddress", "userip", "originip", "attackerip", "sip", "ip", "ipaddr",
        "address", "source", "client", "hostip", "actoripaddress", "sourceipv4address",
        "peerhost",
    ),
    "dst": (
        "destinationip", "destip", "dstip", "destinationaddress", "destaddress",
        "dstaddr", "dstaddress", "daddr", "dst", "dest", "idresph", "serverip",
        "serveraddress", "serveraddr", "targetip", "targetaddress", "victimip", "dip",
        "destinationipv4address", "destination",
    ),
    "sport": (
        "sourceport", "srcport", "spt", "sport", "idorigp", "clientport", "remoteport",
        "ipport", "cport", "sourcetransportport",
    ),
    "dport": (
        "destinationport", "destport", "dstport", "dpt", "dport", "idrespp",
        "serverport", "targetport", "destinationtransportport",
    ),
    "proto": (
        "networktransport", "transportprotocol", "ipprotocol", "protocol", "proto",
        "transport", "protoname",
    ),
    "user": (
        "username", "subjectusername", "targetusername", "sourceusername", "srcuser",
        "suser", "user", "usr", "accountname", "account", "acct", "login", "loginname",
        "usrname", "userprincipalname", "useremail", "principal", "actor", "userid",
        "destinationusername", "dstuser", "duser", "email", "operator", "remoteuser",
    ),
    "action": (
        "action", "eventaction", "act", "deviceaction", "actiontaken", "disposition",
        "verdict", "threatactiontaken",
    ),
    "device": (
        "winlogcomputername", "computername", "computer", "hostname", "devicehostname",
        "devicename", "machinename", "devname", "dvchost", "host", "observername",
        "sensorname", "analyzerhostname",
    ),
    "stamp": (
        "timecreated", "systemtime", "timecreatedsystemtime", "utctime", "gmttime",
        "eventtime", "eventcreated", "timestamp", "datetime", "ts", "time", "createdat",
        "creationtime", "starttime", "occurredat", "generatedtime", "date", "rt",
    ),
}  # fmt: skip


def by_name(members: Iterable[tuple[tuple[str, ...], Any]]) -> dict[str, Any]:
    """Values by name; of equal names the first that has a value counts."""
    found: dict[str, Any] = {}
    for path, value in members:
        if value not in NOTHING:
            for name in called(path[-MOST_PARTS:]):
                found.setdefault(name, value)
    return found


@lru_cache(maxsize=10_000)
def called(path: tuple[str, ...]) -> tuple[str, ...]:
    """The names of a member: by the last part of its path, the last two, …"""
    parts = [SIGNS.sub("", part.lower()) for part in path]
    return tuple("".join(parts[-most:]) for most in range(1, len(parts) + 1))
