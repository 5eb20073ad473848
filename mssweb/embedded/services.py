"""Where the two servers keep their data and how they are reached."""

import json
import random
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mssweb.embedded import account

DATABASE = "mssweb"
ROOT_DATA = Path("/var/lib/mssweb")
# Below the ports that systems give to outgoing connections.
PRIVATE_PORTS = range(15_000, 32_000)


@dataclass(frozen=True)
class Services:
    data: Path
    postgres_port: int
    valkey_port: int
    password: str

    @property
    def database_url(self) -> str:
        return (
            f"postgresql://postgres:{self.password}"
            f"@127.0.0.1:{self.postgres_port}/{DATABASE}"
        )

    @property
    def redis_url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.valkey_port}/0"

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory."""
        return self.data / "postgres"


def services(home: Path) -> Services:
    """The services of a home, chosen and written down at the first call."""
    file = home / "services.json"
    if not file.exists():
        keep(file, choose(home))
    kept: dict[str, Any] = json.loads(file.read_text())
    return Services(**kept | {"data": home / kept["data"]})


def choose(home: Path) -> dict[str, Any]:
    home.mkdir(parents=True, exist_ok=True)
    return {
        "data": data_folder(home),
        "postgres_port": free_port(),
        "valkey_port": free_port(),
        "password": secrets.token_urlsafe(24),
    }


def data_folder(home: Path) -> str:
    """`.` is the home itself. Below a closed folder such as /root the unprivileged
    account could not reach it; the name there is new each time, so that a home made
    anew never meets the database of the old one."""
    if not account.is_root() or account.reaches(home):
        return "."
    return str(ROOT_DATA / f"{home.name}-{secrets.token_hex(4)}")


def keep(file: Path, values: dict[str, Any]) -> None:
    """Written whole or not at all, for the owner only."""
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(values, indent=1))
    fresh.replace(file)


def move_from_taken_ports(home: Path) -> None:
    """Chooses new ports where another program has taken one since the last start.
    To be called while the servers are down."""
    file = home / "services.json"
    if not file.exists():
        return
    kept = json.loads(file.read_text())
    for name in ("postgres_port", "valkey_port"):
        if not is_free(kept[name]):
            kept[name] = free_port()
    keep(file, kept)


def free_port() -> int:
    while True:
        port = random.choice(PRIVATE_PORTS)  # noqa: S311  (no secret)
        if is_free(port):
            return port


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
