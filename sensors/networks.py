"""Networks and addresses as people write them, checked; and HOME_NET membership."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")


def private() -> list[str]:
    """The default HOME_NET: RFC 1918 and RFC 4193."""
    return list(PRIVATE)


def parse(text: str) -> Network:
    """An address or a network; ValueError says in one sentence what is wrong."""
    try:
        return ip_network(text.strip())
    except ValueError:
        pass
    try:
        fixed = ip_network(text.strip(), strict=False)
    except ValueError:
        raise ValueError(
            f"{text!r} is neither an address nor a network such as 10.0.0.0/8."
        ) from None
    raise ValueError(f"{text!r} has host bits set; did you mean {fixed}?")


def contains(networks: Iterable[Network], address: str) -> bool:
    """Whether one of the networks holds the address (text, without a zone index)."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return any(ip.version == net.version and ip in net for net in networks)
