"""`manage.py certificate NAME`: a client certificate for a device that sends by TLS."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ingest import certificates
from ingest.identity import Identity, Wish, locked, reason


class Command(BaseCommand):
    help = "Prints a client certificate of the product's own CA, and its key, as PEM."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="which a source can be named by")

    def handle(self, *args: Any, **options: Any) -> None:
        name, now = options["name"].strip().lower(), dt.datetime.now(dt.UTC)
        if not (certificates.plain(name) and name.isascii()):
            raise CommandError("The name is empty, too long or not ASCII.")
        try:
            with locked(settings.TLS_DIR):
                ca = Identity(Wish(settings.TLS_DIR)).authority(now)
        except (OSError, ValueError) as error:
            raise CommandError(f"The CA cannot be used: {reason(error)}") from None
        key, certificate = certificates.client(ca, name, now)
        pem = certificates.pem(certificate) + certificates.key_pem(key)
        self.stdout.write(pem.decode(), ending="")
