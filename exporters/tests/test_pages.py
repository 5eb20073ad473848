"""The destinations section of the sensor page."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events.models import Follower
from exporters.models import Destination, DestinationStatus
from exporters.status import SIGN_OF_LIFE
from exporters.tests.receivers import UdpReceiver, wait_until
from sensors import routing
from sensors.models import AuditEntry, Domain, Sensor, User
from sensors.tests.conftest import client_of
from sensors.tests.factories import make_domain, make_sensor, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Domain:
    return make_domain("site")


@pytest.fixture
def sensor(site: Domain) -> Sensor:
    return make_sensor(site)


@pytest.fixture
def alice(site: Domain) -> User:
    return make_user("alice", site, "administrator")


@pytest.fixture
def as_alice(alice: User) -> Client:
    """An administrator of the sensor's domain."""
    return client_of(alice)


@pytest.fixture
def as_victor(site: Domain) -> Client:
    """A viewer of the sensor's domain."""
    return client_of(make_user("victor", site, "viewer"))


@pytest.fixture
def as_otto(db: None) -> Client:
    """An administrator of another domain."""
    return client_of(make_user("otto", make_domain("other"), "administrator"))


@pytest.fixture
def siem(sensor: Sensor) -> Destination:
    return Destination.objects.create(sensor=sensor, name="SIEM", host="192.0.2.1")


def form_of(**changes: Any) -> dict[str, Any]:
    values = {
        "name": "SIEM",
        "host": "siem.example.org",
        "port": 514,
        "transport": "udp",
        "format": "syslog",
        "enabled": "on",
        "with_pri": "on",
        "verify": "on",
    }
    return values | changes


def url(sensor: Sensor, rest: str = "") -> str:
    return f"/sensors/{sensor.pk}/destinations/{rest}"


def test_an_added_destination_begins_now_and_is_in_the_trail(
    as_alice: Client, sensor: Sensor, site: Domain
) -> None:
    before = routing.version()
    answer = as_alice.post(url(sensor), form_of())
    assert b"SIEM is saved and in force." in answer.content
    made = Destination.objects.get()
    assert (made.sensor, made.host, made.minimum_rank) == (
        sensor,
        "siem.example.org",
        None,
    )
    assert Follower.objects.get(name=f"export:{made.pk}").position == 0
    assert routing.version() == before + 1
    entry = AuditEntry.objects.get(action="destination created")
    assert (entry.user, entry.domain) == ("alice", site)


def test_htmx_gets_the_section_and_others_a_page(
    as_victor: Client, sensor: Sensor
) -> None:
    page = as_victor.get(url(sensor))
    part = as_victor.get(url(sensor), headers={"HX-Request": "true"})
    assert b"<html" in page.content
    assert part.content.startswith(b'<section class="panel" id="destinations">')


REFUSED = [
    ({"host": "10.0.0"}, "neither a host name nor an address"),
    ({"host": "a b"}, "neither a host name nor an address"),
    ({"host": "http://siem"}, "neither a host name nor an address"),
    ({"host": "siem:514"}, "without a port"),
    ({"port": 0}, "greater than or equal to 1"),
    ({"port": 65_536}, "less than or equal to 65535"),
    ({"port": ""}, "required"),
    ({"transport": "pigeon"}, "not one of the available choices"),
    ({"minimum_rank": 101}, "less than or equal to 100"),
    ({"ca": "no certificate"}, "no certificate in PEM text"),
    ({"host": "127.0.0.1", "port": 5514}, "would return as a new one, without end"),
    ({"host": "localhost", "port": 5514}, "would return as a new one, without end"),
]


@pytest.mark.parametrize(("change", "why"), REFUSED)
def test_what_cannot_work_is_refused_in_a_sentence(
    as_alice: Client, sensor: Sensor, change: dict[str, Any], why: str
) -> None:
    answer = as_alice.post(url(sensor), form_of(**change))
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not Destination.objects.exists()


@pytest.mark.parametrize("host", ["10.0.0.1", "2001:db8::1", "[2001:db8::1]", "siem."])
def test_addresses_and_names_are_accepted(
    as_alice: Client, sensor: Sensor, host: str
) -> None:
    as_alice.post(url(sensor), form_of(host=host))
    assert Destination.objects.get().host == host.strip("[].")


def test_a_name_is_taken_once_per_sensor(
    as_alice: Client, sensor: Sensor, siem: Destination
) -> None:
    answer = as_alice.post(url(sensor), form_of())
    assert answer.status_code == 422
    assert b"This sensor has a destination of that name." in answer.content
    assert Destination.objects.count() == 1


