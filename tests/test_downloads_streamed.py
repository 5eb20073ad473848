"""A download of many rows from a real web process: bounded, broken off, whole."""

import http.client
import json
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import psutil
import pytest
from django.test import Client

from events import store
from events.database import Connection
from events.store import Origin
from events.tests import frames
from exporters.models import Download
from sensors.models import AuditEntry, Sensor, User
from tests.product import eventually

ROWS, BATCH = 200_000, 20_000
PATH = "/api/v1/downloads"
RANGE = {"start": "2026-03-01T00:00:00Z", "end": "2026-03-09T00:00:00Z"}
MEBIBYTE = 1 << 20
# Of 40 MB of CSV: what the buffers of two sockets and the next page may hold.
MOST_AHEAD = ROWS // 2

Opened = Callable[[], http.client.HTTPConnection]


@pytest.fixture
def full(link: Connection) -> None:
    sensor = Sensor.objects.get(is_default=True)
    for first in range(0, ROWS, BATCH):
        texts = [f"event {first + n} {'x' * 60}" for n in range(BATCH)]
        batch = frames.events(BATCH, sensor=sensor.pk, message=texts)
        store.save(link, Origin("many", first, first + BATCH - 1), events=batch)


@pytest.fixture
def client(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    return client


@pytest.fixture
def opened(client: Client, live_server_url: str) -> Iterator[Opened]:
    """Asks for a file and for its bytes; what was opened is closed in the end."""
    links: list[http.client.HTTPConnection] = []

    def open_one() -> http.client.HTTPConnection:
        body = json.dumps(RANGE | {"format": "csv"})
        file = client.post(PATH, body, "application/json").json()["file"]
        link = http.client.HTTPConnection(urlsplit(live_server_url).netloc, timeout=60)
        links.append(link)
        link.request("GET", file, headers={"Cookie": f"sessionid={session(client)}"})
        return link

    yield open_one
    for link in links:
        link.close()


def session(client: Client) -> str:
    return client.cookies["sessionid"].value


def web_process(url: str) -> psutil.Process:
    port = str(urlsplit(url).port)
    [found] = [
        process
        for process in psutil.Process().children()
        if {"daphne", port} <= set(process.cmdline())
    ]
    return found


def signs_of_life() -> Iterator[int]:
    """How many there were, each time that it is asked."""
    seen = set()
    while True:
        seen.add(Download.objects.get().updated)
        yield len(seen)


def state() -> str:
    return Download.objects.get().state


def test_every_row_comes_and_the_server_waits_for_the_reader(
    full: None, opened: Opened, live_server_url: str
) -> None:
    process = web_process(live_server_url)
    answer = opened().getresponse()
    before = process.memory_info().rss
    signs = signs_of_life()
    eventually(lambda: next(signs) > 3)
    assert 0 < Download.objects.get().rows < MOST_AHEAD
    lines, most = 0, before
    while part := answer.read(MEBIBYTE):
        lines += part.count(b"\r\n")
        most = max(most, process.memory_info().rss)
    assert lines == ROWS + 1
    assert most - before < 40 * MEBIBYTE
    eventually(lambda: state() == "done")
    assert Download.objects.get().rows == ROWS


def test_a_reader_that_leaves_ends_the_search(full: None, opened: Opened) -> None:
    link = opened()
    link.getresponse().read(MEBIBYTE)
    link.close()
    eventually(lambda: state() == "stopped", 30)
    record = Download.objects.get()
    assert record.reason == "The connection was closed." and record.rows < ROWS
    ended = AuditEntry.objects.get(action="download ended")
    assert ended.detail["rows"] == record.rows


def test_a_file_that_is_stopped_is_no_whole_answer(
    full: None, opened: Opened, client: Client
) -> None:
    answer = opened().getresponse()
    client.delete(f"{PATH}/{Download.objects.get().pk}")
    with pytest.raises(http.client.IncompleteRead):
        while answer.read(MEBIBYTE):
            pass
    record = Download.objects.get()
    assert (record.state, record.reason) == ("stopped", "You stopped it.")
