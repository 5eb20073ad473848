"""What lies nearest in time to an empty range, and around one event."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from events import neighbours, search, store
from events.database import Connection
from events.query import parse
from events.search import Search
from events.store import Origin
from events.tables import FLOWS
from events.tests import frames
from events.tests.frames import NOON
from events.walk import Span
from sensors.models import Domain, Sensor, User

SCOPE = frozenset({1})
MINUTE = timedelta(minutes=1)


@pytest.fixture
def rows(link: Connection, settings: Any) -> Connection:
    """Ten events, a minute apart, of two hosts in turn; the third is of sensor 2."""
    settings.SEGMENT_ROWS = 4
    batch = frames.events(
        10,
        time=[NOON + n * MINUTE for n in range(10)],
        host=["a", "B"] * 5,
        src=["10.0.0.1", "10.0.0.2", None, "10.0.0.3", "10.0.0.1"] * 2,
        dst=["10.0.0.9", None, None, "10.0.0.1", "10.0.0.9"] * 2,
        sensor=[1, 1, 2, *[1] * 7],
    )
    store.save(link, Origin("t", 0, 9), events=batch)
    return link


def times(q: str, span: Span, **asked: Any) -> tuple[object, object]:
    found = neighbours.nearest(Search(parse(q), SCOPE, span, **asked))
    assert found.complete
    return found.before, found.after


def test_the_matches_nearest_to_a_range(rows: Connection) -> None:
    span = Span(NOON + 3 * MINUTE, NOON + 6 * MINUTE)
    assert times("", span) == (NOON + MINUTE, NOON + 6 * MINUTE)
    assert times("host:a", span) == (NOON, NOON + 6 * MINUTE)
    assert times("host:nowhere", span) == (None, None)
    assert times("", Span(NOON, None)) == (None, None)
    assert times("", Span(NOON + MINUTE, None)) == (NOON, None)
    assert times("", span, table=FLOWS) == (None, None)


def around(number: int, of: str, limit: int = 2) -> tuple[list[int], list[int]]:
    event = search.event(number, SCOPE)
    assert event
    found = neighbours.around(event, of, SCOPE, limit)
    assert found.complete
    return [row["id"] for row in found.before], [row["id"] for row in found.after]


def test_the_events_around_one_in_time(rows: Connection) -> None:
    assert around(6, "sensor") == ([4, 5], [7, 8])
    assert around(6, "host") == ([2, 4], [8, 10])
    assert around(5, "host") == ([1], [7, 9])  # the third is of another sensor
    assert around(6, "src") == ([1, 5], [10])
    assert around(6, "dst") == ([1, 5], [10])
    assert around(6, "ip", 9) == ([1, 4, 5], [9, 10])


def test_an_event_without_the_value_has_no_neighbours(rows: Connection) -> None:
    assert around(8, "src") == ([], [])
    assert around(8, "ip") == ([], [])


def test_rows_of_the_same_instant_are_neighbours_by_id(link: Connection) -> None:
    store.save(link, Origin("t", 0, 4), events=frames.events(5))
    assert around(3, "sensor", 9) == ([1, 2], [4, 5])


@pytest.fixture
def client(rows: Connection) -> Client:
    client = Client()
    backend = "django.contrib.auth.backends.ModelBackend"
    client.force_login(User.objects.create_superuser("root", password="x"), backend)
    return client


WRONG = [
    ("/api/v1/events/1/around?of=user", "of must be one of host, src"),
    ("/api/v1/events/1/around?limit=201", "between 1 and 200"),
    ("/api/v1/nearest?table=x", "table must be one of events, flows"),
    ("/api/v1/nearest?q=src:x", "address"),
    ("/api/v1/events?sort=raw", "nothing to sort by"),
    ("/api/v1/events?seconds=0", "between 0.1 and 10"),
    ("/api/v1/events?seconds=nan", "must be a number"),
]


@pytest.mark.parametrize(("address", "message"), WRONG)
def test_a_wrong_question_is_said(client: Client, address: str, message: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert message in answer.json()["error"]


def test_the_shape_of_the_answers(client: Client, rows: Connection) -> None:
    domain = Domain.objects.create(name="mine")
    sensor = Sensor.objects.create(domain=domain, name="one")
    times = [NOON - n * MINUTE for n in range(3)]
    batch = frames.events(3, sensor=sensor.pk, time=times)
    store.save(rows, Origin("t", 10, 12), events=batch)
    answer = client.get("/api/v1/events/12/around", {"of": "sensor"}).json()
    assert [[row["id"] for row in answer[side]] for side in ("before", "after")] == [
        [13],
        [11],
    ]
    assert answer["before"][0]["sensor"] == "one.mine"
    asked = {"start": NOON.isoformat(), "q": "sensor:one", "table": "events"}
    assert client.get("/api/v1/nearest", asked).json() == {
        "before": "2026-03-04T11:59:00.000000Z",
        "after": None,
        "complete": True,
    }
