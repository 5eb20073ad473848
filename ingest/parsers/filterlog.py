"""`filterlog` of pfSense and OPNsense: comma-separated, by version and protocol.

(The grammar stands in pfSense's documentation, "Raw Filter Log Format".)
"""

import polars as pl

from ingest.parsers import facts_of, rowwise
from ingest.parsers.format import Format
from ingest.parsers.rowwise import Fields

COMMON = {"interface": 4, "reason": 5, "direction": 7}
RULE, TRACKER, ACTION, VERSION = 0, 3, 6, 8
PLACES = {
    "4": {"proto": (16,), "src": (18,), "dst": (19,), "sport": (20,), "dport": (21,)},
    "6": {"proto": (12,), "src": (15,), "dst": (16,), "sport": (17,), "dport": (18,)},
}
WITH_PORTS = {"tcp", "udp", "sctp"}
FEWEST = 17


def read(message: str) -> Fields | None:
    fields = message.strip().split(",")
    if len(fields) < FEWEST or fields[VERSION] not in PLACES:
        return None
    places = PLACES[fields[VERSION]]
    columns = facts_of.columns(
        {str(place): value for place, value in enumerate(fields)},
        {name: tuple(map(str, at)) for name, at in places.items()},
    )
    if columns.get("proto") not in WITH_PORTS:
        columns |= {"sport": None, "dport": None}
    extra = {name: fields[place] for name, place in COMMON.items()}
    return columns | {
        "action": fields[ACTION],
        "signature": fields[TRACKER] or fields[RULE],
        "data": {"filterlog": extra},
        "prose": "",
    }


CLAIMS = pl.col("app").eq_missing("filterlog") & pl.col("message").str.contains(
    r"^[0-9]*,[^,]*,[^,]*,[^,]*,[^,]*,[a-z\-]+,[a-z]+,(?:in|out|unkn),[46],"
)
WORDS = tuple(f",{way},{ip}," for way in ("in", "out", "unkn") for ip in PLACES)
FORMAT = Format("filterlog", CLAIMS, lambda lines: rowwise.parse(lines, read), WORDS)
