"""What the processes are told: the caller's environment over the home's local.env,
completed, and kept in HOME/environment for script/manage."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from mssweb.embedded.services import services
from mssweb.launcher.exceptions import LauncherError
from mssweb.launcher.home import ROOT, Home, secret_key, write_private

DEFAULTS = {
    "MSS_WEB_HOST": "127.0.0.1",
    "MSS_WEB_PORT": "8000",
    "MSS_SYSLOG_PORT": "5514",
}
# Names the home to the search for processes that a killed supervisord left behind.
MARK = "SUPERVISED_FOR_HOME"
SERVERS = {"DATABASE_URL": "postgres", "REDIS_URL": "valkey"}


@dataclass(frozen=True)
class Environment:
    """`embedded`: the servers that we run ourselves, as no address is given."""

    values: dict[str, str]
    embedded: set[str]

    def number(self, name: str) -> int:
        try:
            port = int(self.values[name])
        except ValueError:
            port = 0
        if not 0 < port < 65_536:
            raise LauncherError(
                f"{name} must be a port, 1 to 65535, not {self.values[name]!r}."
            )
        return port


def compose(home: Home, given: Mapping[str, str]) -> Environment:
    """`given`: what the command line says, which stands over everything."""
    own = {name: value for name, value in os.environ.items() if is_ours(name)}
    values = DEFAULTS | read(home, "local.env") | own | dict(given)
    values["MSS_HOME"] = str(home.path)
    if "MSS_SECRET_KEY_FILE" not in values:
        values.setdefault("MSS_SECRET_KEY", secret_key(home))
    ours = {
        server
        for name, server in SERVERS.items()
        if not values.get(name) and not values.get(f"{name}_FILE")
    }
    return Environment(values | addresses(home, ours), ours)


def addresses(home: Home, ours: set[str]) -> dict[str, str]:
    if not ours:
        return {}
    found = services(home.path)
    urls = {"DATABASE_URL": found.database_url, "REDIS_URL": found.redis_url}
    return {name: url for name, url in urls.items() if SERVERS[name] in ours}


def is_ours(name: str) -> bool:
    return name.startswith("MSS_") or name.removesuffix("_FILE") in SERVERS


def save(home: Home, values: Mapping[str, str]) -> None:
    lines = [f"{name}={value}\n" for name, value in sorted(values.items())]
    write_private(home.path / "environment", "".join(lines))


def read(home: Home, name: str) -> dict[str, str]:
    """NAME=value lines; nothing is unquoted or expanded."""
    file = home.path / name
    if not file.exists():
        return {}
    return dict(
        pair(file.name, line)
        for line in file.read_text().splitlines()
        if line.strip() and not line.lstrip().startswith("#")
    )


def pair(file: str, line: str) -> tuple[str, str]:
    name, equals, value = line.partition("=")
    if not equals:
        raise LauncherError(f"{file}: the line {line!r} is not NAME=value.")
    return name.strip(), value.strip()


def for_processes(values: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a process, with the mark that it is one of ours."""
    own = {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    return dict(os.environ) | dict(values) | own | {MARK: values["MSS_HOME"]}
