"""The whole product as an operator runs it: script/server on a home of its own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil

from mssweb.embedded.services import free_port, services
from mssweb.launcher.environment import MARK
from mssweb.launcher.home import ROOT

PATIENCE = 150  # seconds; two busy cores start eight Pythons


class Product:
    """Start it, ask it, hurt it, end it."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="mss-server-"))
        self.home.chmod(0o711)  # the account of the database passes through
        self.web, self.syslog = free_port(), free_port()
        self.printed = self.home / ".printed"
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *more: str) -> list[str]:
        script = [str(ROOT / "script" / "server"), "--home", str(self.home)]
        return [*script, "--web", str(self.web), "--syslog", str(self.syslog), *more]

    def start(self) -> None:
        """In the foreground, until everything is up."""
        self.printed.unlink(missing_ok=True)
        with self.printed.open("wb") as out:
            self.process = subprocess.Popen(
                self.command(), stdout=out, stderr=out, cwd="/", env=clean()
            )
        eventually(lambda: self.ended() or "Pages:" in self.output())
        assert "Pages:" in self.output(), self.output()

    def run(self, *more: str) -> subprocess.CompletedProcess[str]:
        return run(self.command(*more))

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def output(self) -> str:
        return self.printed.read_text()

    def manage(self, *words: str) -> str:
        done = run([str(ROOT / "script/manage"), "--home", str(self.home), *words])
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def get(self, path: str, token: str = "") -> tuple[int, str]:
        """Status and body; 0 when nothing answers."""
        url = f"http://127.0.0.1:{self.web}{path}"
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            with urllib.request.urlopen(  # noqa: S310
                urllib.request.Request(url, headers=headers),  # noqa: S310
                timeout=10,
            ) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.syslog)) == 0

    def processes(self) -> list[psutil.Process]:
        """All that runs for this home; PostgreSQL is known by its folder."""
        cluster = str(services(self.home).cluster)
        return [
            process
            for process in psutil.process_iter()
            if belongs(process, str(self.home), cluster)
        ]

    def pid(self, words: str) -> int:
        """Of the process with these words on its command line, 0 when it is away."""
        for process in self.processes():
            try:
                if words in " ".join(process.cmdline()):
                    return int(process.pid)
            except psutil.NoSuchProcess:
                continue
        return 0

    def kill_everything(self) -> None:
        """As a loss of power does it, the launcher too."""
        assert self.process
        for process in [*self.processes(), psutil.Process(self.process.pid)]:
            try:
                process.send_signal(signal.SIGKILL)
            except psutil.NoSuchProcess:
                continue
        self.process.wait(10)

    def remove(self) -> None:
        self.run("--stop")
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        shutil.rmtree(self.home)


def belongs(process: psutil.Process, home: str, cluster: str) -> bool:
    try:
        found = process.environ().get(MARK) == home or process.cwd() == cluster
        return bool(found)
    except psutil.Error:
        return False


def clean() -> dict[str, str]:
    """The environment without what the test run itself has set."""
    ours = re.compile(r"^(MSS_|DJANGO_|DATABASE_URL|REDIS_URL|PYTEST_)")
    return {name: value for name, value in os.environ.items() if not ours.match(name)}


def run(command: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd="/",
        env=clean() | more,
        timeout=PATIENCE,
    )


def eventually(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not after {seconds} s"
        time.sleep(0.2)
