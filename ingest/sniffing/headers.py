"""IP, UDP and TCP headers, as far as lines of syslog need them. Pure.

Whatever the bytes are, the answer is a packet or None; nothing is raised.
"""

import mmap
import struct
from typing import NamedTuple

IPV4, IPV6 = 0x0800, 0x86DD
TAGS = {0x8100, 0x88A8, 0x9100}
MOST_TAGS = 3
TCP, UDP = 6, 17
FRAGMENT = 44
EXTENSIONS = {0, 43, 60, FRAGMENT}  # hop by hop, routing, destination
MOST_EXTENSIONS = 8
MORE, OFFSET = 0x2000, 0x1FFF

HEAD4 = struct.Struct("!BxHHHxB2x4s4s")
HEAD6 = struct.Struct("!4xHBx16s16s")
PARTS6 = struct.Struct("!BxHI")
SEGMENT = struct.Struct("!HHIxxxxBB")
DATAGRAM = struct.Struct("!HHH")
TAG = struct.Struct("!2xH")

Bytes = bytes | mmap.mmap


class Part(NamedTuple):
    """Which part of a datagram a fragment is."""

    number: int
    offset: int  # bytes
    more: bool


class Packet(NamedTuple):
    """What an IP packet carries, from `start` to `end` of the bytes."""

    src: bytes
    dst: bytes
    carries: int  # TCP or UDP
    start: int
    end: int
    part: Part | None = None


class Segment(NamedTuple):
    sport: int
    dport: int
    seq: int
    flags: int
    start: int


def read(kind: int, data: Bytes, start: int, end: int) -> Packet | None:
    """The IP packet of an Ethernet type, tags before it left out."""
    for _ in range(MOST_TAGS):
        if kind not in TAGS or end - start < TAG.size:
            break
        [kind] = TAG.unpack_from(data, start)
        start += TAG.size
    if kind == IPV4:
        return version4(data, start, end)
    return version6(data, start, end) if kind == IPV6 else None


def version4(data: Bytes, start: int, end: int) -> Packet | None:
    if end - start < HEAD4.size:
        return None
    first, length, number, place, carries, src, dst = HEAD4.unpack_from(data, start)
    size = (first & 15) * 4
    if first >> 4 != 4 or size < HEAD4.size or carries not in {TCP, UDP}:
        return None
    if length:  # else the kernel joined several to more than it can say
        end = min(end, start + length)
    if start + size > end:
        return None
    part = None
    if place & (MORE | OFFSET):
        part = Part(number, (place & OFFSET) * 8, bool(place & MORE))
    return Packet(src, dst, carries, start + size, end, part)


def version6(data: Bytes, start: int, end: int) -> Packet | None:
    if end - start < HEAD6.size or data[start] >> 4 != 6:
        return None
    length, carries, src, dst = HEAD6.unpack_from(data, start)
    start += HEAD6.size
    if length:
        end = min(end, start + length)
    part = None
    for _ in range(MOST_EXTENSIONS):
        if carries not in EXTENSIONS or end - start < PARTS6.size:
            break
        following, place, number = PARTS6.unpack_from(data, start)
        size = 8
        if carries == FRAGMENT:
            part = (
                Part(number, place & 0xFFF8, bool(place & 1))
                if place & 0xFFF9
                else None
            )
        else:
            size = (data[start + 1] + 1) * 8
        start, carries = start + size, following
        if part is not None:
            break  # what follows is whole only when all parts are there
    if carries not in {TCP, UDP} or start > end:
        return None
    return Packet(src, dst, carries, start, end, part)


def datagram(data: Bytes, start: int, end: int) -> tuple[int, int, int] | None:
    """The destination's port, and from where to where the content is."""
    if end - start < 8:
        return None
    _, port, length = DATAGRAM.unpack_from(data, start)
    return port, start + 8, min(end, start + length) if length >= 8 else end


def segment(data: Bytes, start: int, end: int) -> Segment | None:
    if end - start < 20:
        return None
    sport, dport, seq, size, flags = SEGMENT.unpack_from(data, start)
    begin = start + (size >> 4) * 4
    if begin < start + 20 or begin > end:
        return None
    return Segment(sport, dport, seq, flags, begin)
