"""What arrives on a socket stands in the journal, or is counted with a reason."""

import asyncio
import contextlib
import json
import socket
import subprocess
from pathlib import Path

import pytest

from ingest import folder as folders
from ingest.reader import drop_before
from ingest.receivers.listener import PortError, canonical
from ingest.tests.receiving import free_port, receiving

pytestmark = pytest.mark.asyncio


def datagrams(port: int, *contents: bytes, host: str = "127.0.0.1") -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        for content in contents:
            sock.sendto(content, (host, port))


async def logger(port: int, *arguments: str) -> None:
    """The program of util-linux, as an administrator would call it."""
    command = ["logger", "-n", "127.0.0.1", "-P", str(port), *arguments]
    await asyncio.to_thread(subprocess.run, command, check=True)


async def test_a_datagram_is_a_line(tmp_path: Path) -> None:
    async with receiving(tmp_path) as running:
        datagrams(running.port, b"<13>hello\n\0")
        [row] = await running.rows(1)
    assert (row["line"], row["peer"]) == (b"<13>hello", "127.0.0.1")
    assert (row["transport"], row["port"], row["cut"]) == ("udp", running.port, 0)


async def test_ipv6_is_served_by_the_same_port(tmp_path: Path) -> None:
    async with receiving(tmp_path) as running:
        datagrams(running.port, b"<13>hello", host="::1")
        [row] = await running.rows(1)
    assert row["peer"] == "::1"


@pytest.mark.parametrize("arguments", [["-d"], ["-T"], ["-T", "--octet-count"]])
async def test_logger_is_understood(tmp_path: Path, arguments: list[str]) -> None:
    async with receiving(tmp_path) as running:
        await logger(running.port, *arguments, "hello from a test")
        [line] = await running.lines(1)
    assert line.startswith(b"<13>")
    assert line.endswith(b"hello from a test")


async def test_a_last_line_without_an_end_is_kept(tmp_path: Path) -> None:
    async with receiving(tmp_path) as running:
        _, stream = await running.connect()
        stream.write(b"<13>one\n<13>tw")
        stream.close()
        assert await running.lines(2) == [b"<13>one", b"<13>tw"]


async def test_what_the_kernel_has_at_the_end_is_taken(tmp_path: Path) -> None:
    async with receiving(tmp_path) as running:
        _, stream = await running.connect()
        stream.write(b"<13>tcp\n" * 1_000)
        datagrams(running.port, *[b"<13>udp"] * 100)
        running.receive.stopping.set()
    lines = await running.lines(1_100)
    assert lines.count(b"<13>tcp") == 1_000


async def test_long_lines_are_cut_and_flagged(tmp_path: Path) -> None:
    async with receiving(tmp_path) as running:
        datagrams(running.port, b"", b"u" * 5_000)
        _, stream = await running.connect()
        stream.write(b"<13>short\n" + b"t" * 300_000 + b"\n")
        rows = await running.rows(3)
        stream.close()
    cuts = {row["line"][:1]: (row["cut"], len(row["line"])) for row in rows}
    assert cuts == {b"u": (5_000, 1_000), b"<": (0, 9), b"t": (300_000, 1_000)}


async def test_empty_frames_are_rejected_and_counted(tmp_path: Path) -> None:
    async with receiving(tmp_path) as running:
        datagrams(running.port, b"", b"\n", b"<13>a", b"\0")
        _, stream = await running.connect()
        stream.write(b"\n\n<13>b\n")
        assert len(await running.lines(2)) == 2
        stream.close()
        await running.until(lambda: running.rejected() == {"empty": 5})
    assert running.receive.writer.totals.received == 7


async def test_tls_on_the_plain_port_is_closed_with_a_reason(tmp_path: Path) -> None:
    async with receiving(tmp_path) as running:
        answer, stream = await running.connect()
        stream.write(b"\x16")
        await stream.drain()
        await asyncio.sleep(0.02)
        stream.write(b"\x03\x01\x02\x00\x01")
        with contextlib.suppress(ConnectionResetError):
            assert await answer.read() == b""
        await running.until(lambda: running.rejected() == {"tls_on_plain_port": 1})
    assert running.receive.writer.totals.lines == 0


async def test_connections_beyond_the_limits_are_refused(tmp_path: Path) -> None:
    async with receiving(tmp_path, connections=5, connections_per_peer=3) as running:
        held = [await running.connect() for _ in range(6)]
        reason = "too_many_connections_of_peer"
        await running.until(lambda: running.rejected() == {reason: 3})
        for _, stream in held:
            stream.close()
        await running.until(
            lambda: not running.receive.listeners["tcp", running.port].connections()
        )
        _, again = await running.connect()
        again.write(b"<13>room again\n")
        assert await running.lines(1) == [b"<13>room again"]
        again.close()


async def test_idle_connections_end(tmp_path: Path) -> None:
    async with receiving(tmp_path, idle_seconds=0.3) as running:
        silent, _a = await running.connect()
        slow, stream = await running.connect()
        for byte in b"<13>never ends and ne":
            stream.write(bytes([byte]))
            await asyncio.sleep(0.05)
        ended = asyncio.gather(silent.read(), slow.read(), return_exceptions=True)
        await asyncio.wait_for(ended, 10)
        [line] = await running.lines(1)
        assert b"<13>never ends".startswith(line[:14])
        await running.until(lambda: running.rejected() == {"idle": 1})


