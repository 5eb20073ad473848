"""Mutated lines through the whole pipeline into the database: none may be lost, none
may break it, each must be stored as it came.

    script/bench fuzz [--lines N] [--minutes M] [--processes P] [--seed S]

The seeds are the lines of `bench/parse.py` and, where it is there, the collection of
MSS_TEST_DATA. A mutation cuts, repeats, swaps, flips, splices and inserts what parsers
trip over. Each tenth batch goes through COPY, the others as far as that. A fault prints
the line as base64. The same seed makes the same lines, but for dates of made-up ones.
"""

import argparse
import base64
import json
import logging
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import Queue, get_context
from pathlib import Path
from queue import Empty
from typing import Any

from bench import parse, report

BATCH = 20_000
STORED = 10  # each tenth batch goes into the database
LONGEST = 65_536
MOST = 4  # mutations of a line
SHOWN = 5  # faults

# What parsers trip over; bytes 128–255 stand for themselves (Latin-1).
TOKENS = tuple(
    token.encode("latin-1")
    for token in (
        "<", ">", "<34>", "<999999999999>", "<34>1 ", "[", "]", '[a b="', "\\", "\\]",
        '"', "'", "=", "|", "CEF:0|", "CEF:1|a|b|c|d|e|", "LEEF:2.0|a|b|c|d|^|", "{",
        "}", '{"a":', "[[[[[[[[", "src=", "dst=1.2.3.4", "spt=99999", "from ", " to ",
        "::1", "fe80::1%eth0", "::ffff:1.2.3.4", "999.1.1.1", "1.2.3.4:70000", "->",
        "Feb 29 12:00:00", "Dec 31 23:59:60", "0000-00-00T00:00:00Z",
        "9999-12-31T23:59:59Z", "1e308", "-1", "18446744073709551616", "NaN",
        "%ASA-6-302013:", "Alert Level: ", "last message repeated 99999999999 times",
        "user=", "user '", "(uid=0)", "<Event>", "&#0;", "#015", "#012", "\t", "\r",
        "\n", "\0", "\x1b[31m", "\xff", "\xc3", "\xed\xa0\x80", "\xe2\x80\xae",
        "\xef\xbb\xbf", "\xf0\x9f\x92\x80", "\xc4\xb0", "\xc3\xa9" * 40,
        "A" * 3_000, " " * 500, ";", ",", ":",
    )
)  # fmt: skip

Mutation = Callable[[random.Random, bytes, list[bytes]], bytes]


def cut(chance: random.Random, line: bytes, _: list[bytes]) -> bytes:
    return line[: chance.randrange(len(line) + 1)]


def drop(chance: random.Random, line: bytes, _: list[bytes]) -> bytes:
    at = chance.randrange(len(line) + 1)
    return line[:at] + line[at + chance.randrange(1, 20) :]


def insert(chance: random.Random, line: bytes, _: list[bytes]) -> bytes:
    at = chance.randrange(len(line) + 1)
    return line[:at] + chance.choice(TOKENS) + line[at:]


def flip(chance: random.Random, line: bytes, _: list[bytes]) -> bytes:
    changed = bytearray(line)
    for _n in range(chance.randrange(1, 5)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def repeat(chance: random.Random, line: bytes, _: list[bytes]) -> bytes:
    at = chance.randrange(len(line) + 1)
    piece = line[at : at + chance.randrange(1, 40)]
    return line[:at] + piece * chance.randrange(2, 30) + line[at:]


def splice(chance: random.Random, line: bytes, others: list[bytes]) -> bytes:
    other = chance.choice(others)
    start = line[: chance.randrange(len(line) + 1)]
    return start + other[chance.randrange(len(other) + 1) :]


def swap(chance: random.Random, line: bytes, _: list[bytes]) -> bytes:
    words = line.split(b" ")
    one, two = chance.randrange(len(words)), chance.randrange(len(words))
    words[one], words[two] = words[two], words[one]
    return b" ".join(words)


def wrap(chance: random.Random, line: bytes, others: list[bytes]) -> bytes:
    """A line within a line, as relays and agents make them."""
    return chance.choice(others)[:40] + b": " + line


MUTATIONS: tuple[Mutation, ...] = (
    cut, drop, insert, insert, flip, repeat, splice, swap, wrap,
)  # fmt: skip


def mutated(chance: random.Random, seeds: list[bytes]) -> bytes:
    line = chance.choice(seeds)
    for _ in range(chance.randrange(1, MOST + 1)):
        line = chance.choice(MUTATIONS)(chance, line, seeds)
    return line[:LONGEST]


@dataclass
class Tried:
    """What one process has seen; a fault is a reason and the line as base64."""

    lines: int = 0
    stored: int = 0
    seconds: float = 0.0
    faults: list[tuple[str, str]] = field(default_factory=list)


def seeds() -> list[bytes]:
    """Lines of every kind that is known."""
    found = [make().encode() for make in parse.KINDS.values() for _ in range(20)]
    default = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("MSS_TEST_DATA", default)) / "logs"
    for path in sorted(folder.glob("*/*.jsonl")):
        found += collected(path)
    return [line[:LONGEST] for line in found]


def collected(path: Path) -> Iterator[bytes]:
    from ingest.evaluation import raw

    with path.open() as texts:
        for text in texts:
            yield raw(json.loads(text))


