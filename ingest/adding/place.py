"""Where devices reach this machine: its addresses, and the ports that are really
listened on (as `receive` says)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address

import psutil
from django.conf import settings

from ingest import certificates
from ingest import folder as folders
from ingest.adding.snippet import FILE, HTTP, HTTPS, TLS, Way
from ingest.identity import SERVER
from sensors.models import Sensor

NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
KINDS = {HTTPS: HTTP}  # one listener takes both
COMMON = 514  # some devices know no other port


@dataclass(frozen=True)
class Ports:
    """Port numbers by kind of listener; nothing while `receive` is away."""

    known: dict[str, set[int]] = field(default_factory=dict)

    def of(self, transport: str) -> set[int]:
        return self.known.get(KINDS.get(transport, transport), set())


def listening() -> Ports:
    found: dict[str, set[int]] = {}
    for folder in folders.journals(settings.JOURNAL_DIR):
        for name in folders.read_json(folder / folders.RECEIVE).get("listeners", []):
            kind, _, where = str(name).partition(" ")
            port = where.rpartition(":")[2]
            if port.isdecimal():
                found.setdefault(kind, set()).add(int(port))
    return Ports(found)


def ports(sensor: Sensor, ways: Iterable[Way]) -> dict[str, int]:
    """By transport, where something listens."""
    open_ = listening()
    found = {way.transport: port(sensor, way.transport, open_) for way in ways}
    return {name: number for name, number in found.items() if number is not None}


def port(sensor: Sensor, transport: str, ports: Ports) -> int | None:
    """The one to paste; None when nothing listens there."""
    if transport == FILE:
        return 0
    open_ = ports.of(transport)
    if transport == TLS or transport in (HTTP, HTTPS):
        return min(open_, default=None)
    if sensor.port in open_:
        return sensor.port
    others = Sensor.objects.exclude(pk=sensor.pk).exclude(port=None)
    free = open_ - set(others.values_list("port", flat=True))
    usual = [p for p in (COMMON, *settings.SYSLOG_PORTS) if p in free]
    return usual[0] if usual else min(free, default=None)


def addresses(asked: str) -> list[str]:
    """Names and addresses that devices may use, the best guess first. `asked`: by
    which this page was opened."""
    own = [
        one.address
        for found in psutil.net_if_addrs().values()
        for one in found
        if is_reachable(one.address)
    ]
    own.sort(key=lambda text: (":" in text, text))
    names = [*settings.CERTIFICATE_NAMES, *([asked] if is_reachable(asked) else [])]
    return list(dict.fromkeys([*names[-1:], *names, *own])) or [asked]


def is_reachable(text: str) -> bool:
    """Whether other machines may know it: no loopback, no link-local address."""
    try:
        found = ip_address(text)
    except ValueError:
        return NAME.fullmatch(text) is not None and text != "localhost"
    return not (found.is_loopback or found.is_link_local or found.is_unspecified)


def checked(text: str) -> str:
    """An address or name that was typed; ValueError in a sentence."""
    text = text.strip().strip("[]")
    try:
        return str(ip_address(text))
    except ValueError:
        if NAME.fullmatch(text):
            return text
    raise ValueError("Write a name or an address, such as logs.example.com.")


def certified() -> set[str]:
    """The names and addresses of our certificate; none when it cannot be read here."""
    file = settings.CERTIFICATE or settings.TLS_DIR / SERVER
    try:
        return certificates.covered(certificates.read(file))
    except (OSError, ValueError):
        return set()


def is_certified(host: str, known: set[str]) -> bool:
    """Also when nothing is known of the certificate."""
    parent = f"*.{host.partition('.')[2]}".lower()
    return not known or bool({host.lower(), parent} & known)


def peer(host: str, known: set[str]) -> str:
    """The name to compare with: rsyslog (gtls) knows no addresses of certificates."""
    if not is_address(host):
        return host
    names = sorted(name for name in known if not is_address(name))
    others = [name for name in names if name != "localhost"]
    return next(iter(others or names), host)


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
