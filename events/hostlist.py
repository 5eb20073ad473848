"""The host names of the Hosts page: what came, what it means, what to do about it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import timezone

from events import hostbook, hosts
from events.hosts import Book, Met, Sender
from events.models import HostAnswer
from events.terms import term

UNKNOWN, SEVERAL, NOWHERE, WAITING, KNOWN = range(5)  # as they are ordered


@dataclass
class Host:
    """A name at a sensor, from all of its peers."""

    sensor: int
    name: str
    state: int = KNOWN
    addresses: list[str] = field(default_factory=list)
    how: str = ""  # a sentence
    peers: list[tuple[str, bool]] = field(default_factory=list)  # is it a relay
    events: int = 0
    first: dt.datetime | None = None
    last: dt.datetime | None = None

    @property
    def query(self) -> str:
        """What finds its events."""
        return term("host", self.name) or ""

    @property
    def is_trouble(self) -> bool:
        return self.state < WAITING

    @property
    def is_unsure(self) -> bool:
        """It is not known which address the device has."""
        return self.state in {UNKNOWN, SEVERAL}

    @property
    def suggested(self) -> str:
        """The address that one takes it to have: the only peer's, if it is no relay."""
        direct = [peer for peer, is_relay in self.peers if peer and not is_relay]
        return direct[0] if len(self.peers) == len(direct) == 1 else ""


def rows(scope: Iterable[int], wanted: str = "") -> list[Host]:
    """Those whose name, address or peer has the text in it, what needs help first."""
    some = list(scope)
    met, books = hostbook.met(some), hostbook.books(some)
    relays = hosts.relays(met, books, timezone.now())
    found: dict[tuple[int, str], Host] = {}
    for one in met:
        key = one.sensor, hosts.canonical(one.name)
        add(found.setdefault(key, Host(*key)), one, relays)
    answers = {
        (a.sensor, a.name): a for a in HostAnswer.objects.filter(sensor__in=some)
    }
    for key, host in found.items():
        judge(host, books.get(host.sensor, Book()), answers.get(key))
    shown = (host for host in found.values() if holds(host, wanted.strip().lower()))
    return sorted(shown, key=lambda host: (host.state, -host.events, host.name))


def add(host: Host, one: Met, relays: set[Sender]) -> None:
    host.events += one.events
    host.first = min(host.first or one.first, one.first)
    host.last = max(host.last or one.last, one.last)
    peer = one.peer, one.sender in relays
    if peer not in host.peers:
        host.peers.append(peer)


def judge(host: Host, book: Book, answer: HostAnswer | None) -> None:
    """Fills in what the name means, and whether that says where the device is."""
    listed = book.listed(host.name)
    host.addresses = book.addresses(host.name)
    peers = [peer for peer, _ in host.peers]
    if hosts.is_address(host.name):
        host.how = "It is an address."
    elif host.name in hosts.LOCAL:
        host.how = "Every machine calls itself so."
    elif hosts.several(host.addresses) and not set(peers) <= set(host.addresses):
        host.state, host.how = SEVERAL, "It has several addresses; which one is it?"
    elif listed:
        host.how = "By the host table."
    elif host.addresses and answer:
        host.how = f"As {answer.asked_for or host.name}, by the name servers."
    elif answer is None:
        host.state, host.how = WAITING, "It will be looked up soon."
    else:
        is_relayed = any(is_relay for _, is_relay in host.peers)
        host.state = UNKNOWN if is_relayed else NOWHERE
        own = "" if is_relayed else " Its lines come from the address beside."
        host.how = answer.why + own


def holds(host: Host, wanted: str) -> bool:
    texts = [host.name, *host.addresses, *(peer for peer, _ in host.peers)]
    return any(wanted in text for text in texts)
