"""`manage.py reparse`: today's parsers over the lines that are stored."""

import time
from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from psycopg import OperationalError, errors, sql

from events import database, origins, rewriting
from events.cursors import LAST_ID
from events.query import Fragment, QueryError, compile_sql, parse
from events.query.sql import all_of
from events.rewriting import Stretch
from events.tables import EVENTS
from ingest import reparsing
from ingest.reparsing import Changes, Settings
from sensors import audit

SHOWN = 100  # characters of a value
CLEANED = 100_000  # old rows that a segment has at most, but for one range
EVERY = 2.0  # seconds between two lines of progress


class Command(BaseCommand):
    help = (
        "Reads stored lines again by today's parsers and settings. Ids, arrival, the"
        " lines, pins and what analysts said stay. Safe to interrupt and to run again."
    )

    at: Stretch  # what is left of the segment in work

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--query", default="", help="only events that it finds")
        parser.add_argument("--start", help="only events from this time on (ISO 8601)")
        parser.add_argument("--end", help="only events before this time")
        parser.add_argument("--sensor", help="only of this sensor: NAME.DOMAIN")
        parser.add_argument("--after", type=int, default=0, help="go on after this id")
        parser.add_argument(
            "--dry-run", action="store_true", help="change nothing, say what would be"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        condition = asked(options)
        first, dry = options["after"] + 1, options["dry_run"]
        done, began = Changes(), time.monotonic()
        with database.connect() as connection:
            for one in rewriting.stretches(connection, first, LAST_ID):
                self.segment(connection, one, condition, dry, done)
        seconds = max(time.monotonic() - began, 0.001)
        for line in told(done, dry):
            self.stdout.write(line)
        self.stdout.write(f"{seconds:.1f} s, {done.rows / seconds:,.0f} lines/s")
        if not dry:
            detail = {"rows": done.rows, "changed": done.changed}
            audit.record(None, "reparse", "events", None, **detail, **said(options))

    def segment(
        self,
        connection: database.Connection,
        one: Stretch,
        condition: Fragment,
        dry: bool,
        done: Changes,
    ) -> None:
        """A segment, a range at a time, then what has to be made anew for it."""
        self.at, before, stopped = one, done.changed, False
        try:
            self.ranges(connection, condition, dry, done)
        except errors.UndefinedTable:
            pass  # too old by now: retention has dropped it
        except KeyboardInterrupt:
            stopped = True
        except OperationalError as error:
            why = (str(error).strip().splitlines() or ["no reason given"])[0]
            raise CommandError(f"The database gave up ({why}): {self.rest}") from None
        if done.changed > before and not dry:
            rewriting.settle(connection, one.segment)
        if stopped:
            raise CommandError(f"Interrupted: {self.rest}")

    @property
    def rest(self) -> str:
        return f"--after {self.at.first - 1} goes on."

    def ranges(
        self,
        connection: database.Connection,
        condition: Fragment,
        dry: bool,
        done: Changes,
    ) -> None:
        today, told_at, old = Settings.load(), time.monotonic(), 0
        while self.at.first < self.at.end:
            following, changes = ranged(connection, self.at, condition, today, dry)
            done.add(changes)
            self.at = replace(self.at, first=following)
            old += changes.changed
            if old >= CLEANED and not dry:
                rewriting.clean(connection, self.at.segment)
                old = 0
            if time.monotonic() - told_at > EVERY:
                told_at = time.monotonic()
                self.stderr.write(progress(done, self.at))


def ranged(
    connection: database.Connection,
    at: Stretch,
    condition: Fragment,
    today: Settings,
    dry: bool,
) -> tuple[int, Changes]:
    """One range in one transaction; where the next begins."""
    if dry:
        read = rewriting.read(connection, at, condition)
        return read.following, reparsing.again(read.rows, today)[1]
    return rewrite(connection, at, condition, today)


def rewrite(
    connection: database.Connection, at: Stretch, condition: Fragment, today: Settings
) -> tuple[int, Changes]:
    with rewriting.transaction(connection):
        read = rewriting.read(connection, at, condition)
        new, changes = reparsing.again(read.rows, today)
        written = rewriting.write(connection, at.segment, new, list(changes.columns))
    changes.kept += changes.changed - written
    changes.changed = written
    return read.following, changes


def asked(options: dict[str, Any]) -> Fragment:
    """The options as a condition on rows; CommandError for wrong ones."""
    names = origins.names()
    try:
        parts = [compile_sql(parse(options["query"]), EVENTS, names)]
    except QueryError as error:
        raise CommandError(f"--query: {error.message}") from None
    for name, sign in (("start", ">="), ("end", "<")):
        if options[name]:
            text = sql.SQL(f"e.time {sign} %s")  # a literal of the line above
            parts.append(Fragment(text, (moment(name, options[name]),)))
    if options["sensor"]:
        by_name = {".".join(pair): pk for pk, pair in names.items()}
        if options["sensor"] not in by_name:
            raise CommandError(f"There is no sensor {options['sensor']!r}.")
        number = by_name[options["sensor"]]
        parts.append(Fragment(sql.SQL("e.sensor = %s"), (number,)))
    return all_of(parts)


def moment(name: str, text: str) -> Any:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"--{name}: {text!r} is no time as 2026-07-26T12:00:00Z.")
    return found if found.tzinfo else timezone.make_aware(found)


def said(options: dict[str, Any]) -> dict[str, str]:
    names = ("query", "start", "end", "sensor")
    return {name: str(options[name]) for name in names if options[name]}


def progress(done: Changes, at: Stretch) -> str:
    return (
        f"{done.rows:,} lines read, {done.changed:,} changed; {at.segment} until id"
        f" {at.first - 1}"
    )


def told(done: Changes, dry: bool) -> list[str]:
    """The result, a line per column, samples below it."""
    verb = "would change" if dry else "changed"
    found = [f"{done.rows:,} lines read, {done.changed:,} {verb}, {done.kept:,} kept"]
    for name, count in sorted(done.columns.items(), key=lambda pair: -pair[1]):
        found.append(f"{name:10} {count:>12,}")
        for event, old, new in done.samples[name]:
            found.append(f"    {event}: {shown(old)} → {shown(new)}")
    return found


def shown(value: Any) -> str:
    text = "–" if value is None else str(value)
    bare = "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
    return bare if len(bare) <= SHOWN else f"{bare[:SHOWN]}…"
