"""`manage.py export`: what a destination would get, on standard output.

Newest first, as a search gives it, page by page; `tac` turns it round.
"""

import os
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from psycopg import OperationalError

from events import query
from events.query import QueryError
from events.search import Search
from events.walk import Span
from exporters import writing
from exporters.writing import NoProgress
from sensors import audit
from sensors.models import Sensor


class Command(BaseCommand):
    help = "Writes events to standard output as a destination would get them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=list(writing.FILES), default="syslog")
        parser.add_argument("--query", default="", help="as on the Historical page")
        parser.add_argument("--start", type=moment, help="ISO 8601, inclusive")
        parser.add_argument("--end", type=moment, help="ISO 8601, exclusive")
        parser.add_argument("--sensor", help="its name, sensor.domain or number")
        parser.add_argument(
            "--header", action="store_true", help="with the syslog header of the wire"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        asked = asked_for(options)
        kind = options["format"]
        write = writing.writer(kind, options["header"])
        count = 0
        try:
            put(kind, writing.heading(kind, writing.columns(asked.table)))
            for page in writing.pages(asked):
                put(kind, write(page))
                count += len(page)
        except BrokenPipeError:  # the reader, such as `head`, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except NoProgress as error:
            raise CommandError(f"Narrow the query: {error}.") from error
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {error}") from error
        note(options, count)


def put(kind: str, lines: list[bytes]) -> None:
    if lines:
        sys.stdout.buffer.write(writing.joined(kind, lines))
        sys.stdout.buffer.flush()


def asked_for(options: dict[str, Any]) -> Search:
    start, end = options["start"], options["end"]
    if start and end and start >= end:
        raise CommandError("The end must be after the start.")
    try:
        node = query.parse(options["query"])
    except QueryError as error:
        raise CommandError(f"--query: {error.message}") from error
    return Search(node, scope(options["sensor"]), Span(start, end))


def scope(name: str | None) -> frozenset[int]:
    """Every sensor, or the one that is meant."""
    sensors = Sensor.objects.select_related("domain")
    found = {sensor.pk: sensor for sensor in sensors}
    if name is None:
        return frozenset(found)
    matching = [pk for pk, s in found.items() if name in (str(pk), s.name, s.origin)]
    if not matching:
        raise CommandError(f"There is no sensor {name!r}.")
    if len(matching) > 1:
        raise CommandError(
            f"{name!r} is the name of {len(matching)} sensors: write sensor.domain."
        )
    return frozenset(matching)


def moment(text: str) -> datetime:
    """A time, in UTC where it names no zone; a date is its first moment."""
    found = parse_datetime(text)
    if found is None:
        day = parse_date(text)
        if day is None:
            raise ValueError(text)
        found = datetime(day.year, day.month, day.day)  # noqa: DTZ001  (set below)
    return found if timezone.is_aware(found) else found.replace(tzinfo=UTC)


def note(options: dict[str, Any], count: int) -> None:
    """Every export is in the audit trail."""
    span = {key: options[key] for key in ("start", "end") if options[key]}
    asked = {key: options[key] for key in ("format", "query", "sensor")}
    audit.record(None, "events exported", f"{count} events", None, **asked, **span)
