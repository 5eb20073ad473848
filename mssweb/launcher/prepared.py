"""Whether the database was made ready for exactly this version; then the next start
leaves that step out. Only for our own PostgreSQL: what happens to others is unknown."""

import hashlib
from pathlib import Path

from mssweb.embedded.services import services
from mssweb.launcher.environment import Environment
from mssweb.launcher.home import ROOT, Home

DECIDING = ("*/migrations/*.py", "mssweb/checks.py", "requirements.txt")


def is_prepared(home: Home, environment: Environment) -> bool:
    file = home.run / "prepared"
    return (
        "postgres" in environment.embedded
        and file.exists()
        and file.read_text() == digest(home, environment)
    )


def remember(home: Home, environment: Environment) -> None:
    if "postgres" in environment.embedded:
        (home.run / "prepared").write_text(digest(home, environment))


def digest(home: Home, environment: Environment) -> str:
    """Of the settings, of the code that decides, and of the cluster, which may have
    been made anew."""
    made = (services(home.path).cluster / "PG_VERSION").stat().st_mtime_ns
    found = hashlib.sha256(str(made).encode())
    found.update(repr(sorted(environment.values.items())).encode())
    for file in deciding():
        found.update(file.as_posix().encode() + file.read_bytes())
    return found.hexdigest()


def deciding() -> list[Path]:
    return sorted(file for pattern in DECIDING for file in ROOT.glob(pattern))
