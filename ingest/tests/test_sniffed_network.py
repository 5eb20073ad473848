"""`manage.py sniff` in a network namespace: real senders, a real interface, and nothing
but CAP_NET_RAW. Skipped where namespaces may not be made."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest import folder as folders
from ingest.reader import Reader
from ingest.tests.processes import ROOT, until

SENDER, COLLECTOR = "10.222.7.1", "10.222.7.2"
LISTEN = (
    "import socket\n"
    "with socket.create_server(('10.222.7.2', 514)) as one:\n"
    "    print(flush=True)\n"
    "    link, _ = one.accept()\n"
    "    while link.recv(65536): pass\n"
)
SEND = (
    "import socket\n"
    "with socket.create_connection(('10.222.7.2', 514)) as link:\n"
    "    for number in range(500): link.sendall(b'<13>tcp %d\\n' % number)\n"
    "with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:\n"
    "    link.sendto(b'<13>' + b'y' * 4000, ('10.222.7.2', 514))\n"
    "    link.sendto(b'<13>ours', ('10.222.7.2', 5514))\n"
)


class Wired:
    """Two namespaces and the wire between them: `c` sends, `s` has what is sniffed."""

    def __init__(self) -> None:
        self.c, self.s = (f"mss-{end}-{os.getpid()}" for end in "cs")
        for name in (self.c, self.s):
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        self.join()

    def join(self) -> None:
        peer = ("type", "veth", "peer", "name", "seen", "netns", self.s)
        ip("link", "add", "out", "netns", self.c, *peer)
        for name, end, address in (
            (self.c, "out", SENDER),
            (self.s, "seen", COLLECTOR),
        ):
            ip("-n", name, "addr", "add", f"{address}/24", "dev", end)
            ip("-n", name, "link", "set", end, "up")

    def run(self, name: str, *command: str) -> None:
        subprocess.run(["ip", "netns", "exec", name, *command], check=True)

    def start(self, name: str, *command: str, **more: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(["ip", "netns", "exec", name, *command], **more)

    def remove(self) -> None:
        for name in (self.c, self.s):
            ip("netns", "del", name)


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def wired() -> Iterator[Wired]:
    if shutil.which("ip") is None or shutil.which("logger") is None:
        pytest.skip("there is no ip or no logger here")
    try:
        found = Wired()
    except subprocess.CalledProcessError as error:
        pytest.skip(f"network namespaces may not be made here: {error.stderr!r}")
    yield found
    found.remove()


def running(
    root: Path, wired: Wired, name: str, *before: str
) -> subprocess.Popen[bytes]:
    settings = {
        "MSS_JOURNAL_DIR": str(root),
        "MSS_SNIFF": "seen",
        "MSS_SYSLOG_PORT": "5514",
        "MSS_SYSLOG_TLS_PORT": "0",
        "MSS_HTTP_PORT": "0",
    }
    command = [*before, sys.executable, "manage.py", name]
    with (root / f"{name}.log").open("wb") as log:
        more = {"env": os.environ | settings, "stdout": log, "stderr": log}
        return wired.start(wired.s, *command, cwd=ROOT, **more)


def sniffing(root: Path, wired: Wired, *before: str) -> subprocess.Popen[bytes]:
    return running(root, wired, "sniff", *before)


def status(root: Path, journal: str = "sniff") -> dict[str, Any]:
    return folders.read_json(root / journal / "receive.json")


def rows(root: Path) -> list[dict[str, Any]]:
    [journal] = {file.identity for file in folders.files(root / "sniff")}
    chunk = Reader(root / "sniff", journal, 0).read()
    return [] if chunk is None else chunk.lines.to_dicts()


def capabilities(process: subprocess.Popen[bytes]) -> str:
    text = Path(f"/proc/{process.pid}/status").read_text()
    return text.partition("CapEff:")[2].split()[0]


def test_what_travels_to_another_collector_is_read(
    tmp_path: Path, wired: Wired
) -> None:
    process = sniffing(tmp_path, wired)
    until(lambda: status(tmp_path))
    assert int(capabilities(process), 16) == 1 << 13
    with wired.start(
        wired.s, sys.executable, "-c", LISTEN, stdout=subprocess.PIPE
    ) as collector:
        assert collector.stdout
        collector.stdout.readline()
        wired.run(wired.c, sys.executable, "-c", SEND)
    wired.run(wired.c, "logger", "-d", "-n", COLLECTOR, "-P", "514", "by logger")
    until(lambda: status(tmp_path)["received"] == 502)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    found = rows(tmp_path)
    assert [row["line"] for row in found][:500] == [
        b"<13>tcp %d" % n for n in range(500)
    ]
    assert [row["transport"] for row in found[499:]] == [
        "sniff-tcp",
        *["sniff-udp"] * 2,
    ]
    assert len(found[500]["line"]) == 4_004  # it came in fragments
    assert found[501]["line"].endswith(b"by logger")
    assert {(row["peer"], row["claim"]) for row in found} == {
        (SENDER, "interface:seen")
    }


TWICE = (
    "import socket\n"
    "with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:\n"
    "    for line, port in ((b'both', 5514), (b'both', 514), (b'x', 601)):\n"
    "        link.sendto(b'<13>' + line, ('10.222.7.2', port))\n"
)


def test_a_line_that_is_received_as_well_is_marked(
    tmp_path: Path, wired: Wired
) -> None:
    receiver = running(tmp_path, wired, "receive")
    until(lambda: status(tmp_path, "0"))
    sniffer = sniffing(tmp_path, wired)
    until(lambda: status(tmp_path))
    wired.run(wired.c, sys.executable, "-c", TWICE)
    until(lambda: status(tmp_path)["received"] == 2)
    for process in (sniffer, receiver):
        process.terminate()
        assert process.wait(20) == 0
    assert status(tmp_path, "0")["received"] == 1
    assert {row["line"]: row["claim"] for row in rows(tmp_path)} == {
        b"<13>both": f"interface:seen\nreceived:5514 {SENDER}",
        b"<13>x": "interface:seen",
    }


def test_an_interface_may_go_and_come_back(tmp_path: Path, wired: Wired) -> None:
    process = sniffing(tmp_path, wired)
    until(lambda: status(tmp_path))
    for words, said in (
        (("link", "set", "seen", "down"), "it is down"),
        (("link", "del", "seen"), "there is no such interface"),
    ):
        ip("-n", wired.s, *words)
        until(lambda said=said: said in (status(tmp_path)["trouble"] or ""))  # type: ignore[misc]
    wired.join()
    until(lambda: status(tmp_path)["trouble"] is None)
    wired.run(wired.c, "logger", "-d", "-n", COLLECTOR, "-P", "514", "again")
    until(lambda: status(tmp_path)["received"] == 1)
    process.terminate()
    assert process.wait(20) == 0


def test_without_the_right_it_says_what_grants_it(tmp_path: Path, wired: Wired) -> None:
    bare = ("setpriv", "--bounding-set=-net_raw")
    process = sniffing(tmp_path, wired, *bare)
    until(lambda: "CAP_NET_RAW" in (status(tmp_path).get("trouble") or ""))
    process.terminate()
    assert process.wait(20) == 0
