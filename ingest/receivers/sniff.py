"""Syslog that travels elsewhere, read from interfaces (`ingest/sniffing/`).

Lines are held back for a moment, until it is known whether they were received as well
(`ingest/sniffing/copies.py`); copies go into the journal with that mark, and ingest
counts them. An interface that is missing or down is waited for.
"""

import asyncio
import contextlib
import socket
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil

from ingest import folder as folders
from ingest.intake import State
from ingest.receivers.listener import Listener, PortError, Setup, Sniffing
from ingest.sniffing import bpf, claims
from ingest.sniffing.claims import Arrival
from ingest.sniffing.copies import LATE, NEAR, Copies
from ingest.sniffing.tap import Tap
from ingest.sniffing.wire import Group, Own, Wire

AT_ONCE = 4  # blocks of the ring before others have their turn
TURN_SECONDS = 0.25
HOLD_SECONDS = (NEAR + LATE) / 1e6
MOST_HELD = 128 << 20  # bytes; then the ring has to keep them
OLDEST = 60_000_000  # microseconds that packets wait at most while they are read
OWN_SECONDS = 5.0  # between two looks at our own addresses
NO_RIGHT = (
    "packets cannot be read without CAP_NET_RAW: set AmbientCapabilities=CAP_NET_RAW "
    "in the systemd unit, or start it with `sudo setpriv --reuid=$USER --init-groups "
    "--inh-caps=+net_raw --ambient-caps=+net_raw script/server`"
)


