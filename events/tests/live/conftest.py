"""A viewer's browser, and a sensor whose events are stored as ingest does."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import SyncToAsync
from django.db import connections
from django.test import Client

from events import hub, reading, store
from events.database import Connection
from events.store import Origin
from events.tables import FLOWS
from events.tests import frames
from sensors.models import Domain, Membership, Role, Sensor, User

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def no_connection_is_left() -> Iterator[None]:
    """The thread in which consumers ask the database lives on, its connection ends:
    other tests may cut it, and a database that is connected to cannot be dropped."""
    thread = SyncToAsync.single_thread_executor
    thread.submit(connections.close_all).result()
    yield
    thread.submit(connections.close_all).result()


@pytest.fixture
def sensor(link: Connection) -> Sensor:
    domain = Domain.objects.create(name="mine")
    return Sensor.objects.create(domain=domain, name="one", home_net=[])


@pytest.fixture
def client(sensor: Sensor) -> Client:
    """A browser of a viewer of the sensor's domain."""
    user = User.objects.create_user("vera", password="x")
    Membership.objects.create(user=user, domain=sensor.domain, role=Role.VIEWER)
    client = Client()
    client.force_login(user, BACKEND)
    return client


@pytest.fixture
def add(link: Connection, sensor: Sensor) -> Callable[..., int]:
    """Stores events of the sensor, as ingest does, and gives the head."""

    def adds(count: int = 1, **columns: Any) -> int:
        first = store.position(link, "t")
        batch = frames.events(count, **{"sensor": sensor.pk, **columns})
        return store.save(link, Origin("t", first, first + count - 1), batch).head

    return adds


@pytest.fixture
def add_flows(link: Connection, sensor: Sensor) -> Callable[..., int]:
    """Stores flows of the sensor and gives the head of the flows."""

    def adds(count: int = 1, **columns: Any) -> int:
        first = store.position(link, "t")
        batch = frames.flows(count, **{"sensor": sensor.pk, **columns})
        store.save(link, Origin("t", first, first + count - 1), flows=batch)
        return store.last_id(link, FLOWS)

    return adds


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "LOOK", 0.2)
    monkeypatch.setattr(reading, "PAUSED_PACE", 0.2)
