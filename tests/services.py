"""A real PostgreSQL and Valkey for a whole test run, thrown away at its end.

A pytest plugin (`-p tests.services`), because settings are read before any conftest.
DATABASE_URL and REDIS_URL of the environment are not used: tests never touch a server
that somebody else uses.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from mssweb import embedded

HOME = Path(tempfile.mkdtemp(prefix="mss-test-"))
started: list[subprocess.Popen[bytes]] = []


def start() -> None:
    HOME.chmod(0o755)
    found = embedded.prepare(HOME)
    postgres = [*embedded.postgres_command(found), "-c", "fsync=off"]
    log = (HOME / "services.log").open("ab")
    unprivileged = embedded.as_unprivileged()
    started.append(
        subprocess.Popen(postgres, stdout=log, stderr=log, **unprivileged)  # type: ignore[call-overload]
    )
    valkey = embedded.valkey_command(found)
    started.append(subprocess.Popen(valkey, stdout=log, stderr=log))
    embedded.wait(found)
    os.environ |= {
        "MSS_HOME": str(HOME),
        "MSS_SECRET_KEY": "only-for-tests",
        "DATABASE_URL": found.database_url,
        "REDIS_URL": found.redis_url,
        # Playwright keeps an event loop in the thread of the test.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    }


def pytest_unconfigure(config: pytest.Config) -> None:
    stops = (signal.SIGINT, signal.SIGTERM)  # PostgreSQL: fast shutdown; Valkey: end
    for process, stop in zip(started, stops, strict=True):
        process.send_signal(stop)
        process.wait(30)
    shutil.rmtree(HOME, ignore_errors=True)


start()
