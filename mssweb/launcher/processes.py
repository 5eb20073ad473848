"""The processes of the product: the one list that supervisord's configuration, the
order of start and stop, and the test of docker-compose.yml are made from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Process:
    """`command` follows the Python interpreter; `{NAME}` is a value of the
    environment. `stop_seconds` is the patience before SIGKILL."""

    name: str
    command: str
    stop_seconds: int = 20
    stop_signal: str = "TERM"
    embedded: bool = False  # replaced by DATABASE_URL or REDIS_URL
    demo: bool = False
    sniff: bool = False  # where MSS_SNIFF names interfaces


# Stopped from the last to the first: nothing ends before what feeds it.
PROCESSES = (
    Process(
        "postgres",
        "-m mssweb.embedded postgres {MSS_HOME}",
        stop_seconds=120,
        stop_signal="INT",  # fast shutdown; TERM would wait for every client
        embedded=True,
    ),
    Process("valkey", "-m mssweb.embedded valkey {MSS_HOME}", embedded=True),
    Process("ingest", "manage.py ingest", stop_seconds=60),
    Process(
        "ingest-sniff", "manage.py ingest --name sniff", stop_seconds=60, sniff=True
    ),
    Process("receive", "manage.py receive"),
    Process("sniff", "manage.py sniff", sniff=True),
    Process(
        "web",
        "-m daphne -v 0 -b {MSS_WEB_HOST} -p {MSS_WEB_PORT} mssweb.asgi:application",
    ),
    Process("follow", "manage.py follow"),
    # Threads: the work is SQL; the one that runs may be as long as an index build.
    Process(
        "worker",
        "-m celery -A mssweb worker --pool threads --concurrency 2 --loglevel WARNING "
        "--without-gossip --without-mingle",
        stop_seconds=120,
    ),
    Process(
        "beat",
        "-m celery -A mssweb beat --loglevel WARNING "
        "--pidfile= --schedule {MSS_HOME}/run/beat",
    ),
    Process("demo", "-m mssweb.demo", demo=True),
)
BEFORE_MIGRATION = ("postgres", "valkey", "receive", "sniff")
HEALTH_NEEDS = ("ingest", "web")


def chosen(embedded: set[str], demo: bool, sniff: bool = False) -> tuple[Process, ...]:
    """Those that run: of the embedded servers only the named ones."""
    return tuple(
        process
        for process in PROCESSES
        if (not process.embedded or process.name in embedded)
        and (not process.demo or demo)
        and (not process.sniff or sniff)
    )
