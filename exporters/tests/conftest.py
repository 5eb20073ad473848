"""Fixtures: a store that commits, receivers that are closed, a crew that is ended."""

import os
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import trustme

from events import store
from events.database import Connection
from events.store import Origin
from events.tests import frames
from events.tests.conftest import no_pool_is_left
from exporters import crew, destinations
from exporters.models import Destination
from exporters.tests.receivers import LOOPBACK, TcpReceiver, UdpReceiver
from sensors import defaults
from sensors.models import Sensor
from tests.browser import database_url

__all__ = ["no_pool_is_left"]

Receiver = UdpReceiver | TcpReceiver


@pytest.fixture
def receivers() -> Iterator[list[Receiver]]:
    """What is put in here is closed at the end."""
    found: list[Receiver] = []
    yield found
    for one in found:
        one.close()


@pytest.fixture
def udp(receivers: list[Receiver]) -> UdpReceiver:
    made = UdpReceiver()
    receivers.append(made)
    return made


@pytest.fixture
def tcp(receivers: list[Receiver]) -> TcpReceiver:
    made = TcpReceiver()
    receivers.append(made)
    return made


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def tls_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(LOOPBACK).configure_cert(context)
    return context


@pytest.fixture
def tls(receivers: list[Receiver], tls_context: ssl.SSLContext) -> TcpReceiver:
    made = TcpReceiver(context=tls_context)
    receivers.append(made)
    return made


@pytest.fixture
def sensor(transactional_db: None) -> Sensor:
    defaults.ensure()
    return Sensor.objects.get(is_default=True)


@pytest.fixture
def save(link: Connection, sensor: Sensor) -> Callable[..., int]:
    """Stores some events of the sensor; returns the feed's head."""
    at = [0]

    def save_events(count: int = 1, **columns: Any) -> int:
        origin = Origin("test", at[0], at[0] + count - 1)
        values = {"sensor": sensor.pk} | columns
        if "message" not in columns:
            values["message"] = [f"event {at[0] + n}" for n in range(count)]
        at[0] += count
        return store.save(link, origin, events=frames.events(count, **values)).head

    return save_events


@pytest.fixture
def save_flows(link: Connection, sensor: Sensor) -> Callable[..., None]:
    """Stores some flows of the sensor, once in a test."""

    def save_some(count: int = 1, **columns: Any) -> None:
        found = frames.flows(count, sensor=sensor.pk, **columns)
        store.save(link, Origin("flows", 0, count - 1), flows=found)

    return save_some


@pytest.fixture
def add(link: Connection, sensor: Sensor) -> Callable[..., Destination]:
    """Makes a destination that begins now, as the page does."""

    def add_destination(port: int, **columns: Any) -> Destination:
        values = {"sensor": sensor, "name": f"to {port}", "host": LOOPBACK}
        made = Destination.objects.create(port=port, **values | columns)
        destinations.begin(made)
        return made

    return add_destination


@pytest.fixture
def process_environment(link: Connection) -> dict[str, str]:
    """For a process of its own on the test's database."""
    return os.environ | {"DATABASE_URL": database_url()}


@pytest.fixture
def follow(link: Connection) -> Iterator[Callable[[], Callable[[], None]]]:
    """Starts what `manage.py follow` runs; what it returns ends it again."""
    running: list[tuple[threading.Event, threading.Thread]] = []

    def start() -> Callable[[], None]:
        stop = threading.Event()
        thread = threading.Thread(target=crew.run, args=[stop])
        running.append((stop, thread))
        thread.start()

        def end() -> None:
            stop.set()
            thread.join(15)
            assert not thread.is_alive()

        return end

    yield start
    for stop, thread in running:
        stop.set()
        thread.join(15)
