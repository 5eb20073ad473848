"""The API: one shape for rows, pages and errors; nothing outside of the scope."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events import pools, store
from events.database import Connection
from events.store import Origin
from events.tests import frames
from sensors.models import ApiToken, Domain, Membership, Role, Sensor, User

EVENTS = "/api/v1/events"


@pytest.fixture
def viewer(link: Connection) -> Client:
    """May read the sensor `one.mine` and not `two.other`; three events each."""
    sensors = [
        Sensor.objects.create(
            domain=Domain.objects.create(name=domain), name=name, home_net=[]
        )
        for name, domain in (("one", "mine"), ("two", "other"))
    ]
    user = User.objects.create_user("vera", password="x")
    Membership.objects.create(user=user, domain=sensors[0].domain, role=Role.VIEWER)
    now = timezone.now()
    times = [now - timedelta(minutes=n) for n in range(6)]
    ids = [sensor.pk for sensor in sensors] * 3
    batch = frames.events(6, time=times, sensor=ids, head="<13>", src="10.0.0.1")
    flows = frames.flows(2, end=now, sensor=ids[:2], uid=["a/b", "c"])
    store.save(link, Origin("t", 0, 5), events=batch, flows=flows)
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def get(client: Client, path: str, **given: Any) -> tuple[int, Any]:
    answer = client.get(path, given)
    assert answer["Content-Type"] == "application/json"
    return answer.status_code, answer.json()


def test_it_works(viewer: Client) -> None:
    status, page = get(viewer, EVENTS, q="ip:10.0.0.0/8", limit=2)
    assert status == 200
    assert [row["message"] for row in page["results"]] == ["message 0", "message 2"]
    assert page["results"][0]["sensor"] == "one.mine"
    assert page["results"][0]["type_name"] == "log"
    assert page["complete"] is True
    _, rest = get(viewer, EVENTS, limit=2, cursor=page["next"])
    assert [row["message"] for row in rest["results"]] == ["message 4"]
    assert rest["next"] is None


def test_a_token_reads_the_same(viewer: Client) -> None:
    _, text = ApiToken.issue(User.objects.get(username="vera"))
    bearer = {"Authorization": f"Bearer {text}"}
    page = Client().get(EVENTS, headers=bearer).json()
    assert len(page["results"]) == 3
    assert Client().get(EVENTS).status_code == 401


def test_one_event_has_its_line(viewer: Client) -> None:
    status, event = get(viewer, f"{EVENTS}/1")
    assert (status, event["raw"]) == (200, "<13>message 0")


def test_what_is_outside_of_the_scope_does_not_exist(viewer: Client) -> None:
    for path in (f"{EVENTS}/2", f"{EVENTS}/99", f"{EVENTS}/{10**30}"):
        status, answer = get(viewer, path)
        assert status == 404
        assert answer["error"].startswith("There is no event")
    assert get(viewer, "/api/v1/flows/c")[0] == 404


def test_flows(viewer: Client) -> None:
    _, page = get(viewer, "/api/v1/flows", q="type:flow")
    assert [row["uid"] for row in page["results"]] == ["a/b"]
    status, flow = get(viewer, "/api/v1/flows/a/b")
    assert (status, flow["sensor"]) == (200, "one.mine")


def test_the_range(viewer: Client) -> None:
    now = timezone.now()
    _, none = get(viewer, EVENTS, start=(now + timedelta(hours=1)).isoformat())
    assert none["results"] == []
    end = (now - timedelta(seconds=90)).isoformat()
    _, page = get(viewer, EVENTS, end=end)
    assert [row["message"] for row in page["results"]] == ["message 2", "message 4"]


WRONG: list[tuple[dict[str, str], str, int | None]] = [
    ({"q": "src:x"}, "neither an address", 4),
    ({"q": "hots:a"}, "Did you mean host?", 0),
    ({"start": "yesterday"}, "must be a time", None),
    ({"start": "2026-13-01T00:00:00Z"}, "must be a time", None),
    ({"start": "0001-01-01"}, "out of range", None),
    ({"start": "2026-01-02", "end": "2026-01-01"}, "before end", None),
    ({"limit": "0"}, "between 1 and 1000", None),
    ({"limit": "1001"}, "between 1 and 1000", None),
    ({"limit": "²"}, "must be a number", None),
    ({"cursor": "x"}, "cursor", None),
    ({"cursor": "\0"}, "cursor", None),
    ({"q": "a\0"}, "cannot be searched", 1),
]


def test_a_wrong_parameter_is_said(viewer: Client) -> None:
    for given, message, at in WRONG:
        status, answer = get(viewer, EVENTS, **given)
        assert status == 400
        assert message in answer["error"]
        assert answer["at"] == at


def test_the_api_only_reads(viewer: Client) -> None:
    assert viewer.post(EVENTS).status_code == 405


def test_a_database_that_is_away_is_said(
    viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = {**pools.settings(), "port": 1}
    monkeypatch.setattr(pools, "settings", lambda: nowhere)
    monkeypatch.setattr(pools, "PATIENCE", 0.3)
    status, answer = get(viewer, EVENTS)
    assert status == 503
    assert "does not answer" in answer["error"]
