"""Packets → lines, without a socket: VLANs, fragments, TCP with gaps, our own traffic,
hostile bytes; and which sniffed lines are copies of received ones."""

import asyncio
import datetime as dt
import random
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import origins
from ingest.counters import Counters
from ingest.identity import Identity, Wish
from ingest.intake import Intake
from ingest.journal import Writer
from ingest.lines import Gathered
from ingest.receivers.listener import Limits, Plan, Setup, Sniffing
from ingest.receivers.sniff import Sniff
from ingest.sniffing import claims
from ingest.sniffing.claims import Arrival
from ingest.sniffing.copies import NEAR, Copies
from ingest.sniffing.wire import Group, Own, Wire
from ingest.tests.packets import IPV4, IPV6, ONE, TWO, fragments, ipv4, ipv6, tcp, udp
from sensors.routing import Route, Routes

SECOND = 1_000_000


def wire(**own: frozenset[bytes] | frozenset[int]) -> Wire:
    return Wire(frozenset({514}), 2_000, Own(**own))  # type: ignore[arg-type]


def give(found: Wire, *packets: bytes, kind: int = IPV4) -> list[bytes]:
    for number, packet in enumerate(packets):
        found.take(number, kind, packet, 0, len(packet))
    return [line for group in found.harvest() for line in group.lines]


def stream(found: Wire, *parts: tuple[int, bytes]) -> list[bytes]:
    return give(found, *(ipv4(tcp(content, seq), 6) for seq, content in parts))


def reasons(found: Wire) -> dict[str, int]:
    return {reason: count for (_, reason), count in found.rejected.items()}


@pytest.mark.parametrize(
    ("kind", "packet"),
    [
        (IPV4, ipv4(udp(b"<13>x\n"))),
        (IPV6, ipv6(udp(b"<13>x"))),
        (IPV6, ipv6(bytes([17, 0, 0, 0, 0, 0, 0, 0]) + udp(b"<13>x"), 60)),
        (0x8100, b"\0\x05\x08\0" + ipv4(udp(b"<13>x"))),
        (0x88A8, b"\0\x05\x81\0\0\x06\x86\xdd" + ipv6(udp(b"<13>x"))),
        (IPV4, ipv4(udp(b"<13>x")) + b"padding"),
    ],
)
def test_a_datagram_is_found_in_whatever_carries_it(kind: int, packet: bytes) -> None:
    assert give(wire(), packet, kind=kind) == [b"<13>x"]


def test_other_ports_and_protocols_are_left_alone() -> None:
    others = [ipv4(udp(b"<13>x", 53)), ipv4(b"\x08\0", 1), ipv4(tcp(b"x", port=80), 6)]
    assert give(wire(), *others) == []


def test_what_we_receive_or_send_ourselves_is_left_alone() -> None:
    us, port = frozenset({ip_address(TWO).packed}), frozenset({514})
    packet = ipv4(udp(b"<13>x"))
    assert give(wire(addresses=us, ports=port), packet) == []
    assert give(wire(addresses=us), packet) == [b"<13>x"]  # not our port
    assert give(wire(ports=port), packet) == [b"<13>x"]  # not our address
    ours = ipv4(udp(b"<13>x"), src=TWO, dst=ONE)
    assert give(wire(addresses=us), ours) == []


def test_a_long_line_is_cut_and_an_empty_one_counted() -> None:
    found = wire()
    for packet in (ipv4(udp(b"x" * 5_000)), ipv4(udp(b"\n"))):
        found.take(0, IPV4, packet, 0, len(packet))
    [group] = found.harvest()
    assert (len(group.lines[0]), group.cuts) == (2_000, [(0, 5_000)])
    assert (group.peer, group.transport) == (ONE, "sniff-udp")
    assert reasons(found) == {"empty": 1}


def test_fragments_in_any_order_are_one_datagram() -> None:
    line = b"<13>" + bytes(range(65, 91)) * 50
    parts = fragments(udp(line), 400, 800)
    assert give(wire(), *reversed(parts)) == [line]
    assert give(wire(), *parts, parts[1]) == [line]


