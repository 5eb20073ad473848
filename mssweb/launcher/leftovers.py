"""What a killed supervisord leaves running: each process is known by a mark in its
environment, PostgreSQL by its working directory."""

import psutil

from mssweb.embedded import postgres
from mssweb.embedded.services import services
from mssweb.launcher.environment import MARK
from mssweb.launcher.home import Home


def end(home: Home) -> int:
    """Ends them, those that write first being asked politely; their number."""
    left = [process for process in psutil.process_iter() if is_marked(process, home)]
    for process in left:
        signal(process, "terminate")
    _, stubborn = psutil.wait_procs(left, timeout=15)
    for process in stubborn:
        signal(process, "kill")
    psutil.wait_procs(stubborn, timeout=5)
    if (home.path / "services.json").exists():
        postgres.reap(services(home.path).cluster)
    return len(left)


def is_marked(process: psutil.Process, home: Home) -> bool:
    try:
        return bool(process.environ().get(MARK) == str(home.path))
    except (psutil.Error, OSError):
        return False


def signal(process: psutil.Process, how: str) -> None:
    try:
        getattr(process, how)()
    except psutil.NoSuchProcess:
        return
