"""`python -m mssweb.embedded postgres|valkey HOME`: becomes the server."""

import os
import sys
from pathlib import Path

from mssweb.embedded import account, postgres, valkey
from mssweb.embedded.exceptions import EmbeddedError
from mssweb.embedded.services import services

SERVERS = {"postgres": postgres, "valkey": valkey}


def run(name: str, home: Path) -> None:
    os.umask(0o022)
    found, server = services(home), SERVERS[name]
    if name == "postgres":
        postgres.reap(found.cluster)
    server.prepare(found)
    command = server.command(found)
    account.become()
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    try:
        run(sys.argv[1], Path(sys.argv[2]))
    except EmbeddedError as problem:
        sys.exit(str(problem))
