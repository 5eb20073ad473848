"""Which sensor a line belongs to: its claim's, else its peer's source, else the port's,
else the default.

A *claim* is what names a sender besides its address: `token:7`, the number of a sender
token, `certificate:NAME` for each name of a client certificate, `file:PATH`. A line
that was sniffed says `interface:NAME`: the sensor that alone monitors that interface
stands in the place of the port's. Read by ingest once per configuration version, then
asked per unique sender.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from ipaddress import ip_address

from django.db.models import F

from sensors import networks
from sensors.models import ConfigVersion, SenderToken, Sensor, Source
from sensors.networks import Network

INTERFACE = "interface:"  # begins the claim of a line that was sniffed


@dataclass(frozen=True)
class Route:
    """What ingest has to know of a line's sensor."""

    sensor: int
    enabled: bool
    zone: str
    home_net: tuple[Network, ...]
    zone_from: str = "sensor"  # or "source": whose zone it is
    domain: int = 0


@dataclass(frozen=True)
class Routes:
    version: int
    default: Route
    ports: dict[int, Route]
    sources: tuple[tuple[Network, Route], ...]  # longest prefix first
    claims: dict[str, Route] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)  # digest → number
    interfaces: dict[str, Route] = field(default_factory=dict)

    def find(self, peer: str, port: int, claim: str = "") -> Route:
        """The route of a peer's address (text; empty for files), the listening port and
        its claims, a line each."""
        for one in claim.splitlines():
            if one in self.claims:
                return self.claims[one]
        seen = claim.partition("\n")[0].removeprefix(INTERFACE)
        if claim.startswith(INTERFACE):
            return self.by_address(peer, self.interfaces.get(seen, self.default))
        return self.by_address(peer, self.ports.get(port, self.default))

    def by_address(self, peer: str, otherwise: Route) -> Route:
        try:
            address = ip_address(peer)
        except ValueError:
            return otherwise
        for network, route in self.sources:
            if address.version == network.version and address in network:
                return route
        return otherwise


def version() -> int:
    """The number of the configuration in force; one cheap query."""
    row = ConfigVersion.objects.values_list("number", flat=True).first()
    return row or 0


def bump() -> None:
    """Called by everything that changes sensors, sources or destinations."""
    if not ConfigVersion.objects.update(number=F("number") + 1):
        ConfigVersion.objects.create(pk=1, number=1)


def lock() -> None:
    """Nobody else changes the configuration until the end of the transaction."""
    ConfigVersion.objects.get_or_create(pk=1)
    ConfigVersion.objects.select_for_update().get(pk=1)


def load() -> Routes:
    number = version()
    sensors = list(Sensor.objects.all())
    routes = {sensor.pk: route_of(sensor) for sensor in sensors}
    default = Sensor.objects.get(is_default=True)
    named = [(s, with_zone(routes[s.sensor_id], s)) for s in Source.objects.all()]
    sources = [(networks.parse(s.network), route) for s, route in named if s.network]
    sources.sort(key=lambda pair: -pair[0].prefixlen)
    tokens = list(SenderToken.objects.all())
    claims = {f"certificate:{s.certificate}": r for s, r in named if s.certificate}
    claims |= {token.claim: routes[token.sensor_id] for token in tokens}
    ports = {
        sensor.port: routes[sensor.pk]
        for sensor in Sensor.objects.exclude(port=None)
        if sensor.port
    }
    accepted = {token.digest: token.pk for token in tokens if token.revoked is None}
    known = tuple(sources), claims, accepted, monitored(sensors, routes)
    return Routes(number, routes[default.pk], ports, *known)


def monitored(sensors: list[Sensor], routes: dict[int, Route]) -> dict[str, Route]:
    """Per interface the sensor that alone names it."""
    times = Counter(sensor.interface for sensor in sensors)
    return {
        sensor.interface: routes[sensor.pk]
        for sensor in sensors
        if sensor.interface and times[sensor.interface] == 1
    }


def route_of(sensor: Sensor) -> Route:
    home = tuple(networks.parse(text) for text in sensor.home_net)
    enabled, domain = sensor.log_management, sensor.domain_id
    return Route(sensor.pk, enabled, sensor.zone, home, domain=domain)


def with_zone(route: Route, source: Source) -> Route:
    if not source.zone:
        return route
    return replace(route, zone=source.zone, zone_from="source")
