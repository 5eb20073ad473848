"""`manage.py receive [--name 0]`: sockets → journal, until SIGTERM."""

import asyncio
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ingest import folder as folders
from ingest.folder import JournalError
from ingest.identity import Wish
from ingest.journal import JournalFull, Writer
from ingest.receive import Receive, allow_connections
from ingest.receivers.listener import Limits, Plan, PortError


class Command(BaseCommand):
    help = "Receives syslog and writes it to the journal. Needs no database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", default="0", help="which journal; one a process")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.JOURNAL_DIR
        try:
            folder = folders.named(settings.JOURNAL_DIR, options["name"])
            writer = Writer(folder, settings.JOURNAL_MAX_BYTES)
        except JournalFull:
            raise CommandError(f"The disk of the journal {folder} is full.") from None
        except (JournalError, OSError) as error:
            raise CommandError(f"The journal cannot be opened: {error}") from None
        try:
            asyncio.run(Receive(folder, writer, plan(options["name"]), wish()).run())
        except PortError as error:
            raise CommandError(str(error)) from None


def plan(name: str) -> Plan:
    """Socket and files of this machine are for one process: that of journal 0."""
    alone = name == "0"
    limits = Limits(
        settings.MAX_LINE_BYTES,
        allow_connections(settings.MAX_CONNECTIONS),
        settings.MAX_CONNECTIONS_PER_PEER,
        settings.IDLE_SECONDS,
        settings.UDP_BUFFER_BYTES,
    )
    return Plan(
        settings.SYSLOG_HOST,
        tuple(settings.SYSLOG_PORTS),
        limits,
        tls_port=settings.SYSLOG_TLS_PORT,
        http_port=settings.HTTP_PORT,
        unix=settings.UNIX_SOCKET if alone else None,
        files=tuple(settings.FILES) if alone else (),
        http_tls=settings.HTTP_TLS,
        http_bytes=settings.HTTP_MAX_BYTES,
    )


def wish() -> Wish:
    return Wish(
        settings.TLS_DIR,
        settings.CERTIFICATE,
        settings.CERTIFICATE_KEY,
        tuple(settings.CERTIFICATE_NAMES),
        settings.CLIENT_CERTIFICATES,
        settings.CLIENT_CA,
    )
