"""What is known of an address, from what one may see."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events import addresses
from events.database import Connection
from events.tests.test_pages import fresh_pool, save, viewer
from sensors.models import Domain, Sensor

__all__ = ["fresh_pool", "viewer"]
pytestmark = pytest.mark.django_db(transaction=True)


def known(client: Client, ip: str = "10.0.0.1", **given: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/addresses/{ip}", given)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def seen(found: dict[str, Any], field: str) -> list[tuple[Any, int]]:
    [one] = [one for one in found["seen"] if one["field"] == field]
    return [(value["label"], value["count"]) for value in one["values"]]


def test_what_it_was_seen_with(link: Connection, viewer: Client) -> None:
    save(link, 3, src="10.0.0.1", dst="192.0.2.9", dport=443, host="fw1", user="amy")
    save(link, 2, src="192.0.2.7", dst="10.0.0.1", dport=22, rank=[5, -3], type=1)
    save(link, 4, src="192.0.2.7")
    found = known(viewer)
    assert (found["events"], found["as_source"], found["as_destination"]) == (5, 3, 2)
    assert found["rank"] == 5
    assert found["complete"] is True
    assert seen(found, "peer") == [("192.0.2.9", 3), ("192.0.2.7", 2)]
    assert seen(found, "dport") == [("443", 3), ("22", 2)]
    assert seen(found, "type") == [("log", 3), ("ids", 2)]
    assert seen(found, "user") == [("amy", 3)]
    assert seen(found, "sensor") == [("S-0.home", 5)]


def test_each_value_has_its_query(link: Connection, viewer: Client) -> None:
    save(link, src="10.0.0.1", dst="192.0.2.9", host="my host", type=1)
    queries = [
        value["query"] for one in known(viewer)["seen"] for value in one["values"]
    ]
    assert queries == [
        "ip:192.0.2.9", 'host:"my host"', "type:ids", "sensor:S-0.home"
    ]  # fmt: skip


def test_only_the_five_most_frequent_are_told(link: Connection, viewer: Client) -> None:
    save(link, 9, src="10.0.0.1", host=[f"h{number}" for number in range(9)])
    assert len(seen(known(viewer), "host")) == 5


def test_first_and_last_within_the_range(link: Connection, viewer: Client) -> None:
    now = timezone.now()
    times = [now - timedelta(hours=hours) for hours in (30, 20, 1)]
    save(link, 3, src="10.0.0.1", time=times)
    found = known(viewer)
    assert found["events"] == 2
    assert found["first"][:19] == times[1].isoformat()[:19]
    assert found["last"][:19] == times[2].isoformat()[:19]
    start = (now - timedelta(hours=48)).isoformat()
    assert known(viewer, start=start)["events"] == 3


def test_nothing_is_known_of_a_stranger(viewer: Client) -> None:
    found = known(viewer, "2001:db8::5")
    assert (found["events"], found["first"], found["rank"]) == (0, None, None)
    assert found["home"] == []
    assert found["complete"] is True


def test_whose_home_it_is(link: Connection, viewer: Client) -> None:
    foreign = Domain.objects.create(name="foreign")
    Sensor.objects.create(domain=foreign, name="S-1")
    assert known(viewer, "10.0.0.1")["home"] == ["S-0.home"]
    assert known(viewer, "::ffff:10.0.0.1")["ip"] == "10.0.0.1"


def test_what_is_not_shared_is_not_counted(link: Connection, viewer: Client) -> None:
    foreign = Domain.objects.create(name="foreign")
    sensor = Sensor.objects.create(domain=foreign, name="S-1")
    save(link, 2, src="10.0.0.1", sensor=sensor.pk)
    assert known(viewer)["events"] == 0


def test_too_many_events_are_said(
    link: Connection, viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "MOST_ROWS", 3)
    now = timezone.now()
    times = [now - timedelta(minutes=minutes) for minutes in range(5)]
    save(link, 5, src="10.0.0.1", time=times)
    found = known(viewer)
    assert (found["events"], found["complete"]) == (3, False)
    assert found["first"][:19] == times[2].isoformat()[:19]


def test_no_time_is_said(
    link: Connection, viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "SECONDS", 0.0)
    save(link, src="10.0.0.1")
    assert known(viewer)["complete"] is False


@pytest.mark.parametrize("text", ["x", "10.0.0.0/8", "1" * 99, "10.0.0.1 OR 1", "%00"])
def test_what_is_no_address_is_said(viewer: Client, text: str) -> None:
    for path in (f"/api/v1/addresses/{text}", f"/api/v1/resolve?ip={text}"):
        answer = viewer.get(path)
        assert answer.status_code in (400, 404), path
        if "/8" not in path:
            assert "is not an address" in answer.json()["error"]
