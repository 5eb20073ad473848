"""The process that only journals: sockets → journal. It needs no database.

1. opens its journal and listens on the configured ports;
2. gathers what arrives into blocks (`ingest/intake.py`);
3. every second writes `receive.json`, reads the kernel's drops, ends idle connections;
4. opens and closes the sensors' own ports when `ports.json` changes;
5. on SIGTERM takes what the kernel already has, writes the last block and ends.
"""

import asyncio
import contextlib
import datetime as dt
import logging
import os
import resource
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

from ingest import folder as folders
from ingest.identity import Identity, Wish
from ingest.intake import Intake, State
from ingest.journal import JournalFull, Writer
from ingest.posted.tokens import Tokens
from ingest.receivers import RECEIVERS, SYSLOG, files, http, sniff
from ingest.receivers.listener import Listener, Plan, PortError, Setup

PORTS = "ports.json"
FLOOR = "floor.json"
TICK = 0.25
STATUS_SECONDS = 1.0
RETRY_SECONDS = 5.0  # for a port that could not be opened
RENEW_SECONDS = 600.0  # between two looks at the certificate
DRAIN_SECONDS = 1.0
SPARE_FILES = 100  # open files that are no connections

log = logging.getLogger(__name__)
Place = tuple[str, int]  # kind, port


