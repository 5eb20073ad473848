"""`manage.py token USER`: prints an API token, which is shown this once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sensors import audit
from sensors.models import ApiToken, User


class Command(BaseCommand):
    help = "Prints a new API token of a user."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user")
        parser.add_argument("--scope", choices=["read"], default="read")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']!r}.")
        _, text = ApiToken.issue(user, options["scope"])
        audit.record(None, "token issued", user.username, scope=options["scope"])
        self.stdout.write(text)
