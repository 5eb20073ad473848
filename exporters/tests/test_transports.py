"""Transports and the test event, against real receivers: arrived, or a clear reason."""

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from exporters import probe
from exporters.models import Destination
from exporters.tests.conftest import Receiver
from exporters.tests.receivers import (
    LOOPBACK,
    TcpReceiver,
    UdpReceiver,
    free_port,
    wait_until,
)
from exporters.transports import tcp as tcp_module
from exporters.transports.base import DeliveryError, Target
from exporters.transports.tcp import Tcp
from exporters.transports.tls import Tls
from exporters.transports.udp import Udp
from sensors.models import Domain, Sensor

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def pem(authority: trustme.CA) -> str:
    return authority.cert_pem.bytes().decode()


def sent_test(port: int, transport: str, **columns: Any) -> tuple[bool, str]:
    sensor = Sensor(name="S-0", domain=Domain(name="home"))
    values = {"name": "SIEM", "host": LOOPBACK} | columns
    destination = Destination(sensor=sensor, port=port, transport=transport, **values)
    return probe.send(destination, "ada", NOON)


TEST_LINE = (
    b"<133>Mar  4 12:00:00 S-0.home: {5,0} Test event for the destination SIEM, sent "
    b"by ada {TCP} 192.0.2.1:1234 -> 198.51.100.2:80"
)


def test_a_test_event_over_tcp(tcp: TcpReceiver) -> None:
    assert sent_test(tcp.port, "tcp") == (
        True,
        f"Connected to 127.0.0.1 port {tcp.port}; its system has acknowledged the test "
        "event.",
    )
    assert wait_until(lambda: tcp.lines == [TEST_LINE])


def test_a_test_event_over_udp_says_that_nothing_confirms_it(udp: UdpReceiver) -> None:
    went_out, sentence = sent_test(udp.port, "udp")
    assert went_out
    assert "nothing confirms that it arrived" in sentence
    assert wait_until(lambda: udp.lines == [TEST_LINE])


def test_a_test_event_over_tls_in_cef(tls: TcpReceiver, authority: trustme.CA) -> None:
    answer = sent_test(tls.port, "tls", ca=pem(authority), format="cef")
    assert answer[0], answer[1]
    assert wait_until(lambda: len(tls.lines) == 1)
    assert tls.lines[0].startswith(b"<133>Mar  4 12:00:00 S-0.home CEF:0|MetaFlows|")


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_nobody_listens(transport: str) -> None:
    kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
    went_out, sentence = sent_test(free_port(kind), transport)
    assert not went_out
    assert "refused the connection: nothing listens there." in sentence


def test_a_name_that_does_not_resolve() -> None:
    went_out, sentence = sent_test(514, "tcp", host="no-such-host.invalid")
    assert not went_out
    assert "no-such-host.invalid" in sentence
    assert "resolve" in sentence


def test_a_certificate_that_nobody_trusts(tls: TcpReceiver) -> None:
    went_out, sentence = sent_test(tls.port, "tls")
    assert not went_out
    assert sentence.startswith(f"The certificate of 127.0.0.1 port {tls.port} is not")
    assert not tls.lines


def test_a_certificate_of_another_authority(tls: TcpReceiver) -> None:
    went_out, sentence = sent_test(tls.port, "tls", ca=pem(trustme.CA()))
    assert not went_out
    assert "is not accepted" in sentence


