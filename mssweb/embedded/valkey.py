"""Valkey: carries the channel layer and Celery, keeps nothing on disk."""

import os
from pathlib import Path

from mssweb.embedded import account, binaries
from mssweb.embedded.services import Services

CONFIGURATION = """\
# Written at every start.
bind 127.0.0.1
protected-mode yes
port {port}
requirepass {password}
dir {folder}
save ""
appendonly no
daemonize no
maxmemory 256mb
maxmemory-policy noeviction
"""


def prepare(found: Services) -> None:
    """Writes the configuration. The password stands there and not on the command
    line, which every user of the machine can read."""
    file = configuration(found)
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    text = CONFIGURATION.format(
        port=found.valkey_port, password=found.password, folder=quoted(file.parent)
    )
    fresh.write_text(text)
    account.give(fresh)
    os.replace(fresh, file)


def quoted(folder: Path) -> str:
    escaped = str(folder).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def configuration(found: Services) -> Path:
    return found.data / "valkey" / "valkey.conf"


def command(found: Services) -> list[str]:
    return [str(binaries.valkey_program(found.data)), str(configuration(found))]
