"""What a search finds, written in a format: the source of `manage.py export`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from zoneinfo import ZoneInfo

from events import origins, rows, search
from events.query import Sensors
from events.search import Search
from exporters.destinations import EXPORTED
from exporters.formats import FORMATS
from exporters.formats.base import Options, Row
from sensors.models import Sensor

PAGE = 1_000
LIMIT = 65_536  # bytes of a line; no datagram has to hold it

Write = Callable[[Sequence[Row]], list[bytes]]


class NoProgress(Exception):
    """The search ran out of time within one instant; it would for ever."""


def pages(asked: Search) -> Iterator[list[Row]]:
    """Every event of the search, newest first, but for flow summaries."""
    asked = replace(asked, limit=PAGE)
    while True:
        page = search.run(asked)
        yield [row for row in page.rows if row["type"] in EXPORTED]
        if page.next is None:
            return
        if page.next == asked.after:
            raise NoProgress(f"the search does not get below {page.reached}")
        asked = replace(asked, after=page.next)


def writer(format_key: str, header: bool) -> Write:
    """A function rows → lines, with the origin and clock of each row's sensor."""
    if format_key == JSON:
        return json_writer(origins.names())
    encode = FORMATS[format_key].encode
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


JSON = "jsonl"


def json_writer(names: Sensors) -> Write:
    return lambda found: [rows.dumps(rows.event(dict(row), names)) for row in found]
