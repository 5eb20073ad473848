"""The sensor configuration page and its sources."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from events.models import SourceTotal
from sensors import routing
from sensors.models import AuditEntry, Domain, Sensor, User
from sensors.tests.conftest import client_of
from sensors.tests.factories import make_domain, make_sensor, make_source, make_user


def form_of(sensor: Sensor, **changes: Any) -> dict[str, Any]:
    values = {
        "name": sensor.name,
        "domain": sensor.domain_id,
        "location": sensor.location,
        "interface": sensor.interface,
        "home_net": "\n".join(sensor.home_net),
        "log_management": "on" if sensor.log_management else "",
        "search_domain": sensor.search_domain,
        "zone": sensor.zone,
        "port": sensor.port or "",
    }
    return {key: value for key, value in (values | changes).items() if value != ""}


def test_a_saved_change_is_in_force_and_in_the_trail(
    as_alice: Client, sensor: Sensor, site: Domain
) -> None:
    before = routing.version()
    form = form_of(sensor, home_net="10.1.0.0/16\n\n 192.0.2.7 \n", zone="Asia/Tokyo")
    answer = as_alice.post(f"/sensors/{sensor.pk}/", form, follow=True)
    assert b"saved and in force" in answer.content
    assert routing.version() == before + 1
    sensor.refresh_from_db()
    assert sensor.home_net == ["10.1.0.0/16", "192.0.2.7"]
    entry = AuditEntry.objects.get(action="sensor changed")
    assert entry.domain == site and entry.user == "alice"
    assert entry.detail["changes"]["zone"] == ["UTC", "Asia/Tokyo"]


def test_a_sniffed_interface_is_given_by_those_of_the_default_sensor(
    as_alice: Client, as_root: Client, sensor: Sensor, settings: Any
) -> None:
    settings.SNIFF = ["eth1"]
    address, form = f"/sensors/{sensor.pk}/", form_of(sensor, interface="eth1")
    assert b"Logs are sniffed on eth1" in as_alice.post(address, form).content
    assert not routing.load().interfaces
    as_root.post(address, form)
    assert routing.load().interfaces["eth1"].sensor == sensor.pk
    other = make_sensor(make_domain("elsewhere"))
    Sensor.objects.filter(pk=other.pk).update(interface="eth1")
    assert not routing.load().interfaces  # of several nobody's


def test_saving_without_a_change_leaves_no_trace(
    as_alice: Client, sensor: Sensor
) -> None:
    before = routing.version()
    as_alice.post(f"/sensors/{sensor.pk}/", form_of(sensor))
    assert routing.version() == before
    assert not AuditEntry.objects.filter(action="sensor changed").exists()


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("home_net", "10.0.0.0/8\n10.0.0.1/8", "Line 2: '10.0.0.1/8' has host bits"),
        ("home_net", "10.0.0.1/8", "did you mean 10.0.0.0/8?"),
        ("home_net", "192.168.1.*", "did you mean 192.168.1.0/24?"),
        ("home_net", "10.0.0.0-10.0.0.255", "did you mean 10.0.0.0/24?"),
        ("home_net", "office", "neither an address nor a network"),
        ("zone", "Europe/berlin", "did you mean Europe/Berlin?"),
        ("zone", "Berlin time", "is not a time zone"),
        ("port", "70000", "less than or equal to 65535"),
        ("name", "S 1", "letters, digits"),
        ("name", "", "required"),
        ("interface", "a-name-that-is-too-long", "at most 15"),
        ("location", "a\0b", "Null characters"),
    ],
)
def test_what_is_wrong_is_told(
    as_root: Client, sensor: Sensor, field: str, value: str, why: str
) -> None:
    answer = as_root.post(f"/sensors/{sensor.pk}/", form_of(sensor, **{field: value}))
    text = answer.content.decode().replace("&#x27;", "'")
    assert answer.status_code == 200 and why in text
    assert not AuditEntry.objects.filter(action="sensor changed").exists()


def test_what_was_typed_stays_in_the_form(as_alice: Client, sensor: Sensor) -> None:
    form = form_of(sensor, home_net="10.0.0.1/8", location="<cellar>")
    page = as_alice.post(f"/sensors/{sensor.pk}/", form).content.decode()
    assert "10.0.0.1/8</textarea>" in page and "&lt;cellar&gt;" in page


def test_a_viewer_reads_and_changes_nothing(as_victor: Client, sensor: Sensor) -> None:
    page = as_victor.get(f"/sensors/{sensor.pk}/").content.decode()
    assert "192.168.0.0/16" in page and "<textarea" not in page
    answer = as_victor.post(f"/sensors/{sensor.pk}/", form_of(sensor, name="X"))
    assert answer.status_code == 403


def test_a_sensor_moves_only_between_ones_own_domains(
    as_alice: Client, sensor: Sensor
) -> None:
    foreign = make_domain("foreign")
    form = form_of(sensor, domain=foreign.pk)
    answer = as_alice.post(f"/sensors/{sensor.pk}/", form)
    assert b"not one of the available choices" in answer.content
    sensor.refresh_from_db()
    assert sensor.domain.name == "site"


def test_the_default_flag_moves(as_root: Client, sensor: Sensor) -> None:
    as_root.post(f"/sensors/{sensor.pk}/", form_of(sensor, is_default="on"))
    assert Sensor.objects.get(is_default=True) == sensor


def test_the_default_flag_cannot_be_dropped(as_root: Client, home: Domain) -> None:
    default = home.sensors.get()
    as_root.post(f"/sensors/{default.pk}/", form_of(default, is_default=""))
    assert Sensor.objects.get(is_default=True) == default


def test_a_domains_administrator_takes_no_lines_from_the_default_sensor(
    as_alice: Client, sensor: Sensor
) -> None:
    form = form_of(sensor, port=5514, is_default="on")
    as_alice.post(f"/sensors/{sensor.pk}/", form)
    sensor.refresh_from_db()
    assert sensor.port is None and not sensor.is_default


def test_a_new_sensor(as_alice: Client, sensor: Sensor) -> None:
    form = form_of(sensor, name="S-2")
    as_alice.post("/sensors/new/", form)
    assert Sensor.objects.get(name="S-2").origin == "S-2.site"
    assert AuditEntry.objects.get(action="sensor created").target == "S-2.site"


def test_two_sensors_of_a_domain_have_two_names(
    as_alice: Client, sensor: Sensor
) -> None:
    answer = as_alice.post("/sensors/new/", form_of(sensor))
    assert b"already exists" in answer.content


def test_a_sensor_without_events_is_deleted(as_alice: Client, sensor: Sensor) -> None:
    as_alice.post(f"/sensors/{sensor.pk}/delete/")
    assert not Sensor.objects.filter(pk=sensor.pk).exists()
    assert AuditEntry.objects.get(action="sensor deleted").target == "S-1.site"


def test_a_sensor_with_events_stays_and_the_page_says_why(
    as_alice: Client, sensor: Sensor
) -> None:
    SourceTotal.objects.create(
        source="", sensor=sensor.pk, stored=1,
        first_seen="2026-01-01T00:00Z", last_seen="2026-01-01T00:00Z",
    )  # fmt: skip
    answer = as_alice.post(f"/sensors/{sensor.pk}/delete/", follow=True)
    assert b"it has stored events; switch its log management off" in answer.content
    assert not AuditEntry.objects.filter(action="sensor deleted").exists()


def test_the_default_sensor_is_not_deleted(as_root: Client, home: Domain) -> None:
    default = home.sensors.get()
    answer = as_root.post(f"/sensors/{default.pk}/delete/", follow=True)
    assert b"it is the default sensor" in answer.content


def add(client: Client, sensor: Sensor, network: str, **more: str) -> str:
    form = {"network": network, **more}
    path = f"/sensors/{sensor.pk}/sources/"
    return client.post(path, form, follow=True).content.decode()


def test_a_source_is_added_changed_and_removed(
    as_alice: Client, sensor: Sensor
) -> None:
    add(as_alice, sensor, "192.0.2.9", name="fw")
    source = sensor.sources.get()
    assert routing.load().find("192.0.2.9", 0).sensor == sensor.pk
    path = f"/sensors/{sensor.pk}/sources/{source.pk}/"
    assert (
        "edited_network"
        in as_alice.get(f"/sensors/{sensor.pk}/?edit={source.pk}").content.decode()
    )
    as_alice.post(path, {"network": "192.0.2.0/24", "zone": "Asia/Tokyo"})
    assert routing.load().find("192.0.2.77", 0).zone == "Asia/Tokyo"
    as_alice.post(path + "delete/")
    assert routing.load().find("192.0.2.77", 0).sensor != sensor.pk
    actions = AuditEntry.objects.values_list("action", flat=True)
    assert list(actions) == ["source deleted", "source changed", "source created"]


def test_a_wrong_source_is_told_in_its_own_row(
    as_alice: Client, sensor: Sensor
) -> None:
    source = make_source(sensor, "192.0.2.9/32")
    assert "did you mean 192.0.2.0/24?" in add(
        as_alice, sensor, "192.0.2.9/24"
    ).replace("&#x27;", "'")
    path = f"/sensors/{sensor.pk}/sources/{source.pk}/"
    page = as_alice.post(path, {"network": "nonsense"}).content.decode()
    assert 'id="edited_network_error"' in page


def test_a_source_belongs_to_one_sensor(
    as_alice: Client, sensor: Sensor, site: Domain
) -> None:
    make_source(make_sensor(site, "S-2"), "192.0.2.0/24")
    assert "belongs to sensor S-2.site already" in add(as_alice, sensor, "192.0.2.0/24")


@pytest.mark.parametrize("network", ["192.0.2.9", "192.0.2.0/24", "0.0.0.0/0"])
def test_a_source_cannot_divert_a_foreign_domains_lines(
    as_alice: Client, sensor: Sensor, network: str
) -> None:
    make_source(make_sensor(make_domain("secret")), "192.0.2.0/24")
    page = add(as_alice, sensor, network)
    assert "overlaps a source of another domain" in page and "secret" not in page
    assert not sensor.sources.exists()


def test_an_administrator_of_both_may_narrow(site: Domain, sensor: Sensor) -> None:
    other = make_domain("other")
    both = make_user("both", site, "administrator")
    both.memberships.create(domain=other, role="administrator")
    make_source(make_sensor(other), "192.0.2.0/24")
    add(client_of(both), sensor, "192.0.2.9")
    assert sensor.sources.get().shown == "192.0.2.9"


def test_the_sources_of_a_foreign_sensor_are_out_of_reach(
    as_alice: Client, sensor: Sensor
) -> None:
    foreign = make_source(make_sensor(make_domain("secret")), "203.0.113.1/32")
    path = f"/sensors/{sensor.pk}/sources/{foreign.pk}/"
    assert as_alice.post(path, {"network": "192.0.2.1"}).status_code == 404


def test_of_two_that_claim_a_network_at_once_one_is_told(
    transactional_db: None,
) -> None:
    site = make_domain("site")
    alice = make_user("alice", site, "administrator")
    sensors = [make_sensor(site, name) for name in ("S-1", "S-2")]
    clients = [client_of(alice) for _ in sensors]

    def claim(client: Client, sensor: Sensor) -> str:
        try:
            return add(client, sensor, "192.0.2.0/24")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        pages = list(threads.map(claim, clients, sensors))
    assert sum("is saved and in force" in page for page in pages) == 1
    assert sum("belongs to sensor" in page for page in pages) == 1


def test_the_destinations_are_fetched_by_their_address(alice: User) -> None:
    """The page asks for its destinations by URL; another app answers."""
    sensor = make_sensor(alice.memberships.get().domain, "S-9")
    page = client_of(alice).get(f"/sensors/{sensor.pk}/").content.decode()
    assert f'hx-get="/sensors/{sensor.pk}/destinations/"' in page