def test_fragments_that_stay_alone_are_counted_and_overlaps_refused() -> None:
    found = wire()
    first, *_ = fragments(udp(b"x" * 1_000), 400)
    give(found, first)
    found.sweep(6 * SECOND)
    assert reasons(found) == {"fragments_missing": 1}
    payload = udp(b"x" * 1_000)
    overlap = [
        ipv4(payload[:400], place=0x2000),
        ipv4(payload[392:], place=392 // 8),
    ]
    assert give(wire(), *overlap) == []


def test_a_connection_is_read_whatever_order_its_segments_come_in() -> None:
    sent = b"".join(b"<13>line %d\n" % number for number in range(200))
    start = 2**32 - 700  # sequence numbers begin again at 0
    parts = [(start + 1 + at, sent[at : at + 97]) for at in range(0, len(sent), 97)]
    shuffled = random.Random(1).sample(parts, len(parts))  # noqa: S311
    found = wire()
    lines = give(found, ipv4(tcp(b"", start, 2), 6)) + stream(found, *shuffled, *parts)
    assert lines == sent.splitlines()
    assert not found.rejected


def test_after_a_gap_reading_goes_on_at_the_next_line() -> None:
    found = wire()
    lines = stream(found, (0, b"<13>one\n<13>tw"), (20, b"ee\n<13>four\n"))
    assert lines == [b"<13>one"]
    found.sweep(3 * SECOND)
    [cut] = found.groups[0].cuts
    assert [line for group in found.harvest() for line in group.lines] == [
        b"<13>tw",
        b"<13>four",
    ]
    assert cut == (0, 6 + 6)
    assert (reasons(found), found.missing) == ({"tcp_gap": 1}, 6)


def test_after_a_gap_counted_frames_go_on_at_the_next_length() -> None:
    found = wire()
    text = b"9 <13>a\nb\nc9 <13>d\ne\nf"
    assert stream(found, (0, text), (40, b"b\nxy5 <13>z")) == [
        b"<13>a\nb\nc",
        b"<13>d\ne\nf",
    ]
    found.sweep(3 * SECOND)
    assert [line for one in found.harvest() for line in one.lines] == [b"<13>z"]


def test_a_connection_met_in_its_middle_begins_at_a_frame() -> None:
    assert stream(wire(), (5, b"rest\n<13>x\n")) == [b"<13>x"]
    assert stream(wire(), (5, b"<13>x\n")) == [b"<13>x"]


def test_the_last_line_needs_no_end_and_tls_is_not_read() -> None:
    begin, end = (ipv4(tcp(b"", seq, flags), 6) for seq, flags in ((9, 2), (15, 17)))
    found = wire()
    assert give(found, begin) + stream(found, (10, b"<13>x")) == []
    assert give(found, end) == [b"<13>x"]
    late = wire()
    assert give(late, begin) + stream(late, (13, b">x")) + give(late, end) == []
    assert stream(late, (10, b"<13")) == [b"<13>x"]
    secret = wire()
    assert stream(secret, (0, b"\x16\x03\x01\0\x05hello\n<13>x\n")) == []
    assert reasons(secret) == {"tls_on_plain_port": 1}


def test_what_is_given_up_for_want_of_room_stays_its_senders(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ingest.sniffing.streams.MOST", 1)
    found = wire()
    for number, src in enumerate((ONE, TWO)):
        packet = ipv4(tcp(b"<13>begun"), 6, src=src)
        found.take(number, IPV4, packet, 0, len(packet))
    found.sweep(2)
    [group] = found.harvest()
    assert (group.peer, group.lines) == (ONE, [b"<13>begun"])


def test_a_forged_segment_far_away_stops_no_connection() -> None:
    lines = stream(
        wire(),
        (0, b"<13>a\n"),
        (2**31, b"<13>forged\n"),
        (6, b"<13>b\n"),
        (12, b"<13>c\n"),
    )
    assert lines == [b"<13>a", b"<13>b", b"<13>c"]


PIECES = st.sampled_from(
    [ipv4(udp(b"<13>x")), ipv6(udp(b"<13>x"), 60), *fragments(udp(b"y" * 99), 48)]
    + [
        ipv4(tcp(b"<13>z\n", seq, flags), 6)
        for seq in (0, 9, 2**31)
        for flags in (2, 16, 17)
    ]
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([IPV4, IPV6, 0x8100]),
            PIECES | st.binary(max_size=90),
            st.integers(0, 90),
            st.binary(max_size=4),
        ),
        max_size=25,
    )
)
@settings(max_examples=300, deadline=None)
def test_no_bytes_stop_it(packets: list[tuple[int, bytes, int, bytes]]) -> None:
    found = wire()
    for number, (kind, packet, at, change) in enumerate(packets):
        data = packet[:at] + change + packet[at + len(change) :]
        found.take(number * SECOND, kind, data, 0, len(data))
        found.sweep(number * SECOND)
    found.end(0)
    assert all(line for group in found.harvest() for line in group.lines)
    assert (found.streams.size, found.streams.open) == (0, {})


NOW = int(dt.datetime(2026, 11, 24, tzinfo=dt.UTC).timestamp()) * SECOND


