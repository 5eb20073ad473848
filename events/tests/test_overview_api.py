"""`/api/v1/overview`, `/api/v1/groups` and `/api/v1/top`: streams of JSON lines."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from events import store
from events.database import Connection
from events.overview import reading, streaming
from events.store import Origin
from events.tests import frames
from sensors.models import Domain, Sensor, User


@pytest.fixture(autouse=True)
def no_pool_is_left_of_overviews() -> Iterator[None]:
    yield
    if reading.pool.cache_info().currsize:
        reading.pool().close()
        reading.pool.cache_clear()


@pytest.fixture
def sensor(link: Connection) -> Sensor:
    domain = Domain.objects.create(name="tcovel")
    return Sensor.objects.create(domain=domain, name="S-0")


@pytest.fixture
def client(sensor: Sensor) -> Client:
    """A superuser's."""
    user = User.objects.create_superuser("root", password="x")
    client = Client()
    client.force_login(user)
    return client


def save(link: Connection, count: int, **columns: Any) -> None:
    now = datetime.now(UTC)
    frame = frames.events(count, **({"time": now, "received": now} | columns))
    first = store.position(link, "j")
    store.save(link, Origin("j", first, first + count - 1), events=frame)


def lines(client: Client, address: str) -> list[dict[str, Any]]:
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/x-ndjson"
    text = b"".join(response)
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
def test_an_overview_is_a_stream_that_ends_with_done(
    link: Connection, client: Client, sensor: Sensor
) -> None:
    save(link, 3, sensor=sensor.pk, src=["10.0.0.1", "10.0.0.1", None])
    line = lines(client, "/api/v1/overview?fields=src,sensor")[-1]
    assert (line["stage"], line["done"], line["progress"]) == ("counted", True, 1.0)
    assert (line["total"], line["sampled"]) == (3, None)
    assert line["facets"]["src"] == {
        "values": [
            {
                "value": "10.0.0.1",
                "label": "10.0.0.1",
                "count": 2,
                "query": "src:10.0.0.1",
            }
        ],
        "others": 0,
        "missing": 1,
        "error": 0,
    }
    assert line["facets"]["sensor"]["values"][0]["query"] == "sensor:S-0.tcovel"


def test_without_a_stream_it_is_the_last_line(
    link: Connection, client: Client, sensor: Sensor
) -> None:
    save(link, 3, sensor=sensor.pk, type=[1, 5, 5])
    found = client.get("/api/v1/overview?stream=0&q=type:log").json()
    assert (found["stage"], found["done"], found["total"]) == ("exact", True, 2)
    (series,) = found["histogram"]["series"]
    assert (series["value"], series["label"], sum(series["counts"])) == (5, "log", 2)


def test_groups_are_the_condensed_view(
    link: Connection, client: Client, sensor: Sensor
) -> None:
    save(link, 3, sensor=sensor.pk, src="10.0.0.1", message=["a", "b", "b"])
    found = client.get("/api/v1/groups?stream=0").json()
    assert [(group["key"]["message"], group["count"]) for group in found["groups"]] == [
        ("b", 2),
        ("a", 1),
    ]
    assert (found["total"], found["distinct"], found["cut"]) == (3, 2, False)
    assert found["groups"][0]["query"] == (
        "src:10.0.0.1 NOT dst:* message:b NOT signature:*"
    )


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("overview?by=colour", "by is one of type, rank, sensor, class, not 'colour'."),
        ("overview?buckets=401", "buckets must be between 1 and 400."),
        ("overview?fields=nonsense", "fields: there is no 'nonsense'; there are"),
        ("overview?table=flows&fields=user", "fields: there is no 'user'; there are"),
        ("overview?exact=2", "exact is one of 0, 1, not '2'."),
        ("overview?q=(", "The query ends too early"),
        ("groups?by=src,dst,host,app,user", "by takes at most 4 names."),
        ("groups?order=size", "order is one of"),
        ("groups?limit=1001", "limit must be between 1 and 1000."),
    ],
)
def test_a_wrong_parameter_is_said(client: Client, asked: str, sentence: str) -> None:
    response = client.get(f"/api/v1/{asked}")
    assert response.status_code == 400
    assert sentence in response.json()["error"]


def test_a_fifth_question_of_a_user_has_to_wait(client: Client) -> None:
    user = str(User.objects.get().pk)
    turns = [streaming.Turn(user) for _ in range(streaming.MOST_OF_ONE)]
    response = client.get("/api/v1/overview?stream=0")
    assert response.status_code == 429
    assert response.json()["error"].startswith("At most 4 overviews")
    turns.pop().end()
    assert client.get("/api/v1/overview?stream=0").status_code == 200


def test_a_turn_that_is_forgotten_is_over() -> None:
    for _ in range(10):
        streaming.Turn("somebody")
    assert streaming.Turn.count["somebody"] == 0
