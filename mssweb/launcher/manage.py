"""`python -m mssweb.launcher.manage [--home DIR] COMMAND…`, called by script/manage:
becomes manage.py in the environment of a home."""

import os
import sys

from mssweb.launcher.environment import compose, is_ours, read
from mssweb.launcher.exceptions import LauncherError
from mssweb.launcher.home import ROOT, open_home


def main(arguments: list[str]) -> None:
    folder = None
    if arguments[:1] == ["--home"]:
        folder, arguments = arguments[1] if arguments[1:] else "", arguments[2:]
    elif arguments and arguments[0].startswith("--home="):
        folder, arguments = arguments[0].partition("=")[2], arguments[1:]
    if folder == "":
        raise LauncherError("--home needs a folder.")
    home = open_home(folder, new=False)
    # Before the first start there is none; commands that need no server work then too.
    values = read(home, "environment") or compose(home, {}).values
    own = {name: value for name, value in os.environ.items() if is_ours(name)}
    values |= own | {"MSS_HOME": str(home.path)}
    environment = os.environ | values | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", str(ROOT / "manage.py"), *arguments]
    os.execve(command[0], command, environment)  # noqa: S606


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except LauncherError as problem:
        sys.exit(f"mssweb: {problem}")
