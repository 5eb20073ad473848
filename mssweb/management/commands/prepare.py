"""`manage.py prepare`: makes the database ready for this version.

Under a lock, so that several hosts may start at once: 1. checks the server,
2. migrates, 3. makes the first user. Progress goes to standard error; standard output
has the one-time password of a user that was made, and nothing else.
"""

import secrets
import sys
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from sensors import audit, locks
from sensors.models import User


class Command(BaseCommand):
    help = "Checks the database server, migrates, makes the first user."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = 0")
                cursor.execute("SELECT pg_advisory_lock(%s)", [locks.PREPARE])
                cursor.execute("RESET lock_timeout")
        except OperationalError as error:
            reason = str(error).strip().splitlines()[0]
            raise CommandError(f"PostgreSQL cannot be used: {reason}") from None
        call_command("check", databases=["default"], stdout=StringIO())
        self.migrate()
        if password := first_user():
            self.stdout.write(password)

    def migrate(self) -> None:
        executor = MigrationExecutor(connection)
        loader = executor.loader
        if newer := set(loader.applied_migrations) - set(loader.disk_migrations):
            names = ", ".join(".".join(key) for key in sorted(newer))
            raise CommandError(
                f"The database is of a newer version of the product (it has {names}): "
                "start that version again."
            )
        if plan := executor.migration_plan(loader.graph.leaf_nodes()):
            print(f"{len(plan)} migrations to apply", file=sys.stderr)
            call_command("migrate", interactive=False, stdout=sys.stderr)


def first_user() -> str:
    """The password of a new user `admin`, "" when there are users already."""
    if User.objects.exists():
        return ""
    password = secrets.token_urlsafe(12)
    User.objects.create_superuser("admin", password=password, must_change_password=True)
    audit.record(None, "user created", "admin")
    return password
