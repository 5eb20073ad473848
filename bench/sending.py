"""Senders: processes of their own that replay lines at a rate or at full speed."""

import socket
import time
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

CHUNK = 500  # lines per write
TICK = 0.01  # seconds between two writes at a fixed rate


def tcp(port: int, lines: list[bytes], count: int, rate: float = 0) -> int:
    """Sends `count` lines over one connection, newline framing; lines sent."""
    chunk = min(CHUNK, max(1, int(rate * TICK))) if rate else CHUNK
    texts = [
        b"".join(line + b"\n" for line in lines[first : first + chunk])
        for first in range(0, len(lines) - len(lines) % chunk, chunk)
    ]
    sent = 0
    with socket.create_connection(("127.0.0.1", port)) as link:
        started = time.monotonic()
        for number in range(count // chunk):
            if rate:
                wait(started + sent / rate)
            link.sendall(texts[number % len(texts)])
            sent += chunk
        link.shutdown(socket.SHUT_WR)
        link.recv(1)
    return sent


def udp(port: int, lines: list[bytes], count: int, rate: float) -> int:
    """Sends `count` datagrams at `rate` a second in small bursts; datagrams sent."""
    burst = max(1, int(rate * 0.001))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.connect(("127.0.0.1", port))
        started = time.monotonic()
        for number in range(count):
            if number % burst == 0:
                wait(started + number / rate)
            link.send(lines[number % len(lines)])
    return count


def wait(until: float) -> None:
    left = until - time.monotonic()
    if left > 0:
        time.sleep(left)


def apart(function: object, *arguments: object) -> BaseProcess:
    """Runs a sender in a process of its own."""
    process = get_context("fork").Process(target=function, args=arguments)  # type: ignore[arg-type]
    process.start()
    return process
