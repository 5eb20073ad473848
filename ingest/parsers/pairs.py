"""Messages that are pairs of a name and a quoted value: `srcip="192.0.2.1" user="ann"`.

FortiGate, Sophos, SonicWall, Check Point (`name:"value"; `) and many more write so.
What the names mean is in `names`; nothing inside quotes is taken for a pair, so that
text which an attacker wrote into one value is never another. Only what stands before
the pairs, and values that are prose, are searched by the general finder.
"""

import re

import polars as pl

from ingest.parsers import names, rowwise
from ingest.parsers.format import Format
from ingest.parsers.rowwise import Fields

PAIR = re.compile(
    r"(?:^|(?<=[\s,;|(\[{]))[\"']?([A-Za-z_@][A-Za-z0-9_.\-]{0,63})[\"']?(?:=|:(?=\"))"
    r"(?:\"\"([^\"\s,;][^\"]*)\"\"|\"([^\"\\]*(?:\\.[^\"\\]*)*)(?:\"|\Z)"
    r"|'([^']*)(?:'|\Z)|([^\s,;|\"'\])}]*))",
    re.DOTALL,
)
Pair = tuple[tuple[str], str]
FEWEST = 4
MOST = 300
# FortiOS gives the time of an event in seconds, later in nanoseconds.
EPOCH = re.compile(r"(?:[0-9]{10}|[0-9]{13}|[0-9]{16}|[0-9]{19})\Z")


def read(message: str) -> Fields | None:
    first = PAIR.search(message)
    pairs = [
        ((name,), one or two or three or four)
        for name, one, two, three, four in PAIR.findall(message)[:MOST]
    ]
    if first is None or len(pairs) < FEWEST:
        return None
    columns = names.columns(pairs)
    if columns["prose"] is not None:
        before = message[: first.start()]
        columns["prose"] = f"{before} {columns['prose']}".strip()
    # The date and the time of two pairs are read together, by `ingest.dated`.
    return columns | {"stamp": event_time(pairs) if "eventtime" in message else None}


def event_time(pairs: list[Pair]) -> str | None:
    values = dict(pairs)
    given = values.get(("eventtime",), "")
    return given if ("date",) not in values and EPOCH.match(given) else None


CLAIMS = pl.col("message").str.count_matches(r"[A-Za-z0-9_\-\"'](?:=|:)\"") >= FEWEST
WORDS = ('="', ':"')
FORMAT = Format("pairs", CLAIMS, lambda lines: rowwise.parse(lines, read), WORDS)
