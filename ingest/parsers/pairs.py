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
FEWEST = 4
MOST = 300
# FortiOS gives the time of an event in seconds, later in nanoseconds.
EPOCH = re.compile(r"(?:[0-9]{10}|[0-9]{13}|[0-9]{16}|[0-9]{19})\Z")


def read(message: str) -> Fields | None:
    pairs = PAIR.findall(message)[:MOST]
    if len(pairs) < FEWEST:
        return None
    # Each value is in one of the groups, the others are empty.
    given, *groups = zip(*pairs, strict=True)
    values = list(map("".join, zip(*groups, strict=True)))
    columns = names.columns(tuple(zip(given, strict=True)), values)
    if columns["prose"] is not None:
        first = PAIR.search(message)
        before = message[: first.start()] if first else ""
        columns["prose"] = f"{before} {columns['prose']}".strip()
    # The date and the time of two pairs are read together, by `ingest.dated`.
    dated = "date" in given or "eventtime" not in given
    return columns | {"stamp": None if dated else event_time(given, values)}


def event_time(given: tuple[str, ...], values: list[str]) -> str | None:
    value = values[given.index("eventtime")]
    return value if EPOCH.match(value) else None


CLAIMS = pl.col("message").str.count_matches(r"[A-Za-z0-9_\-\"'](?:=|:)\"") >= FEWEST
WORDS = ('="', ':"')
FORMAT = Format("pairs", CLAIMS, lambda lines: rowwise.parse(lines, read), WORDS)
