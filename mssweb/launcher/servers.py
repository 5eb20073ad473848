"""PostgreSQL and Redis: ours, or those that DATABASE_URL and REDIS_URL name."""

from pathlib import Path

import psycopg
from django.core.exceptions import ImproperlyConfigured

from mssweb import env
from mssweb.launcher.environment import SERVERS, Environment
from mssweb.launcher.exceptions import LauncherError


def check_foreign(environment: Environment) -> None:
    """Raises LauncherError when a server that was named cannot be used."""
    checks = {"postgres": check_database, "valkey": check_redis}
    for name, server in SERVERS.items():
        if server not in environment.embedded:
            checks[server](address(environment, name))


def address(environment: Environment, name: str) -> str:
    file = environment.values.get(f"{name}_FILE")
    if not file:
        return environment.values[name]
    try:
        return Path(file).read_text().strip()
    except OSError as error:
        raise LauncherError(f"{name}_FILE: {file}: {error.strerror}.") from None


def check_database(url: str) -> None:
    try:
        parts = env.database(url)
    except (ImproperlyConfigured, ValueError) as error:
        raise LauncherError(f"{error}.") from None
    place = f"{parts['HOST'] or 'the local socket'}:{parts['PORT'] or 5432}"
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise LauncherError(
            f"DATABASE_URL: PostgreSQL at {place} cannot be used: {reason}"
        ) from None


def check_redis(url: str) -> None:
    # Half a second that a start on our own servers does not need.
    import redis

    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5) as client:
            client.ping()
    except ValueError as error:
        raise LauncherError(f"REDIS_URL: {error}") from None
    except redis.RedisError as error:
        raise LauncherError(f"REDIS_URL: the server cannot be used: {error}") from None
