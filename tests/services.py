"""A real PostgreSQL and Valkey for a whole test run, thrown away at its end.

A pytest plugin (`-p tests.services`), because settings are read before any conftest.
DATABASE_URL and REDIS_URL of the environment are not used: tests never touch a server
that somebody else uses.
"""

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from mssweb.embedded import account, postgres, valkey
from mssweb.embedded.services import services

HOME = Path(tempfile.mkdtemp(prefix="mss-test-"))
started: list[subprocess.Popen[bytes]] = []


def start() -> None:
    HOME.chmod(0o755)
    found = services(HOME)
    postgres.prepare(found)
    valkey.prepare(found)
    run([*postgres.command(found), "-c", "fsync=off"])
    run(valkey.command(found))
    postgres.wait(found)
    os.environ |= {
        "MSS_HOME": str(HOME),
        "MSS_SECRET_KEY": "only-for-tests",
        "DATABASE_URL": found.database_url,
        "REDIS_URL": found.redis_url,
        # Playwright keeps an event loop in the thread of the test.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    }


def run(command: list[str]) -> None:
    with (HOME / "services.log").open("ab") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, **account.popen_arguments()
        )
    started.append(process)


def stop() -> None:
    """At the end of the program, so that a run that never began leaves nothing."""
    stops = (signal.SIGINT, signal.SIGTERM)  # PostgreSQL: fast shutdown; Valkey: end
    for process, number in zip(started, stops, strict=False):
        process.send_signal(number)
        process.wait(30)
    shutil.rmtree(HOME, ignore_errors=True)


atexit.register(stop)
start()
