"""What this machine tells of itself, to fill in a sensor's form beforehand."""

import os
from collections.abc import Iterable
from pathlib import Path

import psutil

RESOLVER = Path("/etc/resolv.conf")


LONGEST_INTERFACE = 15  # bytes, of Linux


def is_interface_name(name: str) -> bool:
    """Whether an interface can be called so, be there one or not."""
    has_signs = any(sign == "/" or sign.isspace() for sign in name)
    return 0 < len(os.fsencode(name)) <= LONGEST_INTERFACE and not has_signs


def interfaces() -> list[str]:
    """Names of the network interfaces that exist here, loopback last."""
    return sorted(psutil.net_if_addrs(), key=lambda name: (name == "lo", name))


def search_domain() -> str:
    """The first search domain of the system's resolver; empty when there is none."""
    try:
        text = RESOLVER.read_text(errors="replace")
    except OSError:
        return ""
    return first_search_domain(text.splitlines())


def first_search_domain(lines: Iterable[str]) -> str:
    """As resolv.conf(5) says: the last `search` or `domain` line counts."""
    found = ""
    for line in lines:
        words = line.split()
        if len(words) > 1 and words[0] in {"search", "domain"}:
            found = words[1].rstrip(".")
    return found
