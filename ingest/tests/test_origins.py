"""Which sensor a journal line belongs to, by all that names its sender."""

from ingest import origins
from ingest.lines import Gathered
from sensors.networks import parse
from sensors.routing import Route, Routes

DEFAULT, FIREWALL, SHIPPER, RELAY = (Route(n, True, "UTC", ()) for n in range(1, 5))
ROUTES = Routes(
    1,
    DEFAULT,
    {6001: FIREWALL},
    ((parse("192.0.2.0/24"), FIREWALL),),
    {"token:7": SHIPPER, "certificate:relay": RELAY},
)


def test_a_claim_comes_before_the_address_and_the_port() -> None:
    gathered = Gathered()
    for port, claim in (
        (6514, "token:7"),
        (6514, "certificate:sha256:00\ncertificate:relay"),
        (6514, "certificate:unknown"),
        (6001, "file:/var/log/x"),
        (6514, ""),
    ):
        gathered.add(0, "192.0.2.9", "tls", port, [b"x"], claim=claim)
    gathered.add(0, "", "file", 0, [b"x"], claim="file:/var/log/x")
    lines, _ = origins.attach(gathered.frame(), ROUTES)
    assert lines["sensor"].to_list() == [3, 4, 2, 2, 2, 1]


def test_the_counts_remember_the_claim() -> None:
    gathered = Gathered()
    gathered.add(0, "192.0.2.9", "http", 8088, [b"x"], claim="token:7")
    found = type(gathered.counted).from_json(gathered.counted.as_json())
    source = found.sources["192.0.2.9"]
    assert ROUTES.find("192.0.2.9", source.port, source.claim) is SHIPPER
