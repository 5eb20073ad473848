"""What a search finds, written as a file: for `manage.py export` and downloads."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from events import origins, rows, search
from events.query import Sensors
from events.search import Search
from events.tables import EVENTS, Table
from events.walk import LINE
from exporters.destinations import EXPORTED
from exporters.formats import FORMATS, csv
from exporters.formats.base import Options, Row
from sensors.models import Sensor

PAGE = 1_000
LIMIT = 65_536  # bytes of a line; no datagram has to hold it

JSON = "jsonl"

Write = Callable[[Sequence[Row]], list[bytes]]


@dataclass(frozen=True)
class File:
    """A kind of file. One that is `whole` has every type of event, flows, and columns
    that can be chosen; the others have what a destination would get."""

    label: str
    suffix: str
    media: str
    whole: bool
    end: str = "\n"


FILES = {
    "csv": File("CSV", "csv", "text/csv; charset=utf-8", True, csv.END),
    JSON: File("JSON lines", "jsonl", "application/x-ndjson", True),
    "syslog": File("syslog", "log", "text/plain; charset=utf-8", False),
    "cef": File("CEF", "cef", "text/plain; charset=utf-8", False),
}


class NoProgress(Exception):
    """The search ran out of time within one instant; it would for ever."""


def pages(asked: Search) -> Iterator[list[Row]]:
    """Every event of the search, newest first, but for flow summaries."""
    asked = replace(asked, limit=PAGE)
    while True:
        page = search.run(asked)
        yield exported(page.rows)
        if page.next is None:
            return
        if page.next == asked.after:
            raise NoProgress(f"the search does not get below {page.reached}")
        asked = replace(asked, after=page.next)


def exported(found: Sequence[Row]) -> list[Row]:
    return [row for row in found if row["type"] in EXPORTED]


def columns(table: Table) -> tuple[str, ...]:
    """The names of all columns, in the order of the API's rows."""
    names = ["id", *(name for name in table.schema if name not in LINE)]
    more = ["cleared", "verdict"] if table is EVENTS else []
    return tuple(shown(table)(dict.fromkeys(names + more), {}))


def shown(table: Table) -> Callable[[dict[str, Any], Sensors], dict[str, Any]]:
    return rows.event if table is EVENTS else rows.flow


def heading(kind: str, chosen: Sequence[str]) -> list[bytes]:
    """The lines before the first row."""
    return csv.encode([chosen]) if kind == "csv" else []


def joined(kind: str, lines: list[bytes]) -> bytes:
    """Lines with their ends."""
    end = FILES[kind].end.encode()
    return end.join((*lines, b"")) if lines else b""


def writer(
    kind: str, header: bool = False, table: Table = EVENTS, chosen: Sequence[str] = ()
) -> Write:
    """A function rows → lines without their ends.

    `chosen`: of a whole kind, the columns; empty: all.
    """
    if kind in FORMATS:
        return line_writer(kind, header)
    chosen = chosen or columns(table)
    names, show = origins.names(), shown(table)
    encode = csv_lines if kind == "csv" else json_lines

    def write(found: Sequence[Row]) -> list[bytes]:
        return encode([picked(show(dict(row), names), chosen) for row in found])

    return write


def csv_lines(found: list[dict[str, Any]]) -> list[bytes]:
    return csv.encode([list(row.values()) for row in found])


def json_lines(found: list[dict[str, Any]]) -> list[bytes]:
    return [rows.dumps(row) for row in found]


def picked(row: Mapping[str, Any], chosen: Sequence[str]) -> dict[str, Any]:
    """The chosen columns of an API row; `data.KEY` is a member of `data`."""
    return {
        name: member(row["data"], name[5:]) if name.startswith("data.") else row[name]
        for name in chosen
    }


def member(data: Any, path: str) -> Any:
    """`a.b` is the key `a.b`, or `b` within `a`; None where it is not there."""
    if not isinstance(data, dict):
        return None
    if path in data:
        return data[path]
    first, _, rest = path.partition(".")
    return member(data.get(first), rest) if rest else None


def line_writer(kind: str, header: bool) -> Write:
    """With the origin and clock of each row's sensor."""
    encode = FORMATS[kind].encode
    options = {
        sensor.pk: Options(sensor.origin, ZoneInfo(sensor.zone), header, LIMIT)
        for sensor in Sensor.objects.select_related("domain")
    }

    def write(found: Sequence[Row]) -> list[bytes]:
        lines: list[bytes] = []
        for sensor, group in groupby(found, key=lambda row: row["sensor"]):
            lines += encode(list(group), options[sensor])
        return lines

    return write
