"""The command line of script/server."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Options:
    home: str | None
    stop: bool
    demo: bool
    detach: bool
    given: dict[str, str] = field(default_factory=dict)  # settings, by their names


def parse(arguments: Sequence[str]) -> Options:
    found = parser().parse_args(arguments)
    given = {"MSS_WEB_PORT": found.web, "MSS_SYSLOG_PORT": found.syslog}
    return Options(
        found.home,
        found.stop,
        found.demo,
        found.detach,
        {name: str(port) for name, port in given.items() if port is not None},
    )


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="script/server", description="Runs the whole product until Ctrl-C."
    )
    made.add_argument("--home", metavar="DIR", help="where everything is kept (var/)")
    made.add_argument(
        "--web", metavar="PORT", type=port, help="port of the pages (8000)"
    )
    made.add_argument(
        "--syslog",
        metavar="PORT",
        type=port,
        help="port of syslog (5514)",
    )
    made.add_argument(
        "--demo", action="store_true", help="send the lines of a small network to it"
    )
    made.add_argument(
        "--detach", action="store_true", help="return when everything is up"
    )
    made.add_argument(
        "--stop", action="store_true", help="end what runs in DIR, and wait for it"
    )
    return made


def port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, 1 to 65535")
    return int(text)
