"""`manage.py parse < LINES`: what the pipeline reads in each line, as JSON, or with
`--report` a table of how much it reads."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import available_timezones

from django.core.management.base import BaseCommand, CommandError

from ingest import parsers, scorecard
from ingest.evaluation import Setting, WrongCase, cases, objects


class Command(BaseCommand):
    help = "Reads log lines from standard input and prints one JSON object a line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, help="of stamps that have none")
        parser.add_argument("--zone", default="UTC", help="of stamps that have none")
        parser.add_argument(
            "--jsonl",
            action="store_true",
            help='input is {"id", "raw" or "raw_b64" or "raw_gen"} a line',
        )
        parser.add_argument(
            "--report",
            action="store_true",
            help="a table by format and device instead: lines with header, host, time,"
            " facts; of cases with `expect` the facts right, and right without formats",
        )
        parser.add_argument(
            "--leave-one-out",
            action="store_true",
            help="in the report, the last column is without the one format that reads"
            " most of the device's lines, instead of without all",
        )
        parser.add_argument(
            "--without",
            action="append",
            default=[],
            metavar="FORMAT",
            choices=[form.name for form in parsers.CONTENTS],
            help="as if there were no such content format; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["zone"] not in available_timezones():
            raise CommandError(f"{options['zone']!r} is not a time zone.")
        if options["leave_one_out"] and not options["report"]:
            raise CommandError("--leave-one-out belongs to --report.")
        left = [f for f in parsers.CONTENTS if f.name not in options["without"]]
        received, zone = datetime.now(UTC), options["zone"]
        setting = Setting(received, zone, options["year"], tuple(left))
        try:
            for line in self.lines(setting, options):
                self.stdout.write(line)
        except WrongCase as error:
            raise CommandError(str(error)) from None

    def lines(self, setting: Setting, options: dict[str, Any]) -> Iterable[str]:
        jsonl, one_out = options["jsonl"], options["leave_one_out"]
        lines = (line.rstrip(b"\r\n") for line in sys.stdin.buffer)
        if options["report"]:
            table = (
                scorecard.of_cases(sys.stdin, setting, one_out)
                if jsonl
                else scorecard.of_lines(lines, setting, one_out)
            )
            return scorecard.printed(table, one_out)
        found = cases(sys.stdin, setting) if jsonl else objects(lines, setting)
        return (json.dumps(one, ensure_ascii=False) for one in found)
