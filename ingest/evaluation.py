"""What `manage.py parse` prints: the live pipeline over lines that came from nowhere.

The keys are those that `data/logs/compare.py` of the log samples reads.
"""

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import polars as pl

from ingest import actions
from ingest.framing import Decoder
from ingest.lines import LINES
from ingest.pipeline import prepare
from sensors.routing import Route, Routes

BATCH = 20_000
LONGEST = 1 << 20
SAME = ["app", "pid", "facility", "severity", "message", "user", "action"]
NAMES = {
    "host": "hostname",
    "src": "src_ip",
    "sport": "src_port",
    "dst": "dst_ip",
    "dport": "dst_port",
    "proto": "protocol",
}
FROM_DATA = {"msgid": "msgid", "procid": "procid", "sd": "structured_data"}


@dataclass(frozen=True)
class Setting:
    """What lines of a file lack: when they arrived, their zone, perhaps the year."""

    received: datetime
    zone: str = "UTC"
    year: int | None = None


def objects(lines: Iterable[bytes], setting: Setting) -> Iterator[dict[str, Any]]:
    """One object per line, in order."""
    rest = iter(lines)
    while batch := list(islice(rest, BATCH)):
        events = prepare(frame(batch, setting), routes(setting), None, setting.year)
        yield from map(as_object, events.events.iter_rows(named=True))


def cases(texts: Iterable[str], setting: Setting) -> Iterator[dict[str, Any]]:
    """One object per case `{"id", "raw" or "raw_b64" or "raw_gen"}`."""
    rest = map(json.loads, filter(str.strip, texts))
    while batch := list(islice(rest, BATCH)):
        raws = [raw(case) for case in batch]
        read = zip(batch, raws, objects(raws, setting), strict=True)
        for case, line, found in read:
            yield {"id": case["id"], **found, "frames": frames(line)}


def raw(case: dict[str, Any]) -> bytes:
    if "raw_b64" in case:
        return base64.b64decode(case["raw_b64"])
    if case.get("raw_gen"):
        made = case["raw_gen"]
        return str(made["prefix"]).ljust(made["length"], made["fill"]).encode()
    return str(case["raw"]).encode("utf-8", "surrogatepass")


def frames(stream: bytes) -> list[str]:
    """The frames in it, if it were what a TCP connection sent."""
    lines = Decoder(LONGEST).feed(stream).lines
    return [line.decode("utf-8", "replace") for line in lines]


def frame(lines: list[bytes], setting: Setting) -> pl.DataFrame:
    """Journal lines that came from a file."""
    columns: dict[str, list[Any]] = {
        "received": [setting.received] * len(lines),
        "peer": [""] * len(lines),
        "transport": ["file"] * len(lines),
        "port": [0] * len(lines),
        "cut": [0] * len(lines),
        "line": list(lines),
    }
    return pl.DataFrame(columns, schema=LINES)


def routes(setting: Setting) -> Routes:
    return Routes(0, Route(0, True, setting.zone, ()), {}, ())


def as_object(event: dict[str, Any]) -> dict[str, Any]:
    found = {name: event[name] for name in SAME}
    found |= {theirs: event[ours] for ours, theirs in NAMES.items()}
    data = json.loads(event["data"] or "{}")
    found |= {theirs: data.get(ours) for ours, theirs in FROM_DATA.items()}
    found["verdict"] = actions.verdict(event["action"])
    dated = event["time"] != event["received"]
    found["timestamp"] = event["time"].isoformat() if dated else None
    return found