def test_a_change_is_saved_and_in_the_trail(
    as_alice: Client, sensor: Sensor, siem: Destination
) -> None:
    as_alice.post(url(sensor, f"{siem.pk}/"), form_of(port=6514, transport="tls"))
    siem.refresh_from_db()
    assert (siem.port, siem.transport) == (6514, "tls")
    entry = AuditEntry.objects.get(action="destination changed")
    assert entry.detail["changes"]["port"] == [514, 6514]


def test_it_is_switched_off_and_on(
    as_alice: Client, sensor: Sensor, siem: Destination
) -> None:
    for expected in (False, True):
        as_alice.post(url(sensor, f"{siem.pk}/switch/"))
        siem.refresh_from_db()
        assert siem.enabled is expected


def test_it_is_deleted_with_its_place(
    as_alice: Client, sensor: Sensor, siem: Destination
) -> None:
    Follower.objects.create(name=siem.follower, table="events", position=3)
    answer = as_alice.post(url(sensor, f"{siem.pk}/delete/"))
    assert b"SIEM is deleted." in answer.content
    assert not Destination.objects.exists()
    assert not Follower.objects.exists()


def test_what_waits_can_be_skipped(
    as_alice: Client, sensor: Sensor, siem: Destination
) -> None:
    Follower.objects.create(name=siem.follower, table="events", position=99, missed=7)
    as_alice.post(url(sensor, f"{siem.pk}/skip/"))
    place = Follower.objects.get()
    assert (place.position, place.missed) == (0, 0)
    siem.refresh_from_db()
    assert siem.begun > siem.created


def test_a_test_event_is_sent_and_in_the_trail(
    as_alice: Client, sensor: Sensor, siem: Destination, udp: UdpReceiver
) -> None:
    Destination.objects.update(host="127.0.0.1", port=udp.port)
    answer = as_alice.post(url(sensor, f"{siem.pk}/test/"))
    assert b"nothing confirms that it arrived" in answer.content
    assert wait_until(lambda: len(udp.lines) == 1)
    assert AuditEntry.objects.get(action="destination tested").user == "alice"


def test_the_figures_show_what_happened(
    as_victor: Client, sensor: Sensor, siem: Destination
) -> None:
    DestinationStatus.objects.create(
        destination=siem, sent=12_345, failed=3, last_error="<b>refused</b>"
    )
    Follower.objects.create(name=siem.follower, table="events", missed=7)
    answer = as_victor.get(url(sensor, "figures/")).content.decode()
    assert "<b>7</b> missed: retention dropped them first" in answer
    assert "<b>12,345</b> sent" in answer
    assert "<b>3</b> failed attempts" in answer
    assert "&lt;b&gt;refused&lt;/b&gt;" in answer
    assert "hx-swap-oob" in answer


def test_a_new_one_is_not_given_up_at_once(
    as_victor: Client, sensor: Sensor, siem: Destination
) -> None:
    assert b"no sign of life" not in as_victor.get(url(sensor, "figures/")).content
    Destination.objects.update(created=timezone.now() - SIGN_OF_LIFE)
    assert b"no sign of life" in as_victor.get(url(sensor, "figures/")).content


READS = ["", "figures/"]
CHANGES = ["", "{pk}/", "{pk}/switch/", "{pk}/skip/", "{pk}/delete/", "{pk}/test/"]


@pytest.mark.parametrize("rest", READS)
def test_a_viewer_reads_and_a_stranger_finds_nothing(
    as_victor: Client, as_otto: Client, sensor: Sensor, siem: Destination, rest: str
) -> None:
    assert as_victor.get(url(sensor, rest)).status_code == 200
    assert as_otto.get(url(sensor, rest)).status_code == 404


@pytest.mark.parametrize("rest", CHANGES)
def test_only_an_administrator_of_the_domain_changes(
    as_victor: Client, as_otto: Client, sensor: Sensor, siem: Destination, rest: str
) -> None:
    address = url(sensor, rest.format(pk=siem.pk))
    assert as_victor.post(address, form_of(name="x")).status_code == 403
    assert as_otto.post(address, form_of(name="x")).status_code == 404
    assert list(Destination.objects.values_list("name", flat=True)) == ["SIEM"]


def test_a_viewer_sees_no_button(
    as_victor: Client, sensor: Sensor, siem: Destination
) -> None:
    answer = as_victor.get(url(sensor)).content
    assert b"<button" not in answer.partition(b'id="destinations"')[2]


def test_a_destination_of_another_sensor_is_not_reached(
    as_alice: Client, site: Domain, siem: Destination
) -> None:
    other = make_sensor(site, "S-2")
    assert as_alice.post(url(other, f"{siem.pk}/delete/")).status_code == 404
