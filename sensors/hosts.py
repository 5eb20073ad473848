"""A sensor's own host table: names and addresses as in /etc/hosts.

Who sends is found by it before any name server is asked. Every change is in the trail
and announced, as `sensors/changes.py` does it.
"""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.db import transaction

from sensors import changes
from sensors.models import HostEntry, Sensor, User

MOST = 5_000  # entries of a sensor
MOST_TEXT = 512 * 1024
MOST_TOLD = 100  # entries that the trail names of one change
LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")
Entry = tuple[str, str]  # address, name


def name_of(text: str) -> str:
    """A host name as it is compared; ValueError when none can be written so."""
    name = text.strip().rstrip(".").lower()
    if len(name) > 253 or not all(map(LABEL.match, name.split("."))):
        raise ValueError(f"{text[:80]!r} is no host name.")
    return name


def address_of(text: str) -> str:
    """The canonical address; ValueError says what is wrong."""
    try:
        found = ip_address(text.strip())
    except ValueError:
        raise ValueError(f"{text.strip()[:80]!r} is no address.") from None
    return str(plain(found))


def plain(found: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Without an interface, IPv4 as such: how peers are written."""
    if isinstance(found, IPv4Address):
        return found
    return found.ipv4_mapped or IPv6Address(int(found))


def parse(text: str) -> list[Entry]:
    """The entries of lines `address name [name…] # comment`, each once; ValueError
    names the first wrong line."""
    if len(text) > MOST_TEXT:
        raise ValueError(f"At most {MOST_TEXT // 1024} KiB of text.")
    found: dict[Entry, None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        try:
            if len(words) == 1:
                raise ValueError("after an address stand its names.")
            address = address_of(words[0])
            found |= {(address, name_of(name)): None for name in words[1:]}
        except ValueError as error:
            raise ValueError(f"Line {number}: {error}") from None
    if len(found) > MOST:
        raise ValueError(f"At most {MOST:,} names; these are {len(found):,}.")
    return list(found)


def text_of(entries: Iterable[Entry]) -> str:
    """As /etc/hosts: a line for each address with all of its names."""
    lines: dict[str, list[str]] = {}
    for address, name in entries:
        lines.setdefault(address, []).append(name)
    return "".join(f"{a}\t{' '.join(names)}\n" for a, names in lines.items())


def entries(sensor: Sensor) -> list[Entry]:
    return list(sensor.hosts.values_list("address", "name"))


@transaction.atomic
def replace(user: User, sensor: Sensor, wanted: list[Entry]) -> bool:
    """Makes these the whole table; False when they are already."""
    before, after = set(entries(sensor)), set(wanted)
    gone = sorted(before - after)
    new = [entry for entry in wanted if entry not in before]
    if not gone and not new:
        return False
    for address, name in gone:
        sensor.hosts.filter(address=address, name=name).delete()
    HostEntry.objects.bulk_create(
        HostEntry(sensor=sensor, address=address, name=name) for address, name in new
    )
    told = [shown(gone), shown(new)]
    changes.note(user, "changed", sensor, {"host table": told})
    return True


def shown(some: list[Entry]) -> list[str]:
    """For the trail."""
    lines = [f"{address} {name}" for address, name in some[:MOST_TOLD]]
    more = len(some) - MOST_TOLD
    return [*lines, f"and {more} more"] if more > 0 else lines


def choose(user: User, sensor: Sensor, name: str, address: str) -> bool:
    """The name has this address and no other from now on. ValueError."""
    entry = (address_of(address), name_of(name))
    others = [one for one in entries(sensor) if one[1] != entry[1]]
    if len(others) >= MOST:
        raise ValueError(f"The host table is full: at most {MOST:,} names.")
    return replace(user, sensor, [*others, entry])
