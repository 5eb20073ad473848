"""What `manage.py parse` prints: the live pipeline over lines that came from nowhere.

The keys are those that `data/logs/compare.py` of the log samples reads.
"""

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import Any

import polars as pl

from ingest import actions, parsers, zones
from ingest.framing import Decoder
from ingest.lines import LINES
from ingest.parsers.format import Format
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
FROM_DATA |= {name: name for name in ("cef", "leef", "ossec", "windows")}


class WrongCase(ValueError):
    """The input of `--jsonl` is wrong; the message is one sentence."""


@dataclass(frozen=True)
class Setting:
    """What lines of a file lack: when they arrived, their zone, perhaps the year."""

    received: datetime
    zone: str = "UTC"
    year: int | None = None
    contents: tuple[Format, ...] = parsers.CONTENTS


def objects(
    lines: Iterable[bytes],
    setting: Setting,
    contents: tuple[Format, ...] | None = None,
) -> Iterator[dict[str, Any]]:
    """One object per line, in order; `contents` instead of those of the setting."""
    formats = setting.contents if contents is None else contents
    rest, where = iter(lines), routes(setting)
    while batch := list(islice(rest, BATCH)):
        made = prepare(frame(batch, setting), where, None, setting.year, formats)
        yield from map(as_object, made.events.iter_rows(named=True))


def cases(texts: Iterable[str], setting: Setting) -> Iterator[dict[str, Any]]:
    """One object per case `{"id", "raw" or "raw_b64" or "raw_gen"}`; WrongCase."""
    rest = known(texts)
    while batch := list(islice(rest, BATCH)):
        found = objects([line for _, line in batch], setting)
        for (case, line), one in zip(batch, found, strict=True):
            yield {"id": case["id"], **one, "frames": frames(line)}


def known(texts: Iterable[str]) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Each case and its bytes; WrongCase."""
    return (case(at, text) for at, text in enumerate(texts, 1) if text.strip())


def case(at: int, text: str) -> tuple[dict[str, Any], bytes]:
    """The case that stands in line `at`, and its bytes."""
    try:
        one = json.loads(text)
        return {"id": one["id"]} | one, raw(one)
    except (ValueError, LookupError, TypeError, AttributeError):
        raise WrongCase(
            f"Line {at} is no case: an object with id and raw, raw_b64 or raw_gen."
        ) from None


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
    # What the header said, where the message says otherwise.
    found["hostname"] = data.get("header_host") or found["hostname"]
    found["app"] = data.get("header_app") or found["app"]
    found["verdict"] = actions.verdict(event["action"])
    stamp = data.get("stamp") or data.get("header_stamp")
    dated = event["time"] != event["received"]
    found["timestamp"] = written(event["time"], stamp) if dated else None
    return found


def written(time: datetime, stamp: str | None) -> str:
    """The instant, by the clock of the offset that the device wrote."""
    minutes = zones.minutes(stamp) if stamp else None
    return time.astimezone(timezone(timedelta(minutes=minutes or 0))).isoformat()
