"""PostgreSQL: a cluster of our own, its configuration, and what a crash leaves."""

import os
import shutil
import signal
import subprocess  # noqa: S404  (runs initdb)
import time
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from mssweb.embedded import account, binaries
from mssweb.embedded.exceptions import EmbeddedError
from mssweb.embedded.services import DATABASE, Services

# The store needs max_locks_per_transaction (one lock per segment and index).
CONFIGURATION = """\
# Written at every start; put your own lines into local.conf beside this file.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = {buffers}
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


def prepare(found: Services) -> None:
    """Makes the cluster when there is none, and writes the configuration."""
    found.data.mkdir(parents=True, exist_ok=True)
    folder = binaries.postgres_folder(found.data)
    if found.cluster.exists():
        check_version(found.cluster, folder)
    else:
        initdb(found, folder)
    buffers = os.environ.get("MSS_PG_BUFFERS", "256MB")
    # Not in the cluster: that folder belongs to the unprivileged account, and root
    # must not write where somebody else can put a link.
    configuration(found).write_text(CONFIGURATION.format(buffers=buffers))


def configuration(found: Services) -> Path:
    return found.data / "postgresql.conf"


def check_version(cluster: Path, folder: Path) -> None:
    """Raises EmbeddedError when another major version made the cluster."""
    made_by = (cluster / "PG_VERSION").read_text().strip()
    done = subprocess.run(  # noqa: S603
        [folder / "postgres", "--version"],
        capture_output=True,
        text=True,
        **account.popen_arguments(),
    )
    brought = done.stdout.split()[-1].split(".")[0] if done.stdout else "unknown"
    if made_by != brought:
        raise EmbeddedError(
            f"The database in {cluster} is of PostgreSQL {made_by}, this version "
            f"brings {brought}: start the old version once more and dump it first."
        )


def initdb(found: Services, folder: Path) -> None:
    """In a folder beside, renamed at the end: an interrupted one leaves no cluster."""
    fresh, secret = found.data / "postgres.new", found.data / "initdb-password"
    shutil.rmtree(fresh, ignore_errors=True)
    secret.unlink(missing_ok=True)
    fresh.mkdir(mode=0o700)
    secret.touch(mode=0o600)
    secret.write_text(found.password)
    account.give(fresh)
    account.give(secret)
    done = subprocess.run(  # noqa: S603
        [
            folder / "initdb", "--pgdata", fresh, "--username=postgres",
            "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--locale=C", "--data-checksums", "--auth-local=trust",
            "--auth-host=scram-sha-256", f"--pwfile={secret}",
        ],
        capture_output=True,
        text=True,
        **account.popen_arguments(),
    )  # fmt: skip
    secret.unlink()
    if done.returncode:
        shutil.rmtree(fresh)
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise EmbeddedError(f"initdb failed in {found.data}: {reason}")
    fresh.replace(found.cluster)


def command(found: Services) -> list[str]:
    return [
        str(binaries.postgres_folder(found.data) / "postgres"),
        "-D", str(found.cluster),
        "-c", f"config_file={configuration(found)}",
        "-p", str(found.postgres_port),
    ]  # fmt: skip


def reap(cluster: Path) -> None:
    """Ends what a killed postmaster left: a busy backend keeps the shared memory, and
    every restart would fail. Such a child is known by its working directory."""
    left = [process for process in psutil.process_iter() if works_in(process, cluster)]
    for number in (signal.SIGQUIT, signal.SIGKILL):
        for process in left:
            try:
                process.send_signal(number)
            except psutil.NoSuchProcess:
                continue
        _, left = psutil.wait_procs(left, timeout=3)
    # Its number may by now be that of another process.
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def works_in(process: psutil.Process, cluster: Path) -> bool:
    try:
        name, folder = process.name(), process.cwd()
    except psutil.Error:
        return False
    return bool(name.startswith("postgres") and folder == str(cluster))


def wait(found: Services, seconds: float = 60) -> None:
    """Until it answers; EmbeddedError after that."""
    deadline = time.monotonic() + seconds
    while reason := unready(found):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"PostgreSQL does not answer: {reason}")
        time.sleep(0.05)


def unready(found: Services) -> str:
    """Why it cannot be used yet, "" when it answers and the database exists."""
    url = found.database_url.rsplit("/", 1)[0] + "/postgres"
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=2) as link:
            ensure_database(link)
    except psycopg.OperationalError as error:
        return str(error).splitlines()[0]
    return ""


def ensure_database(link: psycopg.Connection[tuple[object, ...]]) -> None:
    query = "SELECT 1 FROM pg_database WHERE datname = %s"
    if not link.execute(query, [DATABASE]).fetchone():
        link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
