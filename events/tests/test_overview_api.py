"""`/api/v1/overview`, `/api/v1/groups` and `/api/v1/top`: streams of JSON lines."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.test import Client

from events import database, store
from events.database import Connection
from events.overview import reading, streaming, top
from events.store import Origin
from events.tests import frames
from mssweb.asgi import application
from sensors.models import Domain, Membership, Role, Sensor, User


@pytest.fixture(autouse=True)
def no_pool_is_left_of_overviews() -> Iterator[None]:
    yield
    top.shared.answers.clear()
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
    assert [(group["key"]["event"], group["count"]) for group in found["groups"]] == [
        ("b", 2),
        ("a", 1),
    ]
    assert (found["total"], found["distinct"], found["cut"]) == (3, 2, False)
    assert found["groups"][0]["query"] == (
        "src:10.0.0.1 NOT dst:* NOT signature:* message:/^b$/"
    )


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("overview?by=colour", "by must be one of type, rank, sensor, class"),
        ("overview?buckets=401", "buckets must be between 1 and 400."),
        ("overview?fields=nonsense", "fields: there is no 'nonsense'; there are"),
        ("overview?table=flows&fields=user", "fields: there is no 'user'; there are"),
        ("overview?exact=2", "exact must be one of 0, 1, not '2'."),
        ("overview?q=(", "The query ends too early"),
        ("groups?by=src,dst,host,app,user", "by takes at most 4 names."),
        ("groups?order=size", "order must be one of"),
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


async def gone_before_the_answer(cookie: str) -> None:
    """Asks over ASGI, waits until the statement runs, and closes the connection."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "path": "/api/v1/overview",
        "query_string": b"q=rank:0",
        "headers": [(b"host", b"testserver"), (b"cookie", cookie.encode())],
    }
    connection: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]
    await connection.send_input({"type": "http.request"})
    assert (await connection.receive_output(10))["status"] == 200
    await until(lambda: running() == 1)
    await connection.send_input({"type": "http.disconnect"})
    await connection.wait(10)
    await until(lambda: running() == 0)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(9):  # the lock's own limit is ten seconds
        while not await asyncio.to_thread(holds):
            await asyncio.sleep(0.05)


def running() -> int:
    with database.connect() as link:
        row = link.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
            " AND pid <> pg_backend_pid() AND query LIKE '%GROUPING SETS%'"
        ).fetchone()
    return int(row[0]) if row else 0


def test_who_closes_the_connection_cancels_the_statement(
    link: Connection, client: Client, sensor: Sensor
) -> None:
    save(link, 3, sensor=sensor.pk)
    (table,) = link.execute("SELECT name FROM segments WHERE rows > 0").fetchone() or ()
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    with link.transaction():
        link.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        asyncio.run(gone_before_the_answer(cookie))
    assert streaming.Turn.count[str(User.objects.get().pk)] == 0
    assert client.get("/api/v1/overview?stream=0").json()["total"] == 3


def test_a_foreign_sensor_does_not_exist(
    link: Connection, client: Client, sensor: Sensor
) -> None:
    foreign = Sensor.objects.create(
        domain=Domain.objects.create(name="other"), name="S-1"
    )
    save(link, 5, sensor=[sensor.pk, *[foreign.pk] * 4], src="10.0.0.1")
    viewer = User.objects.create_user("viewer", password="x")
    Membership.objects.create(user=viewer, domain=sensor.domain, role=Role.VIEWER)
    seen = Client()
    seen.force_login(viewer)
    for asked in ("overview?", "overview?q=rank:0&", "groups?by=sensor&"):
        found = seen.get(f"/api/v1/{asked}stream=0").json()
        assert found["total"] == 1
        assert "S-1" not in json.dumps(found)
    (top,) = seen.get("/api/v1/top?of=count").json()["values"]
    assert (top["value"], top["count"]) == ("10.0.0.1", 1)


def test_the_top_lists_count_both_sides(
    link: Connection, client: Client, sensor: Sensor
) -> None:
    save(
        link,
        3,
        sensor=sensor.pk,
        rank=[0, 60, 60],
        src=["10.0.0.1", "10.0.0.2", "10.0.0.1"],
        dst=["10.0.0.1", "10.0.0.1", None],
    )
    found = client.get("/api/v1/top?of=count&limit=5").json()
    assert [(each["value"], each["count"]) for each in found["values"]] == [
        ("10.0.0.1", 3),
        ("10.0.0.2", 1),
    ]
    assert found["complete"] is True
    ranked = client.get("/api/v1/top?of=rank&q=src:10.0.0.2").json()["values"]
    assert [(each["value"], each["rank"], each["query"]) for each in ranked] == [
        ("10.0.0.1", 60, "ip:10.0.0.1"),
        ("10.0.0.2", 60, "ip:10.0.0.2"),
    ]


def test_equal_questions_share_an_answer(
    link: Connection, client: Client, sensor: Sensor
) -> None:
    save(link, 1, sensor=sensor.pk, src="10.0.0.9")
    first = client.get("/api/v1/top?of=count&minutes=9").json()
    save(link, 1, sensor=sensor.pk, src="10.0.0.9")
    assert client.get("/api/v1/top?of=count&minutes=9").json() == first
    other = client.get("/api/v1/top?of=count&minutes=8").json()["values"]
    assert other[0]["count"] == 2
