"""`manage.py follow` as a process: killed, restarted, ended by a signal."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings

from exporters import delivery
from exporters.models import Destination
from exporters.tests.receivers import TcpReceiver, wait_until
from exporters.tests.test_delivery import numbers

pytestmark = pytest.mark.server
Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start(process_environment: dict[str, str]) -> Iterator[Start]:
    """Starts the process on the test's own database."""
    started = []

    def run() -> "subprocess.Popen[bytes]":
        command = [sys.executable, "manage.py", "follow"]
        started.append(
            subprocess.Popen(command, env=process_environment, cwd=settings.BASE_DIR)
        )
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.wait(10)


def test_a_follower_killed_amid_its_work_misses_nothing(
    save: Callable[..., int],
    add: Callable[..., Destination],
    tcp: TcpReceiver,
    start: Start,
) -> None:
    """What arrives twice is bounded by a page."""
    add(tcp.port, transport="tcp")
    save(20_000)
    process = start()
    assert wait_until(lambda: len(tcp.lines) > 0, 30)
    time.sleep(random.random() / 10)
    process.kill()
    process.wait(10)
    start()
    assert wait_until(lambda: 19_999 in numbers(tcp.lines[-1:]), 30)
    got = numbers(tcp.lines)
    assert set(got) == set(range(20_000))
    assert len(got) - 20_000 <= delivery.PAGE


def test_sigterm_ends_it_in_good_order(
    save: Callable[..., int],
    add: Callable[..., Destination],
    tcp: TcpReceiver,
    start: Start,
) -> None:
    add(tcp.port, transport="tcp")
    add(9, name="black hole", host="192.0.2.1", transport="tcp")
    process = start()
    save(5)
    assert wait_until(lambda: len(tcp.lines) == 5, 30)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
