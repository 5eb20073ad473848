"""Who sent a line: the names that came, their addresses, and which peers are relays.

A peer's address is that of the device only while the peer speaks for itself. When it
passes on lines of several hosts it is a relay, and the device's address is what its
name resolves to, or unknown. A name's addresses are those of the sensor's host table,
else those that name servers gave for `<host>` or `<host>.<search domain>`. Pure.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from itertools import accumulate, pairwise

from sensors import hosts

LEAST_EVENTS = 3  # of a name that makes a relay: a misread line makes none
RECENT = dt.timedelta(days=7)
LOCAL = frozenset({"localhost", "localhost.localdomain", "localhost4", "localhost6"})
Sender = tuple[int, str]  # sensor, peer


@dataclass(frozen=True)
class Met:
    """A name that lines of a peer had."""

    sensor: int
    peer: str
    name: str
    events: int
    first: dt.datetime
    last: dt.datetime

    @property
    def sender(self) -> Sender:
        return self.sensor, self.peer


@dataclass(frozen=True)
class Book:
    """What the names of one sensor mean; names in lower case."""

    domain: str = ""
    table: dict[str, list[str]] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)

    def addresses(self, name: str) -> list[str]:
        """All that the name may mean; none when nobody knows, or it is no name."""
        try:
            return [hosts.address_of(name)]
        except ValueError:
            pass
        return self.listed(name) or self.answers.get(canonical(name), [])

    def listed(self, name: str) -> list[str]:
        """The addresses in the host table, by the name, with or without the domain."""
        plain = canonical(name)
        short = plain.removesuffix(f".{self.domain}") if self.domain else plain
        for spelling in (plain, f"{plain}.{self.domain}", short):
            if spelling in self.table:
                return self.table[spelling]
        return []


def canonical(name: str) -> str:
    return name.strip().rstrip(".").lower()


def asked_as(name: str, domain: str) -> list[str]:
    """The names that name servers are asked for, in order; none for what is no name."""
    try:
        plain = hosts.name_of(name)
    except ValueError:
        return []
    if plain in LOCAL or is_address(plain):
        return []
    longer = f"{plain}.{domain}"
    inside = not domain or plain.endswith(f".{domain}") or len(longer) > 253
    return [plain] if inside else [plain, longer]


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def pick(addresses: list[str], peer: str) -> str | None:
    """The device's address: the peer's if it is one of them, else the only one of the
    peer's family, else the only one; None when that is not known."""
    if peer in addresses:
        return peer
    alike = [one for one in addresses if (":" in one) == (":" in peer)]
    some = alike or addresses
    return some[0] if len(some) == 1 else None


def several(addresses: list[str]) -> bool:
    """Whether a name has two addresses of one family."""
    sixes = sum(":" in one for one in addresses)
    return max(sixes, len(addresses) - sixes) > 1


def relays(met: Iterable[Met], books: dict[int, Book], now: dt.datetime) -> set[Sender]:
    """The peers that pass on lines of others: they had names of several devices at the
    same time, of late. A device that was given a new name is none."""
    spoken: dict[Sender, list[Met]] = {}
    for one in met:
        recent = now - one.last < RECENT and one.events >= LEAST_EVENTS
        if recent and one.peer and canonical(one.name) not in LOCAL:
            spoken.setdefault(one.sender, []).append(one)
    return {
        sender
        for sender, names in spoken.items()
        if len(names) > 1 and passes_on(names, books.get(sender[0], Book()))
    }


def passes_on(names: list[Met], book: Book) -> bool:
    """Whether names of different devices were met at the same time."""
    spans: dict[str, list[dt.datetime]] = {}
    for one in names:
        own = one.peer in book.addresses(one.name)
        span = spans.setdefault("" if own else device(one.name), [one.first, one.last])
        span[:] = min(span[0], one.first), max(span[1], one.last)
    ordered = sorted(spans.values())
    latest = accumulate((last for _, last in ordered), max)
    return any(
        later[0] <= until
        for until, (_, later) in zip(latest, pairwise(ordered), strict=False)
    )


def device(name: str) -> str:
    """`fw1` and `fw1.example.net` are one; addresses are as they are."""
    plain = canonical(name)
    return plain if is_address(plain) else plain.partition(".")[0]