class Received:
    """A journal of received lines beside that of the sniffed ones."""

    def __init__(self, root: Path) -> None:
        self.writer = Writer(root / "0", 1 << 30)
        self.copies = Copies(root / "sniff")

    def add(self, line: bytes, at: int, claim: str = "") -> None:
        gathered = Gathered()
        gathered.add(NOW + at, ONE, "udp", 5514, [line], claim=claim)
        self.writer.append(gathered.frame(), Counters())
        self.copies.look()

    def match(self, *sniffed: tuple[bytes, int]) -> list[int]:
        lines, times = zip(*sniffed, strict=True)
        return sorted(self.copies.match(list(lines), [NOW + at for at in times]))


def test_a_line_that_was_received_as_well_is_a_copy(tmp_path: Path) -> None:
    received = Received(tmp_path)
    received.add(b"a", 0)
    assert received.match((b"b", 0), (b"a", NEAR)) == [1]


def test_one_received_line_makes_one_copy(tmp_path: Path) -> None:
    received = Received(tmp_path)
    received.add(b"a", 0)
    assert received.match((b"a", -5), (b"a", 5)) == [0]
    assert received.match((b"a", 6)) == []
    for at in (7, 8):
        received.add(b"a", at)
    assert received.match((b"a", 7), (b"a", 8), (b"a", 9)) == [0, 1]


def test_the_same_words_later_are_another_line(tmp_path: Path) -> None:
    received = Received(tmp_path)
    received.add(b"a", 0)
    assert received.match((b"a", -NEAR - 1)) == []
    assert received.match((b"a", NEAR + 1)) == []


def test_what_was_received_before_it_began_is_no_matter(tmp_path: Path) -> None:
    Received(tmp_path).add(b"a", 0)
    copies = Copies(tmp_path / "sniff")
    copies.look()
    assert copies.match([b"a"], [NOW]) == {}


ON, OFF = Route(1, True, "UTC", (), domain=1), Route(2, False, "UTC", (), domain=1)
FOREIGN = Route(3, True, "UTC", (), domain=2)


@pytest.mark.asyncio
async def test_a_stop_loses_no_line_that_is_looked_up(tmp_path: Path) -> None:
    intake = Intake(Writer(tmp_path / "sniff", 1 << 30))
    sniffing = Sniffing((), (514,))
    plan = Plan("", (), Limits(2_000, 0, 0, 0, 0), sniffing=sniffing)
    sniff = Sniff(sniffing, Setup(plan, intake, Identity(Wish(tmp_path / "tls"))))
    sniff.held.append((0.0, "seen", Group(NOW, ONE, "sniff-udp", [b"a"], size=1)))
    turn = asyncio.create_task(sniff.turn())
    await asyncio.sleep(0)
    turn.cancel()
    sniff.close()
    assert intake.gathered.lines == [b"a"]


def test_a_sniffed_line_is_of_its_source_else_of_the_interface() -> None:
    sources = ((ip_network(TWO), FOREIGN),)
    routes = Routes(1, OFF, {514: OFF}, sources, interfaces={"eth1": ON})
    seen, elsewhere = claims.written("eth1"), claims.written("eth2")
    found = [routes.find(TWO, 0, seen), routes.find(ONE, 0, seen)]
    assert [*found, routes.find(ONE, 0, elsewhere)] == [FOREIGN, ON, OFF]


def routed(*received: Arrival | None) -> list[dict[str, int]]:
    routes = Routes(1, OFF, {7: ON, 8: OFF, 9: FOREIGN}, (), interfaces={"eth1": ON})
    gathered = Gathered()
    for arrival in received:
        claim = claims.written("eth1", arrival)
        gathered.add(NOW, TWO, "sniff-udp", 0, [b"<13>x"], claim=claim)
    attached, _ = origins.attach(gathered.frame(), routes)
    return origins.tallies(attached).drop("seen", "source").to_dicts()


def test_a_copy_is_counted_and_not_stored() -> None:
    [found] = routed(None, Arrival(ONE, 7))
    assert found == {"sensor": 1, "stored": 1, "ignored": 0, "duplicate": 1}


def test_it_is_stored_where_the_received_one_cannot_be_seen() -> None:
    [found] = routed(Arrival(ONE, 8), Arrival(ONE, 9))
    assert (found["stored"], found["duplicate"]) == (2, 0)


def test_claims_of_the_received_line_come_through() -> None:
    arrival = Arrival(ONE, 7, "certificate:a\ncertificate:b")
    assert claims.received(claims.written("eth1", arrival)) == arrival
    assert claims.received("certificate:received:1 2") is None
