"""Host names and addresses as people write them, and whether one is this machine."""

import re
import socket
from contextlib import suppress
from ipaddress import ip_address

LABEL = r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)"
NAME = re.compile(rf"{LABEL}(\.{LABEL})*\.?\Z")


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_valid(text: str) -> bool:
    """An address, or a name that could be in DNS; `10.0.0` and `1.2.3.4.5` are not."""
    if is_address(text):
        return True
    last = text.rstrip(".").rpartition(".")[2]
    return len(text) <= 253 and bool(NAME.match(text)) and not last.isdigit()


def is_this_machine(host: str) -> bool:
    """Whether the address, or the name localhost, is this machine's own.

    Other names are not looked up: a form must not wait for DNS.
    """
    if host.rstrip(".").lower() in {"localhost", socket.gethostname().lower()}:
        return True
    if not is_address(host):
        return False
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.bind((host, 0))  # only an own address can be bound
        return True
    return False
