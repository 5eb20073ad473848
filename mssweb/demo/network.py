"""Who is in the network: hosts, people, the world outside."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Host:
    name: str
    address: str


FIREWALL = Host("fw-edge", "10.20.0.1")
ASA = Host("asa-core", "10.20.0.2")
WEB = (Host("web-1", "10.20.1.11"), Host("web-2", "10.20.1.12"))
MAIL = Host("mail-1", "10.20.1.25")
SSH = Host("jump-1", "10.20.1.30")
DOMAIN_CONTROLLER = Host("DC-1", "10.20.2.10")
FILES = Host("FILES-1", "10.20.2.20")
MANAGER = Host("ossec-hq", "10.20.2.40")
GATEWAY = Host("ips-1", "10.20.0.3")
DESKS = tuple(Host(f"desk-{n}", f"10.20.8.{100 + n}") for n in range(1, 25))

PEOPLE = (
    "amelie", "bjorn", "chen", "dolores", "emre", "farah", "gustav", "hanna",
    "ines", "joao", "katya", "liam", "mbali", "nils", "oona", "priya",
)  # fmt: skip
GUESSES = ("root", "admin", "oracle", "test", "ubuntu", "postgres", "git", "pi")
PAGES = (
    "/", "/shop", "/shop/cart", "/login", "/api/v2/items?page=3", "/static/app.js",
    "/images/logo.svg", "/search?q=router", "/account", "/blog/2026/release-notes",
)  # fmt: skip
ATTACKS = (
    "/wp-login.php", "/.env", "/phpmyadmin/index.php", "/cgi-bin/test.cgi",
    "/search?q=%27%20OR%201%3D1--", "/?x=%3Cscript%3Ealert(1)%3C/script%3E",
)  # fmt: skip
AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0",
    "curl/8.14.1",
)
SITES = (
    Host("www.example.com", "198.51.100.80"),
    Host("cdn.example.net", "198.51.100.143"),
    Host("updates.example.org", "198.51.100.21"),
    Host("mx.example.net", "198.51.100.25"),
)
PUBLIC = "192.0.2.10"  # what the firewall translates to


def visitor(random: Random) -> str:
    """An address outside, seldom the same."""
    return f"198.51.100.{random.randint(1, 254)}"


def villain(random: Random) -> str:
    """An address outside, often one of the same few."""
    return f"203.0.113.{random.choice((9, 66, 77, 101, 200))}"


def high_port(random: Random) -> int:
    return random.randint(32_768, 60_999)
