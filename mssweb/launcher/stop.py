"""Stop, with nothing lost: first what reads, then receiving, then ingest when it has
stored what was received, then the servers."""

import contextlib
import http.client
import time
from collections.abc import Mapping, Sequence

import psutil

from mssweb import journals
from mssweb.launcher import leftovers, supervision
from mssweb.launcher.environment import read
from mssweb.launcher.home import Home
from mssweb.launcher.logs import say
from mssweb.launcher.processes import PROCESSES, Process
from mssweb.launcher.supervision import Supervisor

CATCH_UP = 20  # seconds; what is left then waits in the journal for the next start
STEPS = (
    ("demo", "beat", "worker", "follow", "web"),
    ("receive", "sniff"),
    ("ingest", "ingest-sniff"),
    ("valkey",),
    ("postgres",),
)


def running(home: Home) -> bool:
    """Ends a home that runs; False when it did not."""
    daemon = supervision.find(home)
    if daemon is None:
        return False
    everything(home, daemon)
    return True


def everything(home: Home, daemon: psutil.Process) -> None:
    try:
        supervisor = Supervisor(home)
        in_order(supervisor, read(home, "environment"))
        supervisor.shutdown()
    except (OSError, http.client.HTTPException):
        # Its socket is gone, or another stop was quicker; by SIGTERM it stops what is
        # left by priority itself.
        terminate(daemon)
    try:
        daemon.wait(sum(process.stop_seconds for process in PROCESSES))
    except psutil.TimeoutExpired:
        daemon.kill()
        leftovers.end(home)


def terminate(daemon: psutil.Process) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        daemon.terminate()


def in_order(supervisor: Supervisor, values: Mapping[str, str]) -> None:
    run = supervisor.states()
    for step in STEPS:
        names = [name for name in step if name in run]
        if names:
            say(f"stopping {', '.join(names)}")
        if "ingest" in names:
            catch_up(supervisor, values)
        supervisor.stop(named(names))


def named(names: Sequence[str]) -> list[Process]:
    return [process for process in PROCESSES if process.name in names]


def catch_up(supervisor: Supervisor, values: Mapping[str, str]) -> None:
    """Waits until the journals are stored, as long as ingest makes headway; what was
    once sniffed and is not stored by anybody waits on."""
    folder = journals.folder(values)
    deadline = time.monotonic() + CATCH_UP
    while True:
        states = supervisor.states()
        left = journals.backlog(folder, states.get("ingest-sniff") == "RUNNING")
        if not left or states.get("ingest") != "RUNNING":
            return
        if time.monotonic() > deadline:
            say(f"{left} lines wait in the journal for the next start")
            return
        time.sleep(0.2)