class Watch(logging.Handler):
    """What the pipeline and the write door say of lines that broke them."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else ""
        self.said.append(f"{record.getMessage()} {error!r}")


def work(number: int, count: int, until: float, seed: int, out: "Queue[Any]") -> None:
    """Batch after batch of one process."""
    import polars as pl

    from events import database
    from ingest.evaluation import Setting, frame, routes

    watch = Watch()
    for name in ("ingest.salvage", "events.copying"):
        logging.getLogger(name).addHandler(watch)
    random.seed(seed)  # of the made-up lines
    chance, known, tried = random.Random(f"{seed}/{number}"), seeds(), Tried()
    setting = Setting(datetime.now(UTC))
    where, began = routes(setting), time.monotonic()
    with database.connect() as connection:
        while tried.lines < count and time.monotonic() < until:
            lines = [mutated(chance, known) for _ in range(BATCH)]
            sent = frame(lines, setting).with_columns(
                peer=pl.lit("192.0.2.7"), transport=pl.lit("udp")
            )
            check(sent, lines, where, watch, tried)
            if tried.lines // BATCH % STORED == 1:
                store(connection, number, sent, where, watch, tried)
            out.put((number, tried.lines))
    tried.seconds = time.monotonic() - began
    out.put((number, tried))


def check(
    sent: Any, lines: list[bytes], where: Any, watch: Watch, tried: Tried
) -> None:
    """Each line is an event, in order, as it came."""
    from events.copying import exact
    from ingest import salvage

    made = salvage.prepare(sent, where, timedelta(days=90)).events
    tried.lines += len(lines)
    if made.height != len(lines):
        tried.faults.append((f"{len(lines)} lines, {made.height} events", ""))
        return
    parts = made.select("head", "message", "raw").iter_rows(named=True)
    for line, row in zip(lines, parts, strict=True):
        if exact(row) != line:
            tried.faults.append(("another line than was sent", shown(line)))
    blame(sent, where, watch, tried)


def blame(sent: Any, where: Any, watch: Watch, tried: Tried) -> None:
    """Which lines broke the pipeline; what was said, if none does so alone."""
    from ingest import pipeline, salvage

    if not watch.said:
        return
    found: list[tuple[str, str]] = []
    for at in range(sent.height):
        try:
            pipeline.prepare(sent[at : at + 1], where)
        except salvage.FAULTS as error:
            found.append((repr(error)[:200], shown(sent["line"][at])))
    tried.faults += found or [(reason, "") for reason in watch.said]
    watch.said.clear()


def store(
    connection: Any, number: int, sent: Any, where: Any, watch: Watch, tried: Tried
) -> None:
    """The batch through the write door; a row that is refused is a fault."""
    from events import store as door
    from ingest import salvage

    made = salvage.prepare(sent, where, timedelta(days=90))
    first = door.position(connection, f"fuzz-{number}")
    origin = door.Origin(f"fuzz-{number}", first, first + sent.height - 1)
    saved = door.save(connection, origin, events=made.events)
    tried.stored += saved.events
    if saved.events != sent.height:
        tried.faults.append((f"{sent.height} sent, {saved.events} stored", ""))
    if watch.said:
        asked = [saved.head - saved.events]
        tried.faults += [
            (why, shown(raw)) for why, raw in connection.execute(REFUSED, asked)
        ]
        watch.said.clear()


REFUSED = "SELECT data->>'refused', raw FROM events WHERE id > %s AND data ? 'refused'"


def shown(line: bytes) -> str:
    return base64.b64encode(line).decode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--minutes", type=float, help="end then, whatever is done")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--seed", type=int, default=random.randrange(10**9))
    options = parser.parse_args()
    from bench import product

    with product.running() as running:
        os.environ |= running.environment
        parse.set_up()
        found = all_of(options)
    total = sum(one.lines for one in found)
    faults = [fault for one in found for fault in one.faults]
    report.table(
        f"Mutated lines, seed {options.seed}",
        ["what", "figure"],
        [
            ["lines", total],
            ["of them through the database", sum(one.stored for one in found)],
            ["lines/s", total / max(one.seconds for one in found)],
            ["crashes, lost or changed lines (target 0)", len(faults)],
        ],
    )
    for reason, line in faults[:SHOWN]:
        print(f"{reason}\n    {line[:2_000]}")
    raise SystemExit(1 if faults else 0)


def all_of(options: argparse.Namespace) -> list[Tried]:
    """Starts the processes, tells how far they are, collects what they have seen."""
    spawn = get_context("spawn")
    out: Queue[Any] = spawn.Queue()
    until = time.monotonic() + (options.minutes or 10**6) * 60
    share = -(-options.lines // options.processes)
    processes = [
        spawn.Process(target=started, args=(n, share, until, options.seed, out))
        for n in range(options.processes)
    ]
    for process in processes:
        process.start()
    done, found = dict.fromkeys(range(options.processes), 0), list[Tried]()
    while len(found) < options.processes:
        number, what = answer(out, processes)
        if isinstance(what, Tried):
            found.append(what)
        else:
            done[number] = what
            print(f"\r{sum(done.values()):,} lines", end="", flush=True)
    for process in processes:
        process.join()
    return found


def answer(out: "Queue[Any]", processes: Sequence[Any]) -> tuple[int, Any]:
    """The next word of a process; SystemExit when one has broken down."""
    while True:
        try:
            found: tuple[int, Any] = out.get(timeout=5)
        except Empty:
            if any(process.exitcode for process in processes):
                raise SystemExit("A process has broken down.") from None
            continue
        return found


def started(*arguments: Any) -> None:
    parse.set_up()
    work(*arguments)


if __name__ == "__main__":
    main()
