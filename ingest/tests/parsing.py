"""Journal lines for tests, and what the pipeline made of one."""

from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import polars as pl

from ingest.lines import LINES
from ingest.pipeline import Prepared, prepare
from sensors.routing import Route, Routes

NOW = datetime(2026, 7, 26, 12, 0, tzinfo=UTC)
HOME = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
ROUTES = Routes(1, Route(1, True, "UTC", HOME), {}, ())


def journal(
    lines: list[bytes],
    received: datetime = NOW,
    peer: str = "192.0.2.99",
    port: int = 5514,
    cut: int = 0,
) -> pl.DataFrame:
    columns = {
        "received": [received] * len(lines),
        "peer": [peer] * len(lines),
        "transport": ["udp"] * len(lines),
        "port": [port] * len(lines),
        "cut": [cut] * len(lines),
        "line": lines,
    }
    return pl.DataFrame(columns, schema=LINES)


def parsed(lines: list[bytes], routes: Routes = ROUTES, **kwargs: Any) -> Prepared:
    return prepare(journal(lines, **kwargs), routes)


def event(line: str | bytes, routes: Routes = ROUTES, **kwargs: Any) -> dict[str, Any]:
    """The event of one line, by column."""
    raw = line if isinstance(line, bytes) else line.encode()
    return parsed([raw], routes, **kwargs).events.row(0, named=True)


def told(line: str | bytes, **kwargs: Any) -> dict[str, Any]:
    """Only the columns in which the line itself said something."""
    ours = {"time", "received", "sensor", "type", "rank", "source", "head", "raw"}
    found = event(line, **kwargs).items()
    return {
        name: value for name, value in found if value is not None and name not in ours
    }
