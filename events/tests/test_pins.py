"""Pins: who may keep what, what stays of it, and its limits."""

from typing import Any

import pytest
from django.test import Client

from events import pins, pools
from events.database import Connection
from events.models import Pin
from events.pins import NoEvent, WrongPin
from events.tests.test_pages import fresh_pool, save, shown, viewer
from sensors.models import Domain, Membership, Sensor, User

__all__ = ["fresh_pool", "viewer"]
pytestmark = pytest.mark.django_db(transaction=True)
PINS = "/api/v1/pins"


def put(client: Client, number: int, **body: Any) -> Any:
    return client.put(f"{PINS}/{number}", body, content_type="application/json")


def one() -> User:
    return User.objects.get(username="vi")


def test_a_pin_is_kept_with_its_note(link: Connection, viewer: Client) -> None:
    save(link, message="look", src="10.0.0.1")
    assert put(viewer, 1, note="  odd ").json()["note"] == "odd"
    assert viewer.get(f"{PINS}?only=ids").json() == {"ids": [1]}
    [found] = viewer.get(PINS).json()["results"]
    assert (found["event"], found["stored"]) == (1, True)
    assert (found["row"]["message"], found["row"]["src"]) == ("look", "10.0.0.1")


def test_pinning_again_keeps_the_note_or_takes_the_new(
    link: Connection, viewer: Client
) -> None:
    save(link)
    put(viewer, 1, note="first")
    assert put(viewer, 1).json()["note"] == "first"
    assert put(viewer, 1, note="second").json()["note"] == "second"
    assert Pin.objects.count() == 1


def test_unpinning_what_is_not_pinned_is_no_error(viewer: Client) -> None:
    assert viewer.delete(f"{PINS}/7").status_code == 204
    assert viewer.delete(f"{PINS}/{10**30}").status_code == 204


def test_pins_are_personal(link: Connection, viewer: Client) -> None:
    save(link)
    put(viewer, 1)
    other = User.objects.create_superuser("root")
    assert pins.ids(other) == []
    pins.remove(other, 1)
    assert pins.ids(one()) == [1]


def test_what_one_cannot_see_cannot_be_pinned(link: Connection, viewer: Client) -> None:
    foreign = Domain.objects.create(name="foreign")
    sensor = Sensor.objects.create(domain=foreign, name="S-1")
    save(link, sensor=sensor.pk)
    for number in (1, 99, 10**30):
        assert put(viewer, number).status_code == 404
    with pytest.raises(NoEvent):
        pins.keep(one(), 1)


def test_a_right_that_is_lost_hides_the_copy(link: Connection, viewer: Client) -> None:
    save(link, message="a secret")
    put(viewer, 1)
    Membership.objects.all().delete()
    assert viewer.get(PINS).json() == {"results": []}
    assert "a secret" not in shown(viewer, "/pins")
    assert viewer.get("/events/1").status_code == 404


def test_retention_takes_no_pinned_event(link: Connection, viewer: Client) -> None:
    save(link, message="kept", raw=b"exact \0 line \xff")
    put(viewer, 1, note="why")
    link.execute("DELETE FROM events")
    [found] = viewer.get(PINS).json()["results"]
    assert found["stored"] is False
    page = shown(viewer, "/events/1")
    assert "dropped this event" in page
    assert "exact ‹" not in page  # the mark is an element of its own
    assert "‹NUL›" in page
    assert 'title="The store has dropped it' in shown(viewer, "/pins")


WRONG = [
    ({"note": "x" * 501}, "at most 500"),
    ({"note": "a\0b"}, "null character"),
    ({"note": 1}, "must be a text"),
]


@pytest.mark.parametrize(("body", "message"), WRONG)
def test_a_wrong_note_is_said(
    link: Connection, viewer: Client, body: dict[str, Any], message: str
) -> None:
    save(link)
    answer = put(viewer, 1, **body)
    assert answer.status_code == 400
    assert message in answer.json()["error"]
    assert Pin.objects.count() == 0


def test_there_is_an_end_of_pins(
    link: Connection, viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pins, "LIMIT", 2)
    save(link, 3)
    pins.keep(one(), 1)
    pins.keep(one(), 2)
    with pytest.raises(WrongPin, match="You have 2 pins"):
        pins.keep(one(), 3)
    assert pins.keep(one(), 2, "note").note == "note"


def test_the_page_says_what_a_pin_is_while_there_is_none(viewer: Client) -> None:
    assert "Nothing is pinned" in shown(viewer, "/pins")


def test_the_forms_work_without_a_script(link: Connection, viewer: Client) -> None:
    save(link)
    answer = viewer.post("/pins/1", {"do": "pin", "back": "event"})
    assert answer["Location"] == "/events/1"
    answer = viewer.post("/pins/1", {"do": "note", "note": "<b>odd</b>"})
    assert answer["Location"] == "/pins"
    assert "&lt;b&gt;odd" in shown(viewer, "/pins")
    assert "&lt;b&gt;odd" in shown(viewer, "/events/1")
    viewer.post("/pins/1", {"do": "unpin"})
    assert pins.ids(one()) == []
    assert viewer.post("/pins/9", {"do": "pin"}).status_code == 404


def test_a_page_of_pins_asks_the_database_a_few_times(
    link: Connection, viewer: Client, django_assert_max_num_queries: Any
) -> None:
    save(link, 30)
    for number in range(1, 31):
        pins.keep(one(), number)
    with django_assert_max_num_queries(8):
        viewer.get("/pins")
    assert pools.readers().get_stats()["pool_size"] <= 1
