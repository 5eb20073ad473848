"""The home folder: everything that an installation keeps, in one place.

environment   what every process is given (script/manage reads it)
local.env     the operator's own settings, if there is one
secret-key, services.json   made at the first start
journal/  log/  run/        lines on their way, logs, pid and socket
postgres/ …                 data of the embedded servers
"""

import fcntl
import os
import secrets
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mssweb.embedded.account import is_root
from mssweb.launcher.exceptions import LauncherError

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Home:
    path: Path

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def configuration(self) -> Path:
        return self.run / "supervisord.conf"

    @property
    def pid_file(self) -> Path:
        return self.run / "supervisord.pid"


def open_home(folder: str | None) -> Home:
    """The home, made where there is none; `folder` may be relative to the caller's."""
    path = Path(folder or os.environ.get("MSS_HOME") or ROOT / "var").absolute()
    home = Home(Path(os.path.realpath(path)))
    try:
        make(home)
    except OSError as error:
        raise LauncherError(
            f"The home folder {home.path} cannot be used: {error.strerror}."
        ) from None
    return home


def make(home: Home) -> None:
    if not home.path.exists():
        home.path.mkdir(parents=True)
        # The database's account must pass through it to its own folder.
        home.path.chmod(0o711 if is_root() else 0o700)
    for folder in (home.log, home.run):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
    secret_key(home)


def stop_command(home: Home) -> str:
    return shlex.join([f"{ROOT}/script/server", "--stop", "--home", str(home.path)])


def secret_key(home: Home) -> str:
    """Made once: sessions and tokens outlive a restart."""
    file = home.path / "secret-key"
    if not file.exists():
        write_private(file, secrets.token_urlsafe(48))
    return file.read_text().strip()


def write_private(file: Path, text: str) -> None:
    """Written whole or not at all, for the owner only."""
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    fresh.replace(file)


@contextmanager
def locked(home: Home) -> Iterator[None]:
    """Held while a launcher starts or watches this home."""
    with (home.run / "launcher.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LauncherError(
                f"Another script/server already starts or runs {home.path}; "
                f"this ends it: {stop_command(home)}"
            ) from None
        yield
