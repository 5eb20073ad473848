"""Start: servers and receiving first, then the migrations, then everything else."""

import http.client
import json
import subprocess  # noqa: S404  (runs manage.py prepare)
import sys
import time
from collections.abc import Sequence

from mssweb.embedded import postgres
from mssweb.embedded.services import services
from mssweb.launcher.environment import Environment, for_processes
from mssweb.launcher.exceptions import LauncherError
from mssweb.launcher.home import ROOT, Home
from mssweb.launcher.logs import harmless, last_words, say
from mssweb.launcher.prepared import is_prepared, remember
from mssweb.launcher.processes import BEFORE_MIGRATION, HEALTH_NEEDS, Process
from mssweb.launcher.supervision import Supervisor

PATIENCE = 120  # seconds until every part must be up
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104


def everything(
    supervisor: Supervisor,
    home: Home,
    environment: Environment,
    chosen: Sequence[Process],
) -> str:
    """Returns the one-time password of the first user, or "" when there is one."""
    names = [process.name for process in chosen]
    say("starting the servers and syslog")
    supervisor.start(name for name in BEFORE_MIGRATION if name in names)
    if "postgres" in environment.embedded:
        wait_for_postgres(supervisor, home)
    password = ""
    if not is_prepared(home, environment):
        password = prepare(environment)
        remember(home, environment)
    try:
        say("starting the pages and the pipeline")
        supervisor.start(HEALTH_NEEDS)
        wait_until_healthy(supervisor, home, environment)
        later = {*BEFORE_MIGRATION, *HEALTH_NEEDS}
        supervisor.start(name for name in names if name not in later)
        wait_until_running(supervisor, home, names)
    except BaseException:
        announce(password)  # it is shown this once
        raise
    return password


def wait_for_postgres(supervisor: Supervisor, home: Home) -> None:
    """As long as it takes (a recovery may be long), unless it keeps ending."""
    found, told, ends = services(home.path), time.monotonic(), 0
    while reason := postgres.unready(found):
        ends += supervisor.states()["postgres"] == "BACKOFF"
        if ends > 30:
            raise LauncherError(
                f"PostgreSQL keeps ending.\n{last_words(home, ['postgres'])}"
            )
        if time.monotonic() - told > 5:
            told = time.monotonic()
            say(f"waiting for PostgreSQL: {harmless(reason)}")
        time.sleep(0.1)


def announce(password: str) -> None:
    if password:
        print(f"User admin, one-time password {password}", flush=True)


def prepare(environment: Environment) -> str:
    """Migrations and the first user, by Django; its progress goes to the terminal."""
    say("preparing the database")
    # In a session of its own, so that Ctrl-C reaches the launcher alone.
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "manage.py", "prepare"],
        cwd=ROOT,
        env=for_processes(environment.values),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            password, _ = process.communicate()
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise LauncherError("The database could not be prepared.")
    return password.strip()


def wait_until_healthy(
    supervisor: Supervisor, home: Home, environment: Environment
) -> None:
    deadline, told = time.monotonic() + PATIENCE, time.monotonic()
    while down := unhealthy(environment):
        if time.monotonic() > deadline:
            raise LauncherError(
                f"Not up after {PATIENCE} s: {', '.join(down)}.\n"
                + last_words(home, down)
            )
        if time.monotonic() - told > 5:
            told = time.monotonic()
            say(f"waiting for {', '.join(down)}")
            failing(supervisor, home)
        time.sleep(0.1)


def unhealthy(environment: Environment) -> list[str]:
    """The parts that /healthz names, all of the web when it does not answer."""
    host = environment.values["MSS_WEB_HOST"]
    link = http.client.HTTPConnection(
        EVERYWHERE.get(host, host), environment.number("MSS_WEB_PORT"), timeout=10
    )
    try:
        link.request("GET", "/healthz", headers={"Host": "localhost"})
        answer = link.getresponse()
        body = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return ["web"]
    finally:
        link.close()
    return [] if answer.status == 200 else list(body.get("down", ["web"]))


def wait_until_running(
    supervisor: Supervisor, home: Home, names: Sequence[str]
) -> None:
    deadline = time.monotonic() + 30
    while True:
        states = supervisor.states()
        waiting = [name for name in names if states[name] != "RUNNING"]
        if not waiting:
            return
        if time.monotonic() > deadline:
            raise LauncherError(
                f"These processes keep ending: {', '.join(waiting)}.\n"
                + last_words(home, waiting)
            )
        time.sleep(0.1)


def failing(supervisor: Supervisor, home: Home) -> None:
    """Says why a process keeps ending, while the others are waited for."""
    again = [name for name, state in supervisor.states().items() if state == "BACKOFF"]
    if again:
        say(f"{', '.join(again)} ended and is tried again\n{last_words(home, again)}")
