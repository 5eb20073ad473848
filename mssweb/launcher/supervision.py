"""supervisord: its configuration, and the conversation with it over a Unix socket."""

import contextlib
import http.client
import os
import shlex
import stat
import subprocess  # noqa: S404  (starts supervisord)
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil
from supervisor.xmlrpc import SupervisorTransport

from mssweb.embedded.account import is_root
from mssweb.launcher.environment import for_processes
from mssweb.launcher.exceptions import LauncherError
from mssweb.launcher.home import ROOT, Home
from mssweb.launcher.processes import Process

UNIX_PATH_LIMIT = 100  # of 108 bytes on Linux, 104 on macOS
ENDED = {"STOPPED", "EXITED", "FATAL", "UNKNOWN"}

MAIN = """\
[supervisord]
nodaemon=true
silent=true
pidfile={pid_file}
logfile=log/supervisord.log
logfile_maxbytes=5MB
logfile_backups=2
{user}
[unix_http_server]
file={socket}
chmod=0600
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""

# The log's path is relative to the home, where supervisord runs: it would expand `%` in
# it twice. Programs are started by name, so that the order is ours. One that keeps
# failing is tried again for ever, each time a second later.
PROGRAM = """\
[program:{name}]
command={command}
directory={root}
priority={priority}
autostart=false
autorestart=true
startsecs=1
startretries=1000000
stopsignal={signal}
stopwaitsecs={seconds}
killasgroup=true
redirect_stderr=true
stdout_logfile=log/{name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
"""


def configuration(
    home: Home, socket: Path, chosen: Sequence[Process], values: Mapping[str, str]
) -> str:
    main = MAIN.format(
        pid_file=plain(home.pid_file),
        socket=plain(socket),
        user="user=root" if is_root() else "",
    )
    programs = (
        PROGRAM.format(
            name=process.name,
            command=plain(command(process, values)),
            root=plain(ROOT),
            priority=number,
            signal=process.stop_signal,
            seconds=process.stop_seconds,
        )
        for number, process in enumerate(chosen)
    )
    return main + "".join(programs)


def command(process: Process, values: Mapping[str, str]) -> str:
    words = [word.format_map(values) for word in process.command.split()]
    return shlex.join([sys.executable, *words])


def plain(text: object) -> str:
    """supervisord expands `%(name)s` in every value."""
    return str(text).replace("%", "%%")


def socket_path(home: Home) -> Path:
    """In the home, or in a private short folder when that path is too long; the same
    folder at every start, as long as it is ours."""
    path = home.run / "supervisor.sock"
    if len(os.fsencode(path)) <= UNIX_PATH_LIMIT:
        return path
    with contextlib.suppress(OSError):
        last = Path((home.run / "socket").read_text())
        state = last.parent.lstat()
        if state.st_uid == os.geteuid() and state.st_mode == stat.S_IFDIR | 0o700:
            return last
    return Path(tempfile.mkdtemp(prefix="mss-", dir="/tmp")) / "supervisor.sock"  # noqa: S108


def find(home: Home) -> psutil.Process | None:
    """The supervisord of this home, if it runs."""
    try:
        process = psutil.Process(int(home.pid_file.read_text()))
        ours = str(home.configuration) in process.cmdline()
    except (OSError, ValueError, psutil.Error):
        return None
    return process if ours and process.status() != psutil.STATUS_ZOMBIE else None


def launch(
    home: Home, chosen: Sequence[Process], values: Mapping[str, str]
) -> "Supervisor":
    """Starts supervisord, with no process yet, in a session of its own: neither a
    Ctrl-C of the terminal nor its closing reaches it."""
    socket = socket_path(home)
    socket.unlink(missing_ok=True)
    home.configuration.write_text(configuration(home, socket, chosen, values))
    (home.run / "socket").write_text(str(socket))
    with (home.log / "supervisord.out").open("wb") as out:
        daemon = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "supervisor.supervisord", "-c", home.configuration],
            cwd=home.path,
            env=for_processes(values),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    supervisor = Supervisor(home)
    deadline = time.monotonic() + 20
    while not supervisor.answers():
        if daemon.poll() is not None or time.monotonic() > deadline:
            reason = (home.log / "supervisord.out").read_text().strip().splitlines()
            raise LauncherError(f"supervisord did not start: {' '.join(reason[-1:])}")
        time.sleep(0.05)
    return supervisor


class Supervisor:
    """The running supervisord of a home."""

    def __init__(self, home: Home) -> None:
        socket = (home.run / "socket").read_text()
        self.transport = SupervisorTransport(serverurl=f"unix://{socket}")
        proxy: Any = xmlrpc.client.ServerProxy("http://unix", transport=self.transport)
        self.remote = proxy.supervisor

    def answers(self) -> bool:
        try:
            self.remote.getState()
        except (OSError, http.client.HTTPException):
            self.transport.close()  # it would use the broken connection again
            return False
        return True

    def states(self) -> dict[str, str]:
        """Name → STOPPED, STARTING, RUNNING, BACKOFF, STOPPING, EXITED or FATAL."""
        return {
            process["name"]: process["statename"]
            for process in self.remote.getAllProcessInfo()
        }

    def start(self, names: Iterable[str]) -> None:
        for name in names:
            self.remote.startProcess(name, False)

    def stop(self, processes: Sequence[Process]) -> None:
        """Together; returns when all have ended."""
        names = {process.name for process in processes} & set(self.states())
        for name in names:
            try:
                self.remote.stopProcess(name, False)
            except xmlrpc.client.Fault:
                continue  # was not running
        patience = max((process.stop_seconds for process in processes), default=0)
        deadline = time.monotonic() + patience + 10
        while time.monotonic() < deadline:
            states = self.states()
            if all(states[name] in ENDED for name in names):
                return
            time.sleep(0.1)

    def shutdown(self) -> None:
        self.remote.shutdown()
