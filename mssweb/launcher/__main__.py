"""`python -m mssweb.launcher`, called by script/server."""

import os
import sys

from mssweb.embedded.exceptions import EmbeddedError
from mssweb.launcher.exceptions import LauncherError
from mssweb.launcher.options import parse
from mssweb.launcher.run import server

if __name__ == "__main__":
    os.umask(0o022)
    try:
        server(parse(sys.argv[1:]))
    except (LauncherError, EmbeddedError) as problem:
        sys.exit(f"mssweb: {problem}")
    except KeyboardInterrupt:  # before anything was started
        sys.exit(130)