class Sniff:
    def __init__(self, plan: Sniffing, setup: Setup) -> None:
        self.plan, self.intake = plan, setup.intake
        self.name = (
            f"sniffed {', '.join(plan.interfaces)}: {', '.join(map(str, plan.ports))}"
        )
        self.folder = setup.intake.writer.folder
        self.own, self.own_at = Own(), 0.0
        limit = setup.plan.limits.line_bytes
        ports = frozenset(plan.ports)
        self.taps = [
            Tap(name, Wire(ports, limit, self.own)) for name in plan.interfaces
        ]
        self.loop = asyncio.get_running_loop()
        self.reading = True
        self.held: deque[tuple[float, str, Group]] = deque()
        self.held_bytes = 0
        self.in_hand: list[tuple[str, Group]] = []  # of the turn under way
        self.found: dict[int, Arrival] | None = None  # which of these are copies
        self.turned_at = 0  # microseconds
        self.learn(time.monotonic())
        self.arrange()
        self.copies = Copies(self.folder)
        self.pool = ThreadPoolExecutor(1, "copies")
        self.task = self.loop.create_task(self.run())

    def learn(self, now: float) -> None:
        """Our own addresses, and the ports that we listen on."""
        if now - self.own_at < OWN_SECONDS and self.own_at:
            return
        self.own_at = now
        told = folders.read_json(self.folder.parent / "ports.json").get("ports", [])
        ports = frozenset(self.plan.listening) | {p for p in told if isinstance(p, int)}
        found = own_addresses(), ports
        if found == (self.own.addresses, self.own.ports):
            return
        self.own.addresses, self.own.ports = found
        for tap in self.taps:
            if tap.ring is not None:
                tap.ring.filter(self.code())

    def code(self) -> bytes:
        return bpf.program(self.plan.ports, self.own.addresses, self.own.ports)

    def arrange(self) -> None:
        """Opens what is missing, closes what is gone."""
        for tap in self.taps:
            if tap.lost():
                self.leave(tap)
            try:
                opened = tap.ring is None and tap.open(self.code())
            except PermissionError:
                raise PortError(NO_RIGHT) from None
            if opened:
                self.follow_ring(tap)
            tap.look()

    def follow_ring(self, tap: Tap) -> None:
        if tap.ring is not None and self.reading:
            self.loop.add_reader(tap.ring.sock, self.read, tap)

    def leave(self, tap: Tap) -> None:
        if tap.ring is not None:
            self.loop.remove_reader(tap.ring.sock)
            self.count(tap)
            tap.ring.close()
            tap.ring = None

    def read(self, tap: Tap) -> bool:
        """Some of what waits; False when nothing more does."""
        ring, more = tap.ring, True
        for _ in range(AT_ONCE):
            more = ring is not None and ring.read(tap.wire.take)
            if not more:
                break
        return more

    async def run(self) -> None:
        while True:
            await asyncio.sleep(TURN_SECONDS)
            await self.turn()

    async def turn(self) -> None:
        self.harvest()
        self.in_hand = self.due(time.monotonic())
        await self.loop.run_in_executor(self.pool, self.match)
        self.deliver()
        self.settle()

    def harvest(self) -> None:
        """Takes the lines from the wires, to be held."""
        now = self.turned_at = time.time_ns() // 1_000
        until = time.monotonic() + HOLD_SECONDS
        fresh = []
        for tap in self.taps:
            tap.wire.sweep(now)
            fresh += [(until, tap.name, group) for group in tap.wire.harvest()]
            for (peer, reason), count in tap.wire.rejected.items():
                self.intake.reject(peer, reason, count)
            tap.wire.rejected.clear()
        fresh.sort(key=lambda each: each[2].at)
        self.held += fresh
        self.held_bytes += sum(group.size for *_, group in fresh)

    def due(self, now: float) -> list[tuple[str, Group]]:
        found = []
        while self.held and self.held[0][0] <= now:
            _, interface, group = self.held.popleft()
            self.held_bytes -= group.size
            found.append((interface, group))
        return found

    def match(self) -> None:
        """Which of all lines in hand are copies, by their number."""
        self.copies.look()
        lines = [line for _, group in self.in_hand for line in group.lines]
        times = [group.at for _, group in self.in_hand for _ in group.lines]
        self.found = self.copies.match(lines, times) if lines else {}
        if self.reading:  # else packets may wait that are older than any line here
            held = self.held[0][2].at if self.held else self.turned_at
            self.copies.forget(min(held, self.turned_at) - OLDEST)

    def deliver(self) -> None:
        """What is in hand goes into the journal. A stop may come at any moment: it is
        in hand until it is there, and known to be copies once it was matched."""
        due, found, first = self.in_hand, self.found or {}, 0
        self.in_hand, self.found = [], None
        for interface, group in due:
            count = len(group.lines)
            rows = range(first, first + count)
            copies = {row - first: found[row] for row in rows if row in found}
            first += count
            if self.intake.state is State.FULL:
                self.intake.reject(group.peer, "journal_full", count)
            else:
                self.put(interface, group, copies)

    def put(self, interface: str, group: Group, copies: dict[int, Arrival]) -> None:
        """The lines of a group, and its copies, each with what it is a copy of."""
        claim = claims.written(interface)
        if not copies:
            self.add(claim, group, None)
            return
        count = len(group.lines)
        self.add(claim, group, [row for row in range(count) if row not in copies])
        for row, arrival in copies.items():
            self.add(claims.written(interface, arrival), group, [row])

    def add(self, claim: str, group: Group, rows: list[int] | None) -> None:
        """Some of the group's lines, or all of them."""
        lines, cuts, size = group.lines, group.cuts, group.size
        if rows is not None:
            lengths = dict(cuts)
            lines = [group.lines[row] for row in rows]
            cuts = [(at, lengths[row]) for at, row in enumerate(rows) if row in lengths]
            size = sum(map(len, lines))
        if lines:
            self.intake.add(
                group.peer, group.transport, 0, lines, size, cuts, claim, at=group.at
            )

    def settle(self) -> None:
        """Reads, or leaves packets to the ring: it counts what it has no room for."""
        reading = self.intake.state is not State.CROWDED and self.held_bytes < MOST_HELD
        if reading == self.reading:
            return
        self.reading = reading
        for tap in self.taps:
            if tap.ring is not None and not reading:
                self.loop.remove_reader(tap.ring.sock)
            self.follow_ring(tap)

    def follow(self, state: State) -> None:
        self.settle()

    def sweep(self, now: float) -> None:
        """Once a second. Raises what ended the turns: lines must not stay unread."""
        if self.task.done():
            self.task.result()
        self.learn(now)
        with contextlib.suppress(PortError):  # said when it was opened first
            self.arrange()
        for tap in self.taps:
            self.count(tap)

    def count(self, tap: Tap) -> None:
        if tap.ring is not None:
            self.intake.drop(f"sniffed {tap.name}", tap.ring.dropped())

    def drops(self) -> int:
        """They are counted by interface."""
        return 0

    def connections(self) -> int:
        return sum(len(tap.wire.streams.open) for tap in self.taps)

    def troubles(self) -> list[str]:
        return [tap.trouble for tap in self.taps if tap.trouble]

    def figures(self) -> dict[str, Any]:
        """Per interface: packets that the filter let through, and bytes missing in
        TCP connections."""
        return {
            tap.name: {"packets": tap.wire.packets, "missing": tap.wire.missing}
            for tap in self.taps
        }

    def close(self) -> None:
        """All that was seen goes into the journal."""
        self.task.cancel()
        now = time.time_ns() // 1_000
        for tap in self.taps:
            while self.read(tap):
                pass
            tap.wire.end(now)
            self.leave(tap)
        self.harvest()
        self.pool.shutdown(cancel_futures=True)
        if self.in_hand and self.found is None:
            self.match()
        self.deliver()
        self.in_hand = self.due(float("inf"))
        self.match()
        self.deliver()


def own_addresses() -> frozenset[bytes]:
    """Of all interfaces, as they stand in packets."""
    found = set()
    for addresses in psutil.net_if_addrs().values():
        for one in addresses:
            if one.family in {socket.AF_INET, socket.AF_INET6}:
                found.add(socket.inet_pton(one.family, one.address.partition("%")[0]))
    return frozenset(found)


def listen(port: int, setup: Setup) -> Listener:
    assert setup.plan.sniffing is not None  # noqa: S101  (else nobody asks for it)
    return Sniff(setup.plan.sniffing, setup)
