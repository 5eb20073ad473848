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

from ingest import scorecard
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

    def handle(self, *args: Any, **options: Any) -> None:
        if options["zone"] not in available_timezones():
            raise CommandError(f"{options['zone']!r} is not a time zone.")
        setting = Setting(datetime.now(UTC), options["zone"], options["year"])
        try:
            for line in self.lines(setting, options["jsonl"], options["report"]):
                self.stdout.write(line)
        except WrongCase as error:
            raise CommandError(str(error)) from None

    def lines(self, setting: Setting, jsonl: bool, report: bool) -> Iterable[str]:
        lines = (line.rstrip(b"\r\n") for line in sys.stdin.buffer)
        if report:
            return scorecard.printed(
                scorecard.of_cases(sys.stdin, setting)
                if jsonl
                else scorecard.of_lines(lines, setting)
            )
        found = cases(sys.stdin, setting) if jsonl else objects(lines, setting)
        return (json.dumps(one, ensure_ascii=False) for one in found)
