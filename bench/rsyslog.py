"""The peer: rsyslog with its PostgreSQL output, writing into the same PostgreSQL."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg

from bench.product import Product, free_port

INSTALL = "apt-get install rsyslog rsyslog-pgsql"

# The table of rsyslog's own createDB.sql, reduced to the columns that it fills.
TABLE = """
CREATE TABLE systemevents (
    id serial PRIMARY KEY, receivedat timestamptz, devicereportedtime timestamptz,
    facility smallint, priority smallint, fromhost varchar(60), message text,
    infounitid int, syslogtag varchar(60)
)
"""

# Batches of 5,000, a large queue, one worker; see docs/benchmarks.md.
CONFIGURATION = """\
global(workDirectory="{folder}" maxMessageSize="64k")
module(load="imtcp")
module(load="ompgsql")
main_queue(queue.type="linkedList" queue.size="500000" queue.dequeueBatchSize="5000")
input(type="imtcp" port="{port}" address="127.0.0.1")
action(type="ompgsql" server="{server}" port="{database_port}" user="{user}"
       pass="{password}" db="{database}")
"""


@contextmanager
def running(product: Product) -> Iterator[int]:
    """Starts rsyslog; yields its TCP port."""
    program = shutil.which("rsyslogd")
    if not program or not list(Path("/usr/lib").glob("*/rsyslog/ompgsql.so")):
        raise SystemExit(f"the peer is not installed: {INSTALL}")
    with product.connect() as connection:
        connection.execute("DROP TABLE IF EXISTS systemevents")
        connection.execute(TABLE)
    folder = product.home / "rsyslog"
    folder.mkdir()
    port = free_port()
    (folder / "rsyslog.conf").write_text(configuration(product, folder, port))
    command = [program, "-n", "-f", "rsyslog.conf", "-i", "rsyslog.pid"]
    process = subprocess.Popen(command, cwd=folder)
    try:
        time.sleep(1)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def configuration(product: Product, folder: Path, port: int) -> str:
    database = urlsplit(product.environment["DATABASE_URL"])
    return CONFIGURATION.format(
        folder=folder,
        port=port,
        server=database.hostname,
        database_port=database.port,
        user=database.username,
        password=unquote(database.password or ""),
        database=database.path.lstrip("/"),
    )


def stored(connection: psycopg.Connection[tuple[object, ...]]) -> int:
    row = connection.execute("SELECT count(*) FROM systemevents").fetchone()
    return int(str(row[0])) if row else 0
