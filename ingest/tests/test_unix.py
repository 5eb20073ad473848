"""A Unix datagram socket: what programs of this machine log."""

import asyncio
import socket
import subprocess
from pathlib import Path

import pytest

from ingest.tests.receiving import receiving

pytestmark = pytest.mark.asyncio


async def logged(path: Path, *messages: str) -> None:
    for message in messages:
        command = ["logger", "-u", str(path), message]
        await asyncio.to_thread(subprocess.run, command, check=True)


async def test_logger_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "log"
    async with receiving(tmp_path, more={"unix": path}) as running:
        await logged(path, "hello from a test")
        [row] = await running.rows(1)
        assert path.stat().st_mode & 0o777 == 0o666
    assert row["line"].endswith(b"hello from a test")
    assert (row["transport"], row["peer"], row["port"]) == ("unix", "", 0)
    assert not path.exists()


async def test_a_long_message_is_cut_and_an_empty_one_counted(tmp_path: Path) -> None:
    path = tmp_path / "log"
    async with receiving(tmp_path, more={"unix": path}) as running:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            for content in (b"x" * 5_000, b"\n", b"<13>short"):
                sock.sendto(content, str(path))
        rows = await running.rows(2)
        await running.until(lambda: running.rejected() == {"empty": 1})
    assert [row["cut"] for row in rows] == [5_000, 0]


async def test_a_socket_that_was_left_behind_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(path))
    async with receiving(tmp_path, more={"unix": path}) as running:
        await logged(path, "again")
        assert len(await running.lines(1)) == 1


async def test_a_removed_socket_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "log"
    async with receiving(tmp_path, more={"unix": path}) as running:
        path.unlink()
        await running.until(path.exists)
        await logged(path, "again")
        assert len(await running.lines(1)) == 1


async def test_what_waits_in_a_removed_socket_is_read(tmp_path: Path) -> None:
    path = tmp_path / "log"
    async with receiving(tmp_path, more={"unix": path}) as running:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.sendto(b"<13>waits", str(path))
            path.unlink()
        running.receive.listeners["unix", 0].sweep(0)  # before the loop reads
        assert await running.lines(1) == [b"<13>waits"]


async def test_a_socket_in_use_is_said_and_everything_else_goes_on(
    tmp_path: Path,
) -> None:
    path = tmp_path / "log"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(path))
        async with receiving(tmp_path, more={"unix": path}) as running:
            trouble = running.receive.trouble() or ""
            assert f"{path}: another program uses it" in trouble
            _, stream = await running.connect()
            stream.write(b"<13>hello\n")
            await running.lines(1)
            stream.close()
        assert path.exists()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("file", "something else is there"),
        ("x" * 200, "too long"),
        ("no/log", "No such"),
    ],
)
async def test_a_path_that_cannot_be_is_said(
    tmp_path: Path, name: str, why: str
) -> None:
    (tmp_path / "file").write_text("mine")
    async with receiving(tmp_path, more={"unix": tmp_path / name}) as running:
        assert why in (running.receive.trouble() or "")
    assert (tmp_path / "file").read_text() == "mine"


async def test_a_full_journal_stops_no_program(tmp_path: Path) -> None:
    path = tmp_path / "log"
    more = {"unix": path}
    async with receiving(tmp_path, max_bytes=60_000, more=more) as running:
        noise = bytes(range(128, 256)) * 5
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.settimeout(0)
            while not running.rejected().get("journal_full"):
                try:
                    sock.sendto(noise, str(path))
                except BlockingIOError:
                    await asyncio.sleep(0.001)
                await asyncio.sleep(0.001)
        assert "full" in (running.receive.trouble() or "")