class Receive:
    def __init__(
        self, folder: Path, writer: Writer, plan: Plan, wish: Wish | None = None
    ) -> None:
        self.folder, self.writer, self.plan = folder, writer, plan
        self.intake = Intake(writer)
        self.identity = Identity(wish or Wish(folder.parent / "tls"))
        self.tokens = Tokens()
        self.setup = Setup(plan, self.intake, self.identity, self.tokens)
        self.intake.changed.append(self.follow)
        self.listeners: dict[Place, Listener] = {}
        self.refused: dict[Place, str] = {}
        self.retry_at = self.renew_at = 0.0
        self.ports_seen = -1
        self.told: dict[str, Any] = {}
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.stopping.set)
        self.heed_floor()
        self.listen_first()
        writing = asyncio.create_task(self.intake.run())
        writing.add_done_callback(lambda _: self.stopping.set())
        await self.watch()
        if not writing.done():  # else the journal has failed: nothing more is read
            await self.drain()
        self.intake.stop()
        await writing
        await self.status()
        await self.intake.close()

    def listen_first(self) -> None:
        """The configured ports. PortError when the first cannot be had."""
        for port in self.plan.ports[:1]:
            for kind in SYSLOG:
                self.open((kind, port))
        self.arrange()
        log.info("listening on %s", ", ".join(self.names()))

    async def watch(self) -> None:
        """The clock of the process, until it is told to stop."""
        due = 0.0
        while not self.stopping.is_set():
            self.notice()
            if time.monotonic() >= due:
                due = time.monotonic() + STATUS_SECONDS
                await self.every_second()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), TICK)

    async def every_second(self) -> None:
        now = time.monotonic()
        for listener in self.listeners.values():
            listener.sweep(now)
            self.intake.drop(listener.name, listener.drops())
        await self.intake.measure()
        await self.intake.in_thread(self.heed_floor)
        if now >= self.renew_at:
            self.renew_at = now + RENEW_SECONDS
            await asyncio.to_thread(self.identity.renew)
        await self.status()

    def heed_floor(self) -> None:
        """Ingest found that the database knows positions up to this one."""
        floor = folders.read_json(self.folder / FLOOR)
        if floor.get("journal") == self.writer.identity:
            with contextlib.suppress(JournalFull):  # then nothing is written either
                self.writer.raise_to(floor["position"])

    def notice(self) -> None:
        """Looks whether the sensors' ports have changed, or one is to be retried."""
        file = self.folder.parent / PORTS
        try:
            seen = file.stat().st_mtime_ns
        except FileNotFoundError:
            seen = 0
        again = self.refused and time.monotonic() >= self.retry_at
        if seen != self.ports_seen or again:
            self.ports_seen = seen
            self.told = folders.read_json(self.folder.parent / PORTS)
            self.tokens.known = self.told.get("tokens")
            self.arrange()

    def wanted(self) -> set[Place]:
        found = self.told.get("ports", [])
        extra = {port for port in found if isinstance(port, int) and 0 < port < 65_536}
        others = self.plan.others()
        extra = extra if self.plan.ports else set()
        plain = {*self.plan.ports, *extra} - {port for _, port in others}
        return others | {(kind, port) for kind in SYSLOG for port in plain}

    def arrange(self) -> None:
        """Opens and closes until the open sockets are the wanted ones."""
        wanted = self.wanted()
        for place in set(self.listeners) - wanted:
            log.info("no longer listening on %s", self.listeners[place].name)
            self.listeners.pop(place).close()
        self.refused = {p: why for p, why in self.refused.items() if p in wanted}
        for place in sorted(wanted - set(self.listeners)):
            try:
                self.open(place)
            except PortError as error:
                if self.refused.get(place) != str(error):
                    log.warning("%s", error)
                self.refused[place] = str(error)
        self.retry_at = time.monotonic() + RETRY_SECONDS

    def open(self, place: Place) -> None:
        kind, port = place
        self.listeners[place] = RECEIVERS[kind](port, self.setup)
        self.listeners[place].follow(self.intake.state)
        self.refused.pop(place, None)

    def follow(self, state: State) -> None:
        for listener in self.listeners.values():
            listener.follow(state)

    async def drain(self) -> None:
        """What senders had sent when the end was asked for, as far as it arrives; who
        waits for an answer has it."""
        deadline, before = time.monotonic() + DRAIN_SECONDS, -1
        while (
            before != self.intake.received or self.owes()
        ) and time.monotonic() < deadline:
            before = self.intake.received
            await asyncio.sleep(TICK / 5)
        for listener in self.listeners.values():
            listener.close()

    def answered(self) -> dict[str, int] | None:
        """How many requests got which status, since the start; null without HTTP."""
        found = [x for x in self.listeners.values() if isinstance(x, http.Http)]
        if not found:
            return None
        total = sum((one.answered for one in found), Counter[int]())
        return {str(status): count for status, count in sorted(total.items())}

    def owes(self) -> bool:
        """Whether a request over HTTP still waits for the disk."""
        found = self.listeners.values()
        return any(isinstance(x, http.Http) and x.owes() for x in found)

    def followed(self) -> dict[str, Any]:
        """Per file how far it is read; of very many the first."""
        found = [x for x in self.listeners.values() if isinstance(x, files.Files)]
        return found[0].figures() if found else {}

    def sniffed(self) -> dict[str, Any]:
        """Per interface what was seen there; empty where nothing is sniffed."""
        found = [x for x in self.listeners.values() if isinstance(x, sniff.Sniff)]
        return found[0].figures() if found else {}

    def names(self) -> list[str]:
        return sorted(listener.name for listener in self.listeners.values())

    def trouble(self) -> str | None:
        """What the operator has to know, in a sentence."""
        if self.intake.state is State.FULL:
            return (
                f"The journal is full ({self.writer.used >> 20} MiB of "
                f"{self.writer.max_bytes >> 20}): TCP senders wait, datagrams are "
                "rejected."
            )
        told = [text for x in self.listeners.values() for text in x.troubles()]
        found = sorted({*self.refused.values(), *self.identity.troubles(), *told})
        return "; ".join(found) + "." if found else None

    async def status(self) -> None:
        """Writes `receive.json`, in the thread that changes the counts."""
        sockets = {
            "connections": sum(x.connections() for x in self.listeners.values()),
            "listeners": self.names(),
            "http": self.answered(),
            "files": self.followed(),
            "sniffed": self.sniffed(),
            "state": self.intake.state.value,
            "trouble": self.trouble(),
        }
        await self.intake.in_thread(lambda: self.write_status(sockets))

    def write_status(self, sockets: dict[str, Any]) -> None:
        writer, totals = self.writer, self.writer.totals
        found = sockets | {
            "pid": os.getpid(),
            "at": dt.datetime.now(dt.UTC).isoformat(),
            "journal": folders.journal_name(self.folder, writer.identity),
            "position": writer.position,
            "received": totals.received,
            "rejected": totals.rejected(),
            "kernel_drops": totals.drops,
            "bytes": writer.used,
            "max_bytes": writer.max_bytes,
            "tls": self.identity.as_json(),
            "sources": {
                peer: {"received": s.received, "rejected": sum(s.rejected.values())}
                for peer, s in totals.sources.items()
            },
        }
        try:
            folders.write_json(self.folder / folders.RECEIVE, found)
        except OSError as error:  # the disk is full: the journal says so already
            log.warning("no status file: %s", error)


def allow_connections(wanted: int) -> int:
    """Raises the limit of open files for so many connections, as far as the system
    allows it; how many there may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY or hard >= wanted + SPARE_FILES:
        hard = wanted + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < hard:
        resource.setrlimit(
            resource.RLIMIT_NOFILE,
            (hard, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),
        )
    allowed = min(wanted, hard - SPARE_FILES)
    if allowed < wanted:
        log.warning("the limit of open files allows only %d connections", allowed)
    return allowed
