"""One event as a line to copy."""

from collections.abc import Iterator
from datetime import UTC, datetime

import orjson
import pytest
from django.test import Client

from events import pools, store
from events.database import Connection
from events.store import Origin
from events.tests import frames
from sensors.models import Domain, Membership, Role, Sensor, User

pytestmark = pytest.mark.django_db(transaction=True)
TIME = datetime(2026, 2, 9, 17, 12, 9, tzinfo=UTC)


@pytest.fixture
def viewer(link: Connection) -> Iterator[Client]:
    """May see the first of two events."""
    foreign = Domain.objects.create(name="foreign")
    other = Sensor.objects.create(domain=foreign, name="S-1")
    own = Sensor.objects.get(is_default=True)
    batch = frames.events(
        2, time=TIME, sensor=[own.pk, other.pk], message="a\nsecret", src="10.0.0.1",
        dst="10.0.0.2", sport=1, dport=2, proto="tcp", raw=b"exactly",
    )  # fmt: skip
    store.save(link, Origin("t", 0, 1), events=batch)
    user = User.objects.create_user("vi")
    Membership.objects.create(user=user, domain=own.domain, role=Role.VIEWER)
    client = Client()
    client.force_login(user)
    yield client
    pools.readers().close()
    pools.readers.cache_clear()


LINE = "Feb  9 17:12:09 S-0.home: {5,0} a secret {TCP} 10.0.0.1:1 -> 10.0.0.2:2"


def line(client: Client, key: str, number: int = 1) -> str:
    answer = client.get(f"/api/v1/events/{number}/line", {"format": key})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    return str(answer.content.decode())


def test_as_it_would_be_exported(viewer: Client) -> None:
    assert line(viewer, "syslog") == LINE
    assert line(viewer, "cef").startswith("CEF:0|MetaFlows|MSS|1.4.3|3:5|a secret|0|")
    assert orjson.loads(line(viewer, "jsonl"))["message"] == "a\nsecret"


def test_what_is_not_shared_does_not_exist(viewer: Client) -> None:
    for number in (2, 99, 10**30):
        answer = viewer.get(f"/api/v1/events/{number}/line?format=cef")
        assert answer.status_code == 404
        assert "secret" not in answer.content.decode()


def test_a_format_that_is_not_there_is_said(viewer: Client) -> None:
    answer = viewer.get("/api/v1/events/1/line?format=pdf")
    assert answer.status_code == 400
    assert "must be one of syslog, cef, jsonl" in answer.json()["error"]
