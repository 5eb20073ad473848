"""`manage.py ingest [--name 0]`: journal → store, until SIGTERM."""

import signal
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ingest import folder as folders
from ingest.folder import JournalError
from ingest.stopping import Stopping
from ingest.worker import Worker


class Command(BaseCommand):
    help = "Stores what the journal has. Waits while the database is away."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", default="0", help="which journal; one a process")

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = Stopping()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        try:
            folder = folders.named(settings.JOURNAL_DIR, options["name"])
            Worker(folder, stopping).run()
        except (JournalError, OSError) as error:
            raise CommandError(f"The journal cannot be read: {error}") from error
