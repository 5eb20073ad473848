"""What is pasted: texts with places that are filled in for a sensor. Pure."""

from collections.abc import Container
from dataclasses import dataclass

UDP, TCP, TLS, HTTP, HTTPS, FILE = "udp", "tcp", "tls", "http", "https", "file"
NAMES = {
    UDP: "UDP",
    TCP: "TCP",
    TLS: "TLS",
    HTTP: "HTTP",
    HTTPS: "HTTPS",
    FILE: "This machine",
}
WITH_TOKEN, WITH_CA = {HTTP, HTTPS}, {TLS, HTTPS}
TOKEN = "TOKEN"  # noqa: S105  (until one is made)


@dataclass(frozen=True)
class Way:
    """How a kind of device sends. In the text stand @HOST@, @URLHOST@ (an IPv6 address
    in brackets), @PEER@ (the name that our certificate has to have), @PORT@, @TOKEN@
    and @CA@, the place of the CA on the device."""

    transport: str
    where: str  # the file, the menu or the shell
    text: str
    after: str = ""  # a command, or what to press
    note: str = ""
    ca: str = ""

    @property
    def label(self) -> str:
        return NAMES[self.transport]


@dataclass(frozen=True)
class Kind:
    key: str
    name: str
    ways: tuple[Way, ...]  # the usual one first

    def way(self, transport: str, open_: Container[str] = ()) -> Way:
        """The one that is asked for, else the first that is `open_` (its transport),
        else the usual one."""
        asked = [way for way in self.ways if way.transport == transport]
        usable = [way for way in self.ways if way.transport in open_]
        return (asked or usable or [*self.ways])[0]


def fill(
    text: str,
    host: str,
    port: int | None,
    token: str = TOKEN,
    ca: str = "",
    peer: str = "",
) -> str:
    """`peer`: what to compare the certificate with, where it is not the host. `port`
    None: nothing listens there, so PORT stays."""
    url = f"[{host}]" if ":" in host else host
    values = {"HOST": host, "URLHOST": url, "PEER": peer or host}
    values |= {"PORT": "PORT" if port is None else str(port)}
    values |= {"TOKEN": token, "CA": ca}
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text.strip("\n")
