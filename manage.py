#!/usr/bin/env python
"""Django's command line, in the environment that the process was given."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mssweb.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        sys.exit(f"A setting is wrong: {problem}")
    except OperationalError as problem:
        if getattr(problem.__cause__, "sqlstate", ""):
            raise  # the server answered; this is no matter of its address
        reason = str(problem).splitlines()[0]
        home = os.environ.get("MSS_HOME", "")
        of = f" of {home} (--home names another)" if home else ""
        sys.exit(f"The database{of} cannot be used: {reason}. Does script/server run?")


if __name__ == "__main__":
    main()
