"""The pages of events as a person of each kind gets them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from events import pools, store
from events.database import Connection
from events.store import Origin
from events.tests import frames
from sensors.models import Domain, Membership, Role, Sensor, User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh_pool() -> Iterator[None]:
    yield
    pools.readers().close()
    pools.readers.cache_clear()


@pytest.fixture
def viewer(link: Connection) -> Client:
    """May see the default sensor's domain and no other."""
    user = User.objects.create_user("vi", zone="Europe/Berlin")
    home = Domain.objects.get(name="home")
    Membership.objects.create(user=user, domain=home, role=Role.VIEWER)
    client = Client()
    client.force_login(user)
    return client


def save(link: Connection, count: int = 1, **columns: Any) -> None:
    sensor = Sensor.objects.get(is_default=True)
    values = {"sensor": sensor.pk, "time": timezone.now(), "received": timezone.now()}
    batch = frames.events(count, **(values | columns))
    first = store.position(link, "t")
    store.save(link, Origin("t", first, first + count - 1), events=batch)


def shown(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return str(answer.content.decode())


def test_nobody_sees_a_page_without_logging_in() -> None:
    for path in ("/", "/history", "/events/1"):
        assert Client().get(path).status_code == 302


def test_real_time_tells_how_to_send_a_line(viewer: Client) -> None:
    assert "logger -n testserver -P 5514 -T" in shown(viewer, "/")


def test_history_shows_the_users_time_to_the_millisecond(
    link: Connection, viewer: Client
) -> None:
    time = timezone.now().replace(microsecond=123_456) - timedelta(hours=1)
    save(link, time=time)
    berlin = time.astimezone(ZoneInfo("Europe/Berlin"))
    text = re.sub("<[^>]*>", "", shown(viewer, "/history"))
    assert f"{berlin:%m-%d %H:%M:%S}.123" in text


def test_rows_of_the_future_are_told_of_and_counted_where_they_are(
    link: Connection, viewer: Client
) -> None:
    save(link, 2)
    save(link, 3, time=timezone.now() + timedelta(hours=5))
    first = viewer.get("/history?q=message:*").context
    assert len(first["rows"]) == 2
    later = viewer.get("/history" + first["ahead"]["href"])
    assert len(later.context["rows"]) == 3
    state = later.context["state"]
    counted = viewer.get("/api/v1/overview", {
        "q": state["q"], "start": state["start"], "end": state["end"], "stream": "0",
    })  # fmt: skip
    assert counted.json()["total"] == 3
    assert later.context["ahead"] is None


def test_pages_go_older_and_newer(link: Connection, viewer: Client) -> None:
    save(link, 150)
    first = viewer.get("/history").context
    assert len(first["rows"]) == 100
    second = viewer.get("/history" + first["older"]).context
    assert len(second["rows"]) == 50
    assert second["older"] == ""
    again = viewer.get("/history" + second["newer"]).context
    assert again["rows"] == first["rows"]


def test_an_error_in_the_query_is_marked_at_its_place(viewer: Client) -> None:
    page = shown(viewer, "/history?q=src:10.0.0.1 zz:1", 400)
    assert "src:10.0.0.1 <mark>zz:1</mark>" in page
    assert "There is no field zz." in page


@pytest.mark.parametrize("cursor", ["x", "AAAA", "é", "0" * 500])
def test_a_page_that_was_made_up_is_refused(viewer: Client, cursor: str) -> None:
    assert "cannot be found" in shown(viewer, f"/history?cursor={cursor}", 400)


def test_nothing_found_leads_further(viewer: Client) -> None:
    page = shown(viewer, "/history?q=nothing%26more")
    assert "No event matches" in page
    assert "?q=nothing%26more&amp;range=7d" in page


def test_a_search_that_ran_out_of_time_says_so(
    link: Connection, viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(link, 3)
    monkeypatch.setattr("events.views.history.SECONDS", 0.0)
    page = shown(viewer, "/history")
    assert "stopped at" in page
    assert "Search on" in page


def test_an_event_has_every_field_and_its_line(
    link: Connection, viewer: Client
) -> None:
    line = b"<13>1 - \xff fw1 - - \x1b[31mhello"
    save(link, src="10.0.0.1", sport=1234, host="fw1", raw=line, data='{"a": {"b": 1}}')
    page = shown(viewer, "/events/1")
    assert '<span class="control">‹ESC›</span>[31mhello' in page
    assert "not valid UTF-8" in page
    assert "?q=src%3A10.0.0.1&amp;start=" in page
    assert '<dt class="mono">a.b</dt><dd data-column="data.a.b">' in page


HOSTILE = "<script>alert(1)</script> {{ 7 }} %s \u202egpj =cmd|'/C calc'!A0"


def test_hostile_text_is_shown_harmlessly(link: Connection, viewer: Client) -> None:
    names: dict[str, Any] = dict.fromkeys(
        ("host", "app", "user", "action", "signature"), HOSTILE
    )
    save(link, message=HOSTILE, raw=HOSTILE.encode(), data='{"<b>": "<i>"}', **names)
    for path in ("/history", "/events/1"):
        page = shown(viewer, path)
        assert "<script>alert" not in page
        assert "\u202e" not in page.replace("\\u202E", "")
        assert "<i>" not in page


def test_what_is_not_shared_does_not_exist(link: Connection, viewer: Client) -> None:
    foreign = Domain.objects.create(name="foreign")
    sensor = Sensor.objects.create(domain=foreign, name="S-1")
    save(link, sensor=sensor.pk, message="a secret")
    assert "a secret" not in shown(viewer, "/history?range=7d")
    assert "There is nothing here" in shown(viewer, "/events/1", 404)


@pytest.mark.parametrize("number", ["0", "7", str(2**63), "9" * 60])
def test_an_event_that_is_not_there_is_said(viewer: Client, number: str) -> None:
    assert "There is nothing here" in shown(viewer, f"/events/{number}", 404)


def test_a_member_of_nothing_is_told_what_to_do() -> None:
    client = Client()
    client.force_login(User.objects.create_user("nobody"))
    assert "No domain is shared with you" in shown(client, "/")
    assert "No domain is shared with you" in shown(client, "/history")
