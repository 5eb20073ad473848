"""The product itself under measurement: started by `script/server` in a folder of its
own, stopped and removed at the end."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import psycopg

ROOT = Path(__file__).resolve().parent.parent
SERVER = ROOT / "script" / "server"


@dataclass
class Product:
    """A running product: its ports, its folder and a database connection."""

    home: Path
    web: int
    syslog: int
    environment: dict[str, str] = field(default_factory=dict)

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.environment["DATABASE_URL"], autocommit=True)

    def manage(self, *arguments: str) -> str:
        command = [str(ROOT / "script" / "manage"), *arguments]
        done = subprocess.run(
            command,
            env=os.environ | {"MSS_HOME": str(self.home)},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def journal(self) -> dict[str, object]:
        """What `receive` says of itself (ARCHITECTURE.md, Journal)."""
        (status,) = self.home.glob("journal/*/receive.json")
        found: dict[str, object] = json.loads(status.read_text())
        return found


@contextmanager
def running(**settings: str) -> Iterator[Product]:
    """Starts the product with extra environment settings, waits until it is healthy."""
    home = Path(tempfile.mkdtemp(prefix="mss-bench-"))
    home.chmod(0o755)
    product = Product(home, free_port(), free_port())
    # No well-known port, and nothing of the caller's servers.
    none = {"MSS_SYSLOG_TLS_PORT": "0", "MSS_HTTP_PORT": "0"}
    apart = {"MSS_SYSLOG_PORTS": str(product.syslog)} | none
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "REDIS_URL"}
    }
    start(product, environment | apart | settings)
    try:
        yield product
    finally:
        subprocess.run([str(SERVER), "--stop", "--home", str(home)], check=True)
        shutil.rmtree(home, ignore_errors=True)


def start(product: Product, environment: dict[str, str]) -> None:
    ports = ["--web", str(product.web), "--syslog", str(product.syslog)]
    command = [str(SERVER), "--detach", "--home", str(product.home), *ports]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    urlopen(f"http://127.0.0.1:{product.web}/healthz", timeout=10).close()  # noqa: S310
    for text in (product.home / "environment").read_text().splitlines():
        name, separator, value = text.partition("=")
        if separator:
            product.environment[name.strip()] = value.strip().strip("'\"")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stored(connection: psycopg.Connection[tuple[object, ...]]) -> int:
    """How many events are committed and visible."""
    row = connection.execute(
        "SELECT coalesce(sum(rows), 0)::bigint FROM segments WHERE \"table\" = 'events'"
    ).fetchone()
    return int(str(row[0])) if row else 0


def wait_until_stored(
    connection: psycopg.Connection[tuple[object, ...]], count: int, seconds: float
) -> float:
    """Until `count` events are visible; the monotonic time of that moment."""
    deadline = time.monotonic() + seconds
    while (found := stored(connection)) < count:
        if time.monotonic() > deadline:
            raise SystemExit(f"only {found:,} of {count:,} were stored in {seconds} s")
        time.sleep(0.02)
    return time.monotonic()