async def test_a_sender_that_speaks_now_and_then_is_not_idle(tmp_path: Path) -> None:
    async with receiving(tmp_path, idle_seconds=1.2) as running:
        _, stream = await running.connect()
        for number in range(5):
            stream.write(b"<13>%d\n" % number)
            await asyncio.sleep(0.5)
        assert len(await running.lines(5)) == 5
        stream.close()


async def test_a_device_that_has_nothing_to_say_is_not_cut_off(
    tmp_path: Path,
) -> None:
    async with receiving(tmp_path, idle_seconds=0.3) as running:
        _, stream = await running.connect()
        stream.write(b"<13>one\n")
        await running.lines(1)
        await asyncio.sleep(1.5)
        stream.write(b"<13>two\n")
        assert await running.lines(1) == [b"<13>two"]
        stream.close()


async def test_a_full_journal_stops_tcp_and_counts_datagrams(tmp_path: Path) -> None:
    async with receiving(tmp_path, max_bytes=60_000) as running:
        writer = running.receive.writer
        _, stream = await running.connect()
        noise = bytes(range(128, 256)) * 5
        while not writer.full:
            datagrams(running.port, noise)
            await asyncio.sleep(0.002)
        await running.until(lambda: running.receive.intake.state.value == "full")
        datagrams(running.port, b"<13>lost")
        stream.write(b"<13>waits\n")
        await running.until(lambda: running.rejected().get("journal_full", 0) > 0)
        assert "full" in (running.receive.trouble() or "")
        before = writer.totals.lines
        await running.rows(before)
        drop_before(writer.folder, writer.position)
        assert (await running.lines(1)) == [b"<13>waits"]
        stream.close()


async def test_status_says_what_was_received(tmp_path: Path) -> None:
    async with receiving(tmp_path) as running:
        datagrams(running.port, b"<13>a", b"<13>b", b"")
        await running.rows(2)
    status = json.loads((tmp_path / "0" / "receive.json").read_text())
    assert (status["received"], status["rejected"]) == (3, {"empty": 1})
    assert status["position"] == 2
    assert status["sources"] == {"127.0.0.1": {"received": 3, "rejected": 1}}


async def test_ports_follow_the_configuration(tmp_path: Path) -> None:
    extra = free_port()
    async with receiving(tmp_path) as running:
        folders.write_json(tmp_path / "ports.json", {"ports": [extra]})
        await running.until(lambda: ("udp", extra) in running.receive.listeners)
        datagrams(extra, b"<13>for a sensor")
        [row] = await running.rows(1)
        assert row["port"] == extra
        folders.write_json(tmp_path / "ports.json", {"ports": []})
        await running.until(lambda: ("udp", extra) not in running.receive.listeners)


async def test_a_port_in_use_is_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(
            PortError, match=f"tcp port {port}: another program uses it"
        ):
            async with receiving(tmp_path, port):
                pass


async def test_a_further_port_in_use_is_said_and_tried_again(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        async with receiving(tmp_path, free_port(), port) as running:
            assert str(port) in (running.receive.trouble() or "")
            datagrams(running.port, b"<13>works all the same")
            await running.rows(1)


async def test_two_processes_share_a_port(tmp_path: Path) -> None:
    port = free_port()
    async with (
        receiving(tmp_path / "a", port) as one,
        receiving(tmp_path / "b", port) as two,
    ):
        for number in range(200):
            datagrams(port, b"<13>%d" % number)
        await one.until(
            lambda: (
                one.receive.writer.totals.lines + two.receive.writer.totals.lines == 200
            )
        )
        assert one.receive.writer.totals.lines
        assert two.receive.writer.totals.lines


async def test_kernel_drops_are_counted_to_the_datagram(tmp_path: Path) -> None:
    async with receiving(tmp_path, udp_buffer_bytes=4_096) as running:
        datagrams(running.port, *[b"x" * 500] * 2_000)  # while the loop is not reading
        totals = running.receive.writer.totals
        await running.until(lambda: totals.lines + sum(totals.drops.values()) == 2_000)
        assert totals.drops[f"udp [::]:{running.port}"] > 0


async def test_garbage_is_kept_as_it_is(tmp_path: Path) -> None:
    contents = [
        b"\xff\xfe\x00\x01",
        b"<999999999999>x",
        b"\x1b[31m<script>alert(1)</script>%s%n=cmd|' /C calc'!A0",
        bytes(range(1, 10)) + bytes(range(11, 256)),
    ]
    async with receiving(tmp_path) as running:
        _, stream = await running.connect()
        stream.write(b"\n".join(contents) + b"\n")
        assert await running.lines(4) == contents
        stream.close()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1"),
        ("fe80::1%eth0", "fe80::1"),
        ("2001:DB8::1", "2001:db8::1"),
    ],
)
async def test_addresses_are_canonical(address: str, shown: str) -> None:
    assert canonical(address) == shown
