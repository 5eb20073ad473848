"""Proportional memory (PSS) of all processes, idle and at 2,000 events/s.

script/bench memory [--minutes M]
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from bench import lines, product, report, sending

RATE = 2_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    options = parser.parse_args()
    seconds = options.minutes * 60
    with product.running() as running:
        time.sleep(20)
        idle = measure(running)
        count = int(RATE * seconds)
        work = sending.apart(
            sending.tcp, running.syslog, lines.make(20_000), count, RATE
        )
        time.sleep(max(1, seconds - 5))
        busy = measure(running)
        work.join()
        with running.connect() as connection:
            row = connection.execute("SHOW shared_buffers").fetchone()
    rows: list[list[object]] = [
        [name, idle.get(name, 0), busy.get(name, 0)] for name in sorted(idle | busy)
    ]
    rows.append(["all", sum(idle.values()), sum(busy.values())])
    report.table(
        f"Memory, PSS in MiB; PostgreSQL's shared_buffers: {row[0] if row else '?'}",
        ["process", "idle (target 1,024)", f"{RATE:,} events/s (target 2,048)"],
        rows,
    )


def measure(running: product.Product) -> dict[str, int]:
    """MiB per kind of process."""
    sizes: dict[str, int] = {}
    for process in set(processes(running)):
        try:
            name, size = kind(process), pss(process.pid)
        except (psutil.Error, OSError):
            continue
        sizes[name] = sizes.get(name, 0) + size
    return {name: size >> 20 for name, size in sizes.items()}


def processes(running: product.Product) -> Iterator[psutil.Process]:
    """The supervisor of this home and everything below it."""
    for process in psutil.process_iter():
        try:
            if str(running.home) in " ".join(process.cmdline()):
                yield process
                yield from process.children(recursive=True)
        except psutil.Error:
            continue


def kind(process: psutil.Process) -> str:
    words = process.cmdline()
    known = ("supervisord", "postgres", "valkey", "daphne", "worker", "beat")
    for name in (*known, "receive", "ingest", "follow"):
        if any(name in word for word in words):
            return name
    return str(process.name())


def pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) << 10
    return 0


if __name__ == "__main__":
    main()
