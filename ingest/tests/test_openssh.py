"""A real OpenSSH server logs by syslog(3): into the Unix socket, as far as the facts.

Its /dev is one of its own, with nothing but our socket as /dev/log.
"""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from ingest.tests.parsing import parsed
from ingest.tests.receiving import free_port, receiving

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/bin:/sbin")
ALONE = """
set -e
mount -t tmpfs none /run && mkdir /run/sshd
mount -t tmpfs none /dev
mknod -m 666 /dev/null c 1 3
mknod -m 666 /dev/urandom c 1 9
ln -s "$1" /dev/log
exec "$2" -D -f "$3"
"""


def may_make_namespaces() -> bool:
    command = ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"]
    return shutil.which("unshare") is not None and not subprocess.call(
        command, stderr=subprocess.DEVNULL
    )


pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.skipif(SSHD is None, reason="no sshd: apt install openssh-server"),
    pytest.mark.skipif(not may_make_namespaces(), reason="no right to a namespace"),
]


@contextmanager
def server(folder: Path, log: Path, port: int) -> Iterator[None]:
    key = folder / "host_key"
    made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)]
    subprocess.run(made, check=True)
    config = folder / "sshd_config"
    config.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {key}\nPidFile none\n"
        "UsePAM no\nPasswordAuthentication no\nLogLevel INFO\n"
    )
    command = ["unshare", "-m", "sh", "-c", ALONE, "sh", str(log), str(SSHD)]
    with ExitStack() as after:
        process = subprocess.Popen([*command, str(config)])
        after.callback(process.wait)
        after.callback(process.terminate)
        yield


async def knock(port: int, user: str) -> int:
    """A log-in without a key; how ssh ends."""
    command = (
        f"ssh -F none -p {port} -o BatchMode=yes -o StrictHostKeyChecking=no"
        f" -o UserKnownHostsFile=/dev/null -o IdentityFile=none {user}@127.0.0.1"
    )
    done = await asyncio.to_thread(
        subprocess.run, command.split(), capture_output=True, timeout=30
    )
    return done.returncode


async def test_a_refused_log_in_is_an_event_with_user_and_client(
    tmp_path: Path,
) -> None:
    log, port = tmp_path / "log", free_port()
    async with receiving(tmp_path, more={"unix": log}) as running:
        with server(tmp_path, log, port):
            assert await running.lines(1)  # Server listening on …
            assert await knock(port, "mallory") == 255
            lines = [bytes(line) for line in await running.lines(2)]
    events = parsed(lines).events
    assert set(events["app"]) == {"sshd"}
    told = events.filter(events["message"].str.starts_with("Invalid user"))
    assert told.select("src", "user").rows() == [("127.0.0.1", "mallory")]
    assert told["sport"][0] > 1024
