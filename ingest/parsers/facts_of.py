"""Keys of a device → columns of an event: the table of each format, read one way.

A table names for each column the keys that may hold it, the best first. An address
that is none, a port out of range or a user `-` is not there.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Any

from ingest import mentions
from ingest.facts import KNOWN, PROTOCOLS
from ingest.parsers.rowwise import number

Table = Mapping[str, tuple[str, ...]]
NONE = {"", "-", "--", "n/a", "none", "null", "unknown", "(null)", "undefined", "nil"}
SID = re.compile(r"(?i)s-1-[0-9\-]+\Z")
HIGHEST_PORT = 65_535
LONGEST_ADDRESS = 100  # characters; with a port, a zone and an interface
# A port, an interface may follow: `192.0.2.1:80:X1`, `[2001:db8::1]:80`.
FOUR_FIRST = re.compile(r"((?:[0-9]{1,3}\.){3}[0-9]{1,3}):")
CANONICAL = re.compile(mentions.CANONICAL_FOUR)
SIX_FIRST = re.compile(r"\[([0-9a-fA-F:.]+)\]:")


def columns(values: Mapping[str, Any], table: Table) -> dict[str, Any]:
    """The columns that some key gives."""
    found = {}
    for column, keys in table.items():
        for key in keys:
            given = values.get(key)
            if given is None or given == "":
                continue
            value = READERS.get(column, text)(str(given))
            if value is not None:
                found[column] = value
                break
    return found


def text(value: str) -> str | None:
    bare = value.strip().strip('"')
    return None if bare.lower() in NONE else bare


def address(value: str) -> str | None:
    """Of several the first; canonical text, without a zone; IPv4 in IPv6 as IPv4."""
    first = value.partition(",")[0].strip()
    return kept_address(first) if len(first) <= LONGEST_ADDRESS else None


@lru_cache(maxsize=50_000)
def kept_address(bare: str) -> str | None:
    if CANONICAL.fullmatch(bare):
        return bare
    behind = FOUR_FIRST.match(bare) or SIX_FIRST.match(bare)
    try:
        found = ip_address(behind[1] if behind else bare.strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)


def port(value: str) -> int | None:
    return number(value, HIGHEST_PORT)


def protocol(value: str) -> str | None:
    name = value.strip().lower().partition("/")[0]
    known = PROTOCOLS.get(name, name)
    return known if known in KNOWN else None


def action(value: str) -> str | None:
    named = text(value)
    return named.lower() if named else None


def user(value: str) -> str | None:
    """A name; the number of an account (`S-1-5-18`) is none."""
    named = text(value)
    return None if named and SID.match(named) else named


READERS: dict[str, Callable[[str], Any]] = {
    "src": address,
    "dst": address,
    "sport": port,
    "dport": port,
    "port": port,
    "own": address,
    "ownport": port,
    "proto": protocol,
    "action": action,
    "user": user,
}
