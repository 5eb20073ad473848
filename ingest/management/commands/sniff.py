"""`manage.py sniff`: syslog that passes by, from interfaces to a journal of its own,
until SIGTERM. Needs CAP_NET_RAW, and gives up every other capability."""

import asyncio
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ingest.folder import JournalError
from ingest.identity import Wish
from ingest.journal import JournalFull, Writer
from ingest.receive import Receive
from ingest.receivers.listener import Limits, Plan, Sniffing
from ingest.sniffing import NAME
from ingest.sniffing.rights import keep_only_raw
from sensors import host


class Command(BaseCommand):
    help = "Reads syslog that travels elsewhere from interfaces. Needs CAP_NET_RAW."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--interface",
            action="append",
            help="in place of MSS_SNIFF; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # One that is named twice would be read twice.
        interfaces = tuple(dict.fromkeys(options["interface"] or settings.SNIFF))
        if not interfaces:
            raise CommandError("No interface is named: set MSS_SNIFF, such as eth1.")
        for name in interfaces:
            if not host.is_interface_name(name):
                raise CommandError(f"No interface can be called {name!r}.")
        folder = settings.JOURNAL_DIR / NAME
        try:
            keep_only_raw(settings.JOURNAL_DIR)
            writer = Writer(folder, settings.JOURNAL_MAX_BYTES)
        except JournalFull:
            raise CommandError(f"The disk of the journal {folder} is full.") from None
        except (JournalError, OSError) as error:
            raise CommandError(f"The journal cannot be opened: {error}") from None
        wish = Wish(settings.TLS_DIR)
        asyncio.run(Receive(folder, writer, plan(interfaces), wish).run())


def plan(interfaces: tuple[str, ...]) -> Plan:
    """Nothing is listened on; what `receive` listens on is left to it."""
    limits = Limits(settings.MAX_LINE_BYTES, 0, 0, 0, 0)
    others = settings.SYSLOG_TLS_PORT, settings.HTTP_PORT
    listening = {*settings.SYSLOG_PORTS, *others} - {0}
    ports = tuple(settings.SNIFF_PORTS)
    sniffing = Sniffing(interfaces, ports, tuple(sorted(listening)))
    return Plan("", (), limits, sniffing=sniffing)
