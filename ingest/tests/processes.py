"""`manage.py receive` and `ingest` as real processes, on a database of their own."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from ingest import folder as folders
from ingest.recovery import end
from ingest.tests.receiving import free_port
from mssweb.embedded import account, postgres
from mssweb.embedded.services import services

ROOT = Path(__file__).parents[2]


def until(true: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


class Cluster:
    """A PostgreSQL that a test may stop."""

    def __init__(self, home: Path) -> None:
        home.chmod(0o755)
        self.found = services(home)
        postgres.prepare(self.found)
        self.log = home / "postgres.log"
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                postgres.command(self.found),
                stdout=log,
                stderr=log,
                **account.popen_arguments(),
            )
        postgres.wait(self.found)

    def stop(self, number: int = signal.SIGINT) -> None:
        self.process.send_signal(number)
        self.process.wait(30)

    def rows(self, query: str) -> list[Any]:
        with psycopg.connect(self.found.database_url, connect_timeout=2) as link:
            return link.execute(query.encode()).fetchall()

    def events(self) -> int:
        return int(self.rows("SELECT count(*) FROM events")[0][0])


class Pipeline:
    """The two processes of one journal."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        self.port = free_port()
        self.journal = folder / "0"
        self.log = folder / "processes.log"
        self.environment = os.environ | {
            "DATABASE_URL": cluster.found.database_url,
            "MSS_JOURNAL_DIR": str(folder),
            "MSS_SYSLOG_PORT": str(self.port),
            "MSS_SYSLOG_TLS_PORT": "0",
            "MSS_HTTP_PORT": "0",
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            command = [sys.executable, "manage.py", name]
            self.running[name] = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        return self.running[name]

    def listen(self) -> None:
        self.start("receive")
        until(self.accepts)

    def accepts(self) -> bool:
        assert self.running["receive"].poll() is None, self.log.read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self, name: str) -> None:
        self.running[name].kill()
        self.running[name].wait(10)

    def stop(self, name: str) -> int:
        self.running[name].terminate()
        return self.running[name].wait(20)

    def end(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                process.kill()
                process.wait(10)

    def journalled(self) -> int:
        """Lines since ever, counted from the blocks."""
        return end(folders.files(self.journal)).totals.lines

    def status(self, name: str) -> dict[str, Any]:
        return folders.read_json(self.journal / f"{name}.json")


@contextmanager
def sending(port: int, pause: float = 0.002) -> Iterator[None]:
    """Numbered lines over TCP, connecting again whenever the other side is gone."""
    over = threading.Event()

    def run() -> None:
        number = 0
        while not over.is_set():
            try:
                with socket.create_connection(("127.0.0.1", port), 2) as sock:
                    while not over.is_set():
                        sock.sendall(b"<13>Nov 24 00:00:00 h t: number %d\n" % number)
                        number += 1
                        time.sleep(pause)
            except OSError:
                time.sleep(0.05)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(10)