def test_a_certificate_for_another_host(
    receivers: list[Receiver], authority: trustme.CA
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("siem.example.org").configure_cert(context)
    receivers.append(TcpReceiver(context=context))
    went_out, sentence = sent_test(receivers[0].port, "tls", ca=pem(authority))
    assert not went_out
    assert "127.0.0.1" in sentence and "is not accepted" in sentence


def test_an_unchecked_certificate_is_said_to_be_unchecked(tls: TcpReceiver) -> None:
    went_out, sentence = sent_test(tls.port, "tls", verify=False)
    assert went_out
    assert "without checking its certificate" in sentence


def test_a_receiver_that_wants_our_certificate(
    receivers: list[Receiver], authority: trustme.CA
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(LOOPBACK).configure_cert(context)
    context.verify_mode = ssl.CERT_REQUIRED
    receivers.append(TcpReceiver(context=context))
    went_out, sentence = sent_test(receivers[0].port, "tls", ca=pem(authority))
    assert not went_out
    assert "certificate required" in sentence


def test_a_receiver_without_tls(tcp: TcpReceiver) -> None:
    """It reads the greeting as a line and says nothing: the handshake ends."""
    threading.Timer(0.2, tcp.close).start()
    went_out, sentence = sent_test(tcp.port, "tls")
    assert not went_out
    assert "does not speak TLS as expected" in sentence


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """Accepts in the kernel only, with a small buffer; no program ever reads."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        listener.bind((LOOPBACK, 0))
        listener.listen(1)
        yield listener


def test_a_receiver_that_never_reads_is_a_failure_not_a_success(
    silent: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tcp_module, "STALL_SECONDS", 0.3)
    link = Tcp(Target(LOOPBACK, silent.getsockname()[1]))
    with pytest.raises(DeliveryError, match="stopped taking|does not answer"):
        for _ in range(50):
            link.send([b"x" * 8_000] * 100)
            link.confirm()
    link.close()


def test_a_blocked_delivery_ends_at_once_when_it_is_told_to(
    silent: socket.socket,
) -> None:
    link = Tcp(Target(LOOPBACK, silent.getsockname()[1]))
    threading.Timer(0.3, link.abort).start()
    began = time.monotonic()
    with pytest.raises(DeliveryError):
        for _ in range(50):
            link.send([b"x" * 8_000] * 100)
            link.confirm()
    assert time.monotonic() - began < 3
    link.close()


def test_lines_that_a_receiver_had_not_read_when_it_died_are_not_confirmed(
    silent: socket.socket,
) -> None:
    link = Tcp(Target(LOOPBACK, silent.getsockname()[1]))
    link.send([b"hello"])
    held, _ = silent.accept()
    held.close()  # unread data: the kernel resets the connection
    with pytest.raises(DeliveryError, match="without reading everything"):
        link.confirm()
    link.close()


def test_a_receiver_that_left_in_good_order_is_connected_anew(tcp: TcpReceiver) -> None:
    link = Tcp(Target(LOOPBACK, tcp.port))
    link.send([b"one"])
    link.confirm()
    assert wait_until(lambda: len(tcp.lines) == 1)
    tcp.leave()
    again = TcpReceiver(tcp.port)
    assert wait_until(link.is_gone)
    link.send([b"two"])
    link.confirm()
    assert wait_until(lambda: again.lines == [b"two"])
    link.close()
    again.close()


def test_tls_notices_a_receiver_that_left(
    tls: TcpReceiver, authority: trustme.CA
) -> None:
    link = Tls(Target(LOOPBACK, tls.port, ca=pem(authority)))
    link.send([b"one"])
    link.confirm()
    assert not link.is_gone()
    assert wait_until(lambda: tls.lines == [b"one"])
    tls.close()
    assert wait_until(link.is_gone)
    link.close()


def test_all_datagrams_to_a_receiver_come_from_one_port(udp: UdpReceiver) -> None:
    """Or `nc -lu`, which hears its first sender only, would miss what follows."""
    for _ in range(3):
        link = Udp(Target(LOOPBACK, udp.port))
        link.send([b"x"])
        link.close()
    assert wait_until(lambda: len(udp.lines) == 3)
    assert len(udp.peers) == 1


def test_a_datagram_is_never_longer_than_2048_bytes(udp: UdpReceiver) -> None:
    link = Udp(Target(LOOPBACK, udp.port))
    link.send([b"x" * 5_000])
    assert wait_until(lambda: [len(one) for one in udp.lines] == [2_048])
    link.close()


def test_nc_prints_the_test_event_and_what_follows(tmp_path: Path) -> None:
    port = free_port(socket.SOCK_DGRAM)
    with (tmp_path / "out").open("wb") as out:
        try:
            nc = subprocess.Popen(["nc", "-lu", LOOPBACK, str(port)], stdout=out)
        except FileNotFoundError:
            pytest.skip("nc is not installed: apt install netcat-openbsd")
    try:
        assert wait_until(lambda: sent_test(port, "udp")[0])
        link = Udp(Target(LOOPBACK, port))
        link.send([b"the next event"])
        link.close()
        printed = tmp_path / "out"
        wanted = TEST_LINE + b"the next event"
        assert wait_until(lambda: wanted in printed.read_bytes())
    finally:
        nc.kill()
        nc.wait(5)
