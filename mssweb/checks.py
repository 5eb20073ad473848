"""System checks: combinations of settings and servers that cannot work.

E001–E009   the database server (only with `check --database default`)
E011–E019, W011–W019   settings
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from mssweb import env
from sensors import host

OLDEST_SERVER = 17_00_00
LOCKS = 1024
MOST_SNIFFED = 32  # ports, for the kernel's filter
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
# Name of the setting, its environment variable, the smallest and largest that work.
LIMITS = (
    ("MAX_LINE_BYTES", "MSS_MAX_LINE_BYTES", 480, 16 << 20),
    ("MAX_CONNECTIONS", "MSS_MAX_CONNECTIONS", 1, 100_000),
    ("MAX_CONNECTIONS_PER_PEER", "MSS_MAX_CONNECTIONS_PER_PEER", 1, 100_000),
    ("IDLE_SECONDS", "MSS_IDLE_SECONDS", 1, 86_400 * 30),
    ("HTTP_MAX_BYTES", "MSS_HTTP_MAX_MIB", 1 << 20, 128 << 20),
    ("UDP_BUFFER_BYTES", "MSS_UDP_BUFFER_BYTES", 4096, 1 << 30),
    ("JOURNAL_MAX_BYTES", "MSS_JOURNAL_MAX_MIB", 64 << 20, 1 << 60),
    ("RETENTION_DAYS", "MSS_RETENTION_DAYS", 1, 36_500),
    ("RETENTION_BYTES", "MSS_RETENTION_GIB", 1 << 30, 1 << 60),
    ("SEGMENT_ROWS", "MSS_SEGMENT_ROWS", 1_000, 1 << 31),
)


@register(Tags.database)
def server(databases: Sequence[str] | None = None, **_: Any) -> Iterable[CheckMessage]:
    found: list[CheckMessage] = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int,"
                " current_setting('max_locks_per_transaction')::int,"
                " current_setting('synchronous_commit'),"
                " current_setting('server_encoding'),"
                " EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm')"
            )
            found += server_messages(*cursor.fetchone())
    return found


def server_messages(
    version: int, locks: int, commit: str, encoding: str, trigrams: bool
) -> list[CheckMessage]:
    """What is wrong with a server of these properties."""
    wrong = (
        (
            version < OLDEST_SERVER,
            f"PostgreSQL {version // 10_000} is too old, 17 or newer is needed.",
            "Upgrade the server that DATABASE_URL names.",
            "mssweb.E001",
        ),
        (
            locks < LOCKS,
            f"max_locks_per_transaction is {locks}; searches over many segments fail.",
            f"Set max_locks_per_transaction = {LOCKS} in postgresql.conf and restart "
            "the server.",
            "mssweb.E002",
        ),
        (
            not trigrams,
            "The extension pg_trgm is not available; text search needs it.",
            "Install PostgreSQL's contrib package (Debian: it is in postgresql).",
            "mssweb.E003",
        ),
        (
            commit in {"off", "local"},
            f"synchronous_commit is {commit}; a crash could give event ids out twice.",
            "Set synchronous_commit = on for this database.",
            "mssweb.E004",
        ),
        (
            encoding != "UTF8",
            f"The database's encoding is {encoding}; logs need UTF8.",
            "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.",
            "mssweb.E005",
        ),
    )
    return [
        Error(text, hint=hint, id=code)
        for is_wrong, text, hint, code in wrong
        if is_wrong
    ]


@register()
def limits(**_: Any) -> Iterable[CheckMessage]:
    for name, variable, least, most in LIMITS:
        if not least <= getattr(settings, name) <= most:
            yield Error(
                f"{name} is {getattr(settings, name)}, outside of {least} to {most}.",
                hint=f"Change {variable}.",
                id="mssweb.E011",
            )


@register()
def ports(**_: Any) -> Iterable[CheckMessage]:
    for port in settings.SYSLOG_PORTS:
        if not 0 < port < 65_536:
            yield Error(
                f"{port} is not a port.",
                hint="Change MSS_SYSLOG_PORT or MSS_SYSLOG_ALSO.",
                id="mssweb.E012",
            )


@register()
def further_ports(**_: Any) -> Iterable[CheckMessage]:
    """Each of its own, or 0 for none."""
    taken = set(settings.SYSLOG_PORTS)
    for name in ("SYSLOG_TLS_PORT", "HTTP_PORT"):
        port = getattr(settings, name)
        if port and (not 0 < port < 65_536 or port in taken):
            why = "used by another listener" if port in taken else "not a port"
            yield Error(
                f"MSS_{name} is {port}, which is {why}.",
                hint=f"Change MSS_{name}; 0 switches it off.",
                id="mssweb.E013",
            )
        taken.add(port)


@register()
def local_ways(**_: Any) -> Iterable[CheckMessage]:
    named: dict[str, list[Any]] = {
        "MSS_FILES": settings.FILES,
        "MSS_UNIX_SOCKET": [settings.UNIX_SOCKET],
    }
    for name, paths in named.items():
        for path in paths:
            if path is not None and not Path(path).is_absolute():
                yield Error(
                    f"{name} has {path}, which is no whole path.",
                    hint="Begin it with /.",
                    id="mssweb.E015",
                )


@register()
def sniffing(**_: Any) -> Iterable[CheckMessage]:
    for name in settings.SNIFF:
        if not host.is_interface_name(name):
            yield Error(
                f"MSS_SNIFF has {name!r}, which no interface can be called.",
                hint="`ip link` lists the interfaces.",
                id="mssweb.E016",
            )
    ports = settings.SNIFF_PORTS
    if len(ports) > MOST_SNIFFED or not all(0 < port < 65_536 for port in ports):
        yield Error(
            f"MSS_SNIFF_PORTS must be ports, {MOST_SNIFFED} at most.",
            hint="Unset it for 514, 601 and 5514.",
            id="mssweb.E017",
        )


@register()
def certificate(**_: Any) -> Iterable[CheckMessage]:
    files = {
        "MSS_CERTIFICATE": settings.CERTIFICATE,
        "MSS_CERTIFICATE_KEY": settings.CERTIFICATE_KEY,
        "MSS_CLIENT_CA": settings.CLIENT_CA,
    }
    for name, path in files.items():
        if path is not None and not path.is_file():
            yield Error(
                f"{name} is {path}, and there is no such file.",
                hint="Name a file in PEM.",
                id="mssweb.E014",
            )


@register()
def pages(**_: Any) -> Iterable[CheckMessage]:
    """Pages that are open to a network."""
    if env.text("MSS_WEB_HOST", "127.0.0.1") in LOOPBACK:
        return
    if not env.words("MSS_ALLOWED_HOSTS"):
        yield Warning(
            "The pages listen to a network, but answer to the name localhost only.",
            hint="List the names and addresses in MSS_ALLOWED_HOSTS.",
            id="mssweb.W011",
        )
    if not settings.TLS:
        yield Warning(
            "The pages listen to a network without TLS: passwords can be read there.",
            hint="Put a proxy with TLS before them and set MSS_TLS=1.",
            id="mssweb.W012",
        )
