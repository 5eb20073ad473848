"""PAN-OS: comma-separated, the fourth field says which fields follow (PAN-OS 8 to 11).

Fields are known by their place. The device's name and, where the version has one, the
time with its offset stand far behind.
"""

import csv
import re
from dataclasses import dataclass

from ingest.parsers import facts_of, rowwise
from ingest.parsers.format import Format
from ingest.parsers.rowwise import Fields

GENERATED, SUBTYPE, SERIAL = 6, 4, 2


@dataclass(frozen=True)
class Layout:
    """Places of fields by column; `device` is the firewall's name."""

    columns: dict[str, tuple[int, ...]]
    extra: dict[str, int]


SESSION = {
    "src": (7,), "dst": (8,), "user": (12, 13), "sport": (24,), "dport": (25,),
    "proto": (29,), "action": (30,),
}  # fmt: skip
SESSION_EXTRA = {
    "nat_src": 9, "nat_dst": 10, "rule": 11, "application": 14, "from_zone": 16,
    "to_zone": 17, "session": 22, "nat_sport": 26, "nat_dport": 27,
}  # fmt: skip
THREAT_EXTRA = SESSION_EXTRA | {"url": 31, "threat": 32, "category": 33, "severity": 34}
PORTAL = {"event": 8, "stage": 9, "machine": 14, "public_ip": 15, "status": 28}

LAYOUTS = {
    "TRAFFIC": Layout(SESSION | {"device": (52,)}, SESSION_EXTRA),
    "THREAT": Layout(SESSION | {"device": (59,)}, THREAT_EXTRA),
    "DECRYPTION": Layout(SESSION, SESSION_EXTRA),
    "TUNNEL": Layout(SESSION, SESSION_EXTRA),
    "USERID": Layout(
        {"src": (8,), "user": (9,), "action": (4,), "sport": (13,), "dport": (14,),
         "device": (25,)},
        {"source": 17},
    ),
    "HIPMATCH": Layout(
        {"user": (7,), "src": (11,), "device": (24,)}, {"machine": 9, "profile": 12}
    ),
    "GLOBALPROTECT": Layout(
        {"user": (12,), "src": (17, 15), "device": (47,), "endpoint": (14,)},
        PORTAL | {"gateway": 33},
    ),
    "SYSTEM": Layout({"device": (22,)}, {"event": 8, "description": 14}),
    "CONFIG": Layout(
        {"src": (7,), "user": (10,), "action": (9,), "device": (23,)},
        {"client": 11, "result": 12, "path": 13},
    ),
    "AUTHENTICATION": Layout({"src": (8,), "user": (9,)}, {"policy": 12}),
}  # fmt: skip
START = re.compile(
    r"(?:^|[ :])[0-9]*,[0-9T:/. Z-]{16,30},[^,]{0,40},"
    rf"(?:{'|'.join(LAYOUTS)}|HIP-MATCH|AUTH),"
)
OTHER_NAMES = {"HIP-MATCH": "HIPMATCH", "AUTH": "AUTHENTICATION"}
WITH_OFFSET = re.compile(
    r",(20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]+(?:[+-][0-9]{2}:[0-9]{2}|Z)),"
)


def read(message: str) -> Fields | None:
    found = START.search(message)
    if not found:
        return None
    text = message[found.start() :].lstrip(" :")
    try:
        fields = next(csv.reader([text.replace("\0", "").replace("\n", " ")]))
    except (csv.Error, StopIteration):
        return None
    if len(fields) <= GENERATED:
        return None
    kind = OTHER_NAMES.get(fields[3], fields[3])
    if kind not in LAYOUTS:  # a quote has joined fields
        return None
    layout = LAYOUTS[kind]
    columns = facts_of.columns(
        {str(place): value for place, value in enumerate(fields)},
        {name: tuple(map(str, places)) for name, places in layout.columns.items()},
    )
    extra = {
        name: fields[place]
        for name, place in layout.extra.items()
        if place < len(fields) and fields[place]
    }
    data = {"panos": {"type": kind, "subtype": fields[SUBTYPE], **extra}}
    return columns | {
        "stamp": exact(fields[GENERATED], text),
        "signature": f"{kind}:{fields[SUBTYPE]}",
        "data": data,
        "prose": "" if layout.columns.get("src") == SESSION["src"] else None,
    }


def exact(generated: str, text: str) -> str:
    """The time with its fraction and offset, where a later version has it, too."""
    if rowwise.EXACT.match(generated):
        return generated
    minute = generated[:16].replace("/", "-").replace(" ", "T")
    for found in WITH_OFFSET.finditer(f"{text},"):
        if found[1].startswith(minute):
            return found[1]
    return generated


WORDS = tuple(f",{kind}," for kind in (*LAYOUTS, *OTHER_NAMES))
FORMAT = Format("panos", None, lambda lines: rowwise.parse(lines, read), WORDS)
