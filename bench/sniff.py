"""Datagrams that pass an interface on their way elsewhere: how many the sniffer loses,
and whether it knows.

    script/bench sniff [--seconds S]

Two network namespaces and a veth pair between them; needs root. `known` is what the
sniffer says was lost (the kernel's drops), which must equal what passed and was not
journalled. `cpu` is of the sniffing process, in percent of one core.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from bench import lines, report, sending
from bench.product import ROOT

RATES = (10_000, 30_000, 50_000, 100_000, 250_000)
SIZE = 300
HERE, THERE = "10.222.9.1", "10.222.9.2"
PORT = 514


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--send", type=int, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.send:
        send(*options.send)
        return
    sender, seen = (f"mss-bench-{end}-{os.getpid()}" for end in "ab")
    folder = Path(tempfile.mkdtemp(prefix="mss-bench-sniff-"))
    try:
        join(sender, seen)
        rows = measured(folder, sender, seen, options.seconds)
    finally:
        for name in (sender, seen):
            subprocess.run(["ip", "netns", "del", name], check=False)
        shutil.rmtree(folder)
    report.table(
        f"Sniffed datagrams, {SIZE}-byte lines, {options.seconds:.0f} s a rate",
        ["asked/s", "sent/s", "passed", "journalled", "lost", "known as lost", "cpu %"],
        rows,
    )


def join(sender: str, seen: str) -> None:
    for name in (sender, seen):
        ip("netns", "add", name)
    peer = ("type", "veth", "peer", "name", "seen", "netns", seen)
    ip("link", "add", "out", "netns", sender, *peer)
    for name, end, address in ((sender, "out", HERE), (seen, "seen", THERE)):
        ip("-n", name, "addr", "add", f"{address}/24", "dev", end)
        ip("-n", name, "link", "set", end, "up")


def measured(
    folder: Path, sender: str, seen: str, seconds: float
) -> list[list[object]]:
    settings = {
        "MSS_JOURNAL_DIR": str(folder),
        "MSS_HOME": str(folder),
        "MSS_SECRET_KEY": "bench",
    }
    command = [sys.executable, "manage.py", "sniff", "--interface", "seen"]
    process = subprocess.Popen(
        inside(seen, *command), cwd=ROOT, env=os.environ | settings
    )
    try:
        while not (folder / "sniff" / "receive.json").exists():
            time.sleep(0.1)
        sent(sender, 1, 1)  # finds the neighbour
        settled(folder)
        return [
            measure(folder, process.pid, sender, seen, rate, seconds) for rate in RATES
        ]
    finally:
        process.terminate()
        process.wait(30)


def measure(
    folder: Path, pid: int, sender: str, seen: str, rate: int, seconds: float
) -> list[object]:
    count = int(rate * seconds)
    journalled, known = counted(folder)
    passed, busy = passing(seen), cpu(pid)
    took = sent(sender, rate, count)
    now = settled(folder)
    passed, busy = passing(seen) - passed, cpu(pid) - busy
    stored, drops = now[0] - journalled, now[1] - known
    share = 100 * busy / took
    return [rate, count / took, passed, stored, passed - stored, drops, share]


def sent(sender: str, rate: int, count: int) -> float:
    """Sends them from the other side; how long it took, in seconds."""
    work = [sys.executable, "-m", "bench.sniff", "--send", str(rate), str(count)]
    done = subprocess.run(
        inside(sender, *work), cwd=ROOT, check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def settled(folder: Path) -> tuple[int, int]:
    """The counts, once they no longer change: lines are held back for 2.5 seconds."""
    before, now = (-1, -1), counted(folder)
    while now != before:
        time.sleep(4)
        before, now = now, counted(folder)
    return now


def send(rate: int, count: int) -> None:
    texts = lines.make(20_000, SIZE)
    burst = max(1, rate // 1_000)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.connect((THERE, PORT))
        started = time.monotonic()
        for number in range(count):
            if number % burst == 0:
                sending.wait(started + number / rate)
            try:
                link.send(texts[number % len(texts)])
            except ConnectionRefusedError:  # nobody is there: what passes is counted
                link.send(texts[number % len(texts)])
    print(time.monotonic() - started)


def passing(seen: str) -> int:
    """UDP datagrams that have come over the wire, by the kernel's own count."""
    rules = subprocess.run(
        inside(seen, "cat", "/proc/net/snmp"),
        capture_output=True,
        text=True,
        check=True,
    )
    head, values = [x.split() for x in rules.stdout.splitlines() if x[:4] == "Udp:"]
    found = dict(zip(head[1:], map(int, values[1:]), strict=True))
    return found["InDatagrams"] + found["NoPorts"] + found["InErrors"]


def counted(folder: Path) -> tuple[int, int]:
    """Lines in the journal, and packets that the kernel dropped."""
    found = json.loads((folder / "sniff" / "receive.json").read_text())
    return found["position"], sum(found["kernel_drops"].values())


def cpu(pid: int) -> float:
    found = psutil.Process(pid).cpu_times()
    return float(found.user + found.system)


def inside(name: str, *command: str) -> list[str]:
    return ["ip", "netns", "exec", name, *command]


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


if __name__ == "__main__":
    main()
