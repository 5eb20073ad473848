"""The home folder: everything that an installation keeps, in one place.

environment   what every process is given (script/manage reads it)
local.env     the operator's own settings, if there is one
secret-key, services.json   made at the first start
journal/  log/  run/        lines on their way, logs, pid and socket
tls/                        the CA, certificates and keys of the listeners
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
# What an operator may have put into a home before its first start.
PREPARED = {"local.env", "journal", "tls", "lost+found"}


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


def open_home(folder: str | None, *, new: bool = True) -> Home:
    """The home, made where there is none; `folder` may be relative to the caller's.

    With `new=False` a home that somebody named has to be there.
    """
    named = folder or os.environ.get("MSS_HOME")
    home = Home(Path(os.path.realpath(Path(named or ROOT / "var").absolute())))
    try:
        if named and not (new or is_home(home.path)):
            raise LauncherError(f"There is no home in {home.path}.")
        make(home)
    except OSError as error:
        raise LauncherError(
            f"The home folder {home.path} cannot be used: {error.strerror}."
        ) from None
    return home


def is_home(path: Path) -> bool:
    return (path / "secret-key").exists()


def is_foreign(path: Path) -> bool:
    """Whether it holds something else: /var has a log and a run of its own."""
    if not path.is_dir() or is_home(path):
        return False
    seen = {one.name for one in path.iterdir() if not one.name.startswith(".")}
    return not seen <= PREPARED


def make(home: Home) -> None:
    if is_foreign(home.path):
        raise LauncherError(
            f"{home.path} has other things in it and is no home; name a new folder."
        )
    if not home.path.exists():
        home.path.mkdir(parents=True)
        # The database's account must pass through it to its own folder.
        home.path.chmod(0o711 if is_root() else 0o700)
    secret_key(home)  # first: it marks the folder as ours
    for folder in (home.log, home.run):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)


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
