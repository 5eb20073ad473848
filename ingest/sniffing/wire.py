"""Packets of one interface → lines, by sender. Pure: bytes and times in, groups out."""

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address

from ingest.framing import END
from ingest.sniffing import headers
from ingest.sniffing.fragments import Fragments
from ingest.sniffing.headers import TCP, UDP, Bytes, Packet
from ingest.sniffing.streams import Found, Streams

TOGETHER = 10_000  # microseconds: lines of a sender in it share the time of the first


@dataclass
class Group:
    """Lines of one sender, in order; `at` in microseconds since 1970."""

    at: int
    peer: str
    transport: str
    lines: list[bytes] = field(default_factory=list)
    cuts: list[tuple[int, int]] = field(default_factory=list)
    size: int = 0


@dataclass
class Own:
    """What this machine receives or sends itself: not to be sniffed."""

    addresses: frozenset[bytes] = frozenset()
    ports: frozenset[int] = frozenset()  # that we listen on


class Wire:
    def __init__(self, ports: frozenset[int], limit: int, own: Own) -> None:
        self.ports, self.limit, self.own = ports, limit, own
        self.fragments = Fragments()
        self.streams = Streams(limit)
        self.groups: list[Group] = []
        self.latest: dict[tuple[bytes, str], Group] = {}
        self.rejected: Counter[tuple[str, str]] = Counter()  # peer, reason
        self.packets = self.missing = 0

    def take(self, at: int, kind: int, data: Bytes, start: int, end: int) -> None:
        """A packet from its network header on; `kind` is its Ethernet type."""
        self.packets += 1
        packet = headers.read(kind, data, start, end)
        if packet is None or packet.src in self.own.addresses:
            return
        if packet.part is None:
            self.content(at, packet, data)
            return
        part = bytes(data[packet.start : packet.end])
        whole = self.fragments.add(at, packet, part, self.wanted(packet, part))
        if whole is not None:
            joined = packet._replace(start=0, end=len(whole), part=None)
            self.content(at, joined, whole)

    def wanted(self, packet: Packet, part: bytes) -> bool:
        return len(part) >= 4 and self.ours(packet.dst, int.from_bytes(part[2:4]))

    def ours(self, dst: bytes, port: int) -> bool:
        """Whether syslog to there is sniffed."""
        own = self.own
        return port in self.ports and not (port in own.ports and dst in own.addresses)

    def content(self, at: int, packet: Packet, data: Bytes) -> None:
        if packet.carries == UDP:
            self.datagram(at, packet, data)
        elif packet.carries == TCP:
            self.segment(at, packet, data)

    def datagram(self, at: int, packet: Packet, data: Bytes) -> None:
        found = headers.datagram(data, packet.start, packet.end)
        if found is None or not self.ours(packet.dst, found[0]):
            return
        _, start, end = found
        line = bytes(data[start : min(end, start + self.limit)]).rstrip(END)
        if not line:
            self.rejected[address(packet.src), "empty"] += 1
            return
        group = self.group(at, packet.src, "sniff-udp")
        if end - start > self.limit:
            group.cuts.append((len(group.lines), end - start))
        group.lines.append(line)
        group.size += end - start

    def segment(self, at: int, packet: Packet, data: Bytes) -> None:
        found = headers.segment(data, packet.start, packet.end)
        if found is None or not self.ours(packet.dst, found.dport):
            return
        key = packet.src, packet.dst, found.sport, found.dport
        content = bytes(data[found.start : packet.end])
        self.add(at, packet.src, self.streams.take(at, key, found, content))

    def add(self, at: int, src: bytes, found: Found) -> None:
        """What a stream gave."""
        self.missing += found.missing
        counts = {
            "empty": found.frames.empty,
            "tcp_gap": found.gaps,
            "tls_on_plain_port": int(found.tls),
        }
        for reason, count in counts.items():
            if count:
                self.rejected[address(src), reason] += count
        if not found.frames.lines:
            return
        group = self.group(at, src, "sniff-tcp")
        rows = len(group.lines)
        group.cuts += [(rows + row, length) for row, length in found.frames.cuts]
        group.lines += found.frames.lines
        group.size += sum(map(len, found.frames.lines))

    def group(self, at: int, src: bytes, transport: str) -> Group:
        latest = self.latest.get((src, transport))
        if latest is None or not 0 <= at - latest.at < TOGETHER:
            latest = Group(at, address(src), transport)
            self.latest[src, transport] = latest
            self.groups.append(latest)
        return latest

    def sweep(self, now: int) -> None:
        """Called now and then, for what waits too long; microseconds."""
        self.fragments.sweep(now)
        for src in self.fragments.lost:
            self.rejected[address(src), "fragments_missing"] += 1
        self.fragments.lost.clear()
        for (src, *_), found in self.streams.sweep(now):
            self.add(now, src, found)

    def end(self, now: int) -> None:
        for (src, *_), found in self.streams.end():
            self.add(now, src, found)

    def harvest(self) -> list[Group]:
        """The groups since the last call, by time."""
        found, self.groups, self.latest = self.groups, [], {}
        return found


@lru_cache(maxsize=65_536)
def address(packed: bytes) -> str:
    """As listeners write it (`ingest/receivers/listener.py`)."""
    found = ip_address(packed)
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)
