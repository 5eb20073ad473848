"""`manage.py password USER`: prints a new one-time password, for who forgot theirs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sensors import people
from sensors.models import User


class Command(BaseCommand):
    help = "Gives a user a one-time password; it ends sessions and any lock."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']!r}.")
        self.stdout.write(people.give_one_time_password(None, user))
