"""`manage.py parse < LINES`: what the pipeline reads in each line, as JSON."""

import json
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any
from zoneinfo import available_timezones

from django.core.management.base import BaseCommand, CommandError

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

    def handle(self, *args: Any, **options: Any) -> None:
        if options["zone"] not in available_timezones():
            raise CommandError(f"{options['zone']!r} is not a time zone.")
        setting = Setting(datetime.now(UTC), options["zone"], options["year"])
        if options["jsonl"]:
            found = cases(sys.stdin, setting)
        else:
            lines = (line.rstrip(b"\r\n") for line in sys.stdin.buffer)
            found = objects(lines, setting)
        try:
            for one in found:
                self.stdout.write(json.dumps(one, ensure_ascii=False))
        except WrongCase as error:
            raise CommandError(str(error)) from None
