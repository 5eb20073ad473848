"""Packets as they stand on a wire, from the network header on, for tests."""

import struct
from ipaddress import ip_address

IPV4, IPV6 = 0x0800, 0x86DD
ONE, TWO = "192.0.2.1", "192.0.2.2"


def udp(content: bytes, port: int = 514) -> bytes:
    return struct.pack("!4H", 40_000, port, 8 + len(content), 0) + content


def tcp(content: bytes, seq: int = 0, flags: int = 0x18, port: int = 514) -> bytes:
    head = struct.pack("!HHIIBBHHH", 40_000, port, seq % 2**32, 0, 80, flags, 0, 0, 0)
    return head + content


def ipv4(
    carried: bytes,
    kind: int = 17,
    src: str = ONE,
    dst: str = TWO,
    place: int = 0,
    number: int = 7,
) -> bytes:
    """`place` has the flags and the offset of a fragment."""
    ends = ip_address(src).packed + ip_address(dst).packed
    length = 20 + len(carried)
    head = struct.pack("!BBHHHBBH", 0x45, 0, length, number, place, 64, kind, 0)
    return head + ends + carried


def ipv6(carried: bytes, kind: int = 17) -> bytes:
    ends = ip_address("2001:db8::1").packed + ip_address("2001:db8::2").packed
    return struct.pack("!IHBB", 6 << 28, len(carried), kind, 64) + ends + carried


def fragments(carried: bytes, *at: int) -> list[bytes]:
    """IPv4 fragments, divided at these multiples of eight."""
    edges = [0, *at, len(carried)]
    return [
        ipv4(carried[one:two], place=one // 8 | (0x2000 if two < len(carried) else 0))
        for one, two in zip(edges, edges[1:], strict=False)
    ]
