"""The peer of the parsers: rsyslog's own RFC 3164 parser and `mmnormalize`.

It gets the same lines by TCP and writes what it found as JSON; processor time of the
whole process. It is given a rule for the very lines, so it is at its best.
"""

import shutil
import socket
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from bench.product import free_port

INSTALL = "the peer is not installed: apt-get install rsyslog rsyslog-mmnormalize"
RULES = """\
version=2
rule=:%[
  {"type":"literal", "text":"Failed password for invalid user "},
  {"type":"word", "name":"user"},
  {"type":"literal", "text":" from "},
  {"type":"ipv4", "name":"src"},
  {"type":"literal", "text":" port "},
  {"type":"number", "name":"sport"},
  {"type":"rest", "name":"rest"}]%
rule=:[UFW BLOCK] %fields:name-value-list%
rule=:%fields:name-value-list%
"""
CONFIGURATION = """\
global(workDirectory="{folder}" maxMessageSize="64k")
module(load="imtcp")
module(load="mmnormalize")
module(load="mmrm1stspace")
main_queue(queue.type="linkedList" queue.size="500000" queue.dequeueBatchSize="5000")
template(name="found" type="string" string="%$!%\\n")
input(type="imtcp" port="{port}" address="127.0.0.1")
action(type="mmrm1stspace")
action(type="mmnormalize" rulebase="{folder}/rules.rb")
action(type="omfile" file="{folder}/found" template="found" asyncWriting="off")
"""
LONGEST = 60  # seconds


def available() -> bool:
    modules = Path("/usr/lib").glob("*/rsyslog/mmnormalize.so")
    return bool(shutil.which("rsyslogd")) and any(modules)


def seconds(lines: list[bytes]) -> float:
    """Processor time for all of the lines, those of its start taken off."""
    with TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        (folder / "rules.rb").write_text(RULES)
        (folder / "conf").write_text(CONFIGURATION.format(folder=folder, port=port))
        command = ["rsyslogd", "-n", "-f", str(folder / "conf"), "-i", f"{folder}/pid"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            connection = connected(port)
            before = used(process.pid)
            with connection:
                connection.sendall(b"\n".join(lines) + b"\n")
            wait(folder / "found", len(lines))
            return used(process.pid) - before
        finally:
            process.terminate()
            process.wait(30)


def connected(port: int) -> socket.socket:
    """A connection as soon as it listens."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise SystemExit("rsyslog does not listen")


def used(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def wait(file: Path, count: int) -> None:
    """Until as many lines are written, each read by a rule."""
    end, found = time.monotonic() + LONGEST, b""
    while found.count(b"\n") < count and time.monotonic() < end:
        time.sleep(0.05)
        found = file.read_bytes() if file.exists() else b""
    if found.count(b"\n") < count:
        raise SystemExit(f"rsyslog wrote less than {count} lines")
    if b"unparsed-data" in found:
        raise SystemExit("rsyslog has no rule for some of the lines")
