"""What is told of silences: events of type 5, few of them however many sources fall
silent at once (a switch, a site). Pure."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import orjson
import polars as pl

from events import schema

SILENT, BACK = "silent", "back"
RANKS = {SILENT: 20, BACK: 5}
AN_HOUR = 5  # events of a sensor and kind; what is more waits and comes together
ALONE = 3  # sources of one look that have an event each
LISTED = 1_000  # sources that one event names in its data
NAMED = 5  # and in its message
APP = "mssweb"


@dataclass(frozen=True)
class Fact:
    """A source that has fallen silent, or speaks again."""

    kind: str
    source: str
    name: str  # of the source, empty for none
    sensor: int
    seen: dt.datetime  # its last line
    silent: float  # seconds
    usual: float | None  # seconds between two lines

    @property
    def shown(self) -> str:
        where = self.source or "this machine"
        return f"{where} ({self.name})" if self.name else where


def events(facts: Sequence[Fact], now: dt.datetime) -> pl.DataFrame:
    """Of the facts of one look and sensor and kind: an event each, or one for all."""
    rows = [several(facts, now)] if len(facts) > ALONE else [one(f, now) for f in facts]
    kinds = {name: schema.EVENT[name] for name in rows[0]}
    return schema.conform(pl.DataFrame(rows, schema=kinds), schema.EVENT)


def one(fact: Fact, now: dt.datetime) -> dict[str, Any]:
    often = f", usually one every {length(fact.usual)}" if fact.usual else ""
    if fact.kind == SILENT:
        said = f"{fact.shown} is silent: no line for {length(fact.silent)}{often}."
    else:
        said = f"{fact.shown} speaks again after {length(fact.silent)} of silence."
    return row(fact, now, said) | {"data": data(listed(fact))}


def several(facts: Sequence[Fact], now: dt.datetime) -> dict[str, Any]:
    first = facts[0]
    names = ", ".join(fact.shown for fact in facts[:NAMED])
    rest = f" and {len(facts) - NAMED:,} more" if len(facts) > NAMED else ""
    verb = "are silent" if first.kind == SILENT else "speak again"
    said = f"{len(facts):,} sources {verb} at once: {names}{rest}."
    sources = {"sources": [listed(fact) for fact in facts[:LISTED]]}
    made = row(first, now, said) | {"data": data({"count": len(facts)} | sources)}
    return made | {"src": None, "source": None}


def row(fact: Fact, now: dt.datetime, said: str) -> dict[str, Any]:
    return {
        "time": now, "received": now, "sensor": fact.sensor, "type": 5,
        "rank": RANKS[fact.kind], "signature": f"source-{fact.kind}",
        "message": said, "raw": said.encode(), "src": address(fact.source),
        "source": address(fact.source), "app": APP, "action": fact.kind,
    }  # fmt: skip


def listed(fact: Fact) -> dict[str, Any]:
    return {
        "source": fact.source or "this machine",
        "name": fact.name,
        "last_line": fact.seen.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "silent_seconds": round(fact.silent),
        "usual_gap_seconds": fact.usual and round(fact.usual, 1),
    }


def data(found: dict[str, Any]) -> str:
    return orjson.dumps(found).decode()


def address(source: str) -> str | None:
    try:
        return str(ip_address(source))
    except ValueError:
        return None


UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def length(seconds: float) -> str:
    """As people say it: 2 days, 90 minutes, 1 second."""
    for size, name in UNITS:
        if seconds >= 2 * size:
            return f"{round(seconds / size)} {name}s"
    return "second" if seconds <= 1 else "1 second"
