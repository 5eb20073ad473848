"""Networks and addresses as people write them, checked; and HOME_NET membership."""

import re
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import (
    IPv4Network,
    IPv6Network,
    ip_address,
    ip_network,
    summarize_address_range,
)

Network = IPv4Network | IPv6Network

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
MAPPED = ip_network("::ffff:0:0/96")
ZONE = re.compile(r"%[^/]*")
STARS = re.compile(r"(\d{1,3})\.(\d{1,3}|\*)\.(\d{1,3}|\*)\.\*")


def private() -> list[str]:
    """The default HOME_NET: RFC 1918 and RFC 4193."""
    return list(PRIVATE)


def parse(text: str) -> Network:
    """An address or a network; ValueError says in one sentence what is wrong.

    An IPv4 network written inside IPv6 (`::ffff:10.0.0.0/104`) becomes the IPv4 one,
    because peers are known by their canonical address.
    """
    text = text.strip()
    plain = ZONE.sub("", text)  # PostgreSQL knows no interfaces: fe80::1%eth0
    with suppress(ValueError):
        if plain == text:
            return unmapped(ip_network(text))
    found = meant(plain)
    if found is None:
        raise ValueError(
            f"{text!r} is neither an address nor a network such as 10.0.0.0/8."
        )
    raise ValueError(f"{text!r} {why(text)}; did you mean {shown(str(found))}?")


def why(text: str) -> str:
    """What is wrong with a text of which one can guess what was meant."""
    if "%" in text:
        return "names an interface"
    return "has host bits set" if "/" in text else "is not a network"


def unmapped(network: Network) -> Network:
    if isinstance(network, IPv4Network) or not network.subnet_of(MAPPED):  # type: ignore[arg-type]
        return network
    low = int(network.network_address) & 0xFFFFFFFF
    return IPv4Network((low, network.prefixlen - 96))


def meant(text: str) -> Network | None:
    """The network that was probably meant: host bits cleared, a range, or stars."""
    try:
        return unmapped(ip_network(text, strict=False))
    except ValueError:
        pass
    if STARS.fullmatch(text):
        return of_stars(text)
    first, dash, last = (part.strip() for part in text.partition("-"))
    return of_range(first, last) if dash else None


def of_stars(text: str) -> Network | None:
    """`192.168.1.*` is 192.168.1.0/24; no number may follow a star."""
    known = text.rstrip(".*").split(".")
    if "*" in known:
        return None
    filled = ".".join(known + ["0"] * (4 - len(known)))
    try:
        return ip_network(f"{filled}/{8 * len(known)}")
    except ValueError:
        return None


def of_range(first: str, last: str) -> Network | None:
    """The network that is exactly `first`–`last`, if there is one."""
    try:
        low, high = ip_address(first), ip_address(last)
        # Both of one version, else TypeError.
        found = list(summarize_address_range(low, high))
    except (ValueError, TypeError):
        return None
    return ip_network(str(found[0])) if len(found) == 1 else None


def shown(text: str) -> str:
    """A network as people read it: a single address without its prefix length."""
    single = "/128" if ":" in text else "/32"
    return text.removesuffix(single)


def contains(networks: Iterable[Network], address: str) -> bool:
    """Whether one of the networks holds the address (text, without a zone index)."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return any(ip.version == net.version and ip in net for net in networks)


def overlap(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)
