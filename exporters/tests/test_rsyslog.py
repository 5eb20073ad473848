"""A real rsyslog takes our lines, over UDP and TCP: the origin is the tag to it."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from exporters.formats.seed_syslog import encode
from exporters.tests.receivers import LOOPBACK, free_port, wait_until
from exporters.tests.rows import options, row
from exporters.transports import TRANSPORTS
from exporters.transports.base import DeliveryError, Target

CONFIGURATION = """
global(workDirectory="{folder}")
module(load="imudp")
module(load="imtcp")
input(type="imudp" address="127.0.0.1" port="{udp}")
input(type="imtcp" address="127.0.0.1" port="{tcp}")
template(name="parts" type="string" string="%pri%|%timestamp%|%syslogtag%|%msg%\\n")
action(type="omfile" file="{folder}/out" template="parts" asyncWriting="off")
"""


class Rsyslog:
    def __init__(self, folder: Path) -> None:
        self.out = folder / "out"
        self.ports = {
            "udp": free_port(socket.SOCK_DGRAM),
            "tcp": free_port(),
        }
        text = CONFIGURATION.format(folder=folder, **self.ports)
        (folder / "conf").write_text(text)
        self.process = subprocess.Popen(
            ["rsyslogd", "-n", "-f", folder / "conf", "-i", folder / "pid"]
        )

    def lines(self) -> list[str]:
        return self.out.read_text().splitlines() if self.out.exists() else []


@pytest.fixture
def rsyslog(tmp_path: Path) -> Iterator[Rsyslog]:
    if not shutil.which("rsyslogd"):
        pytest.skip("rsyslogd is not installed: apt install rsyslog")
    running = Rsyslog(tmp_path)
    yield running
    running.process.kill()
    running.process.wait(5)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_rsyslog_reads_our_header(rsyslog: Rsyslog, transport: str) -> None:
    link = TRANSPORTS[transport](Target(LOOPBACK, rsyslog.ports[transport]))
    lines = encode([row(message="hello\nworld")], options(header=True))

    def arrived() -> bool:
        try:
            link.send(lines)
            link.confirm()
        except DeliveryError:  # it is still starting
            link.close()
        return bool(rsyslog.lines())

    assert wait_until(arrived, 15)
    link.close()
    assert rsyslog.lines()[0].split("|") == [
        "133",
        "Feb 29 17:12:09",
        "S-0.tcovel:",
        " {1,0} [1:2009375:3] hello world {TCP} 10.0.0.1:1234 -> 10.0.0.2:80",
    ]
