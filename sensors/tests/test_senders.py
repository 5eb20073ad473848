"""Who a sender is besides its address: client certificates and tokens."""

import re

import pytest
from django.test import Client

from sensors import routing
from sensors.models import AuditEntry, Domain, SenderToken, Sensor, Source, token_digest
from sensors.tests.conftest import client_of
from sensors.tests.factories import make_domain, make_sensor, make_source, make_user

FINGERPRINT = "ab" * 32


def add(client: Client, sensor: Sensor, **values: str) -> str:
    """Adds a source; the page."""
    answer = client.post(f"/sensors/{sensor.pk}/sources/", values, follow=True)
    return answer.content.decode()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" FW1.Example ", "fw1.example"),
        (FINGERPRINT.upper(), f"sha256:{FINGERPRINT}"),
        ("SHA256:" + ":".join(["AB"] * 32), f"sha256:{FINGERPRINT}"),
        ("sha256 Fingerprint=" + ":".join(["AB"] * 32), f"sha256:{FINGERPRINT}"),
        ("a device, with a comma", "a device, with a comma"),
    ],
)
def test_a_certificate_names_a_source(
    as_root: Client, sensor: Sensor, written: str, kept: str
) -> None:
    assert f"certificate {kept}" in add(as_root, sensor, certificate=written)
    claims = f"certificate:sha256:00\ncertificate:{kept}"
    assert routing.load().find("192.0.2.1", 6514, claims).sensor == sensor.pk
    assert routing.load().find("192.0.2.1", 6514).sensor != sensor.pk


def test_a_certificate_wins_over_the_address(as_root: Client, sensor: Sensor) -> None:
    other = make_sensor(make_domain("other"))
    make_source(other, "192.0.2.1/32")
    Source.objects.create(sensor=sensor, certificate="fw1", zone="Asia/Tokyo")
    found = routing.load().find("192.0.2.1", 6514, "certificate:fw1")
    assert (found.sensor, found.zone) == (sensor.pk, "Asia/Tokyo")


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({}, "Name the address or network, or the client certificate"),
        ({"network": "192.0.2.1", "certificate": "x"}, "not both"),
        ({"certificate": "sha256:abc"}, "has 64 hexadecimal digits"),
        ({"certificate": "taken"}, "has the certificate taken already"),
    ],
)
def test_what_is_no_claim_is_refused(
    as_root: Client, sensor: Sensor, values: dict[str, str], why: str
) -> None:
    elsewhere = make_sensor(make_domain("elsewhere"))
    Source.objects.create(sensor=elsewhere, certificate="taken")
    assert why in add(as_root, sensor, **values)
    assert not sensor.sources.exists()


def test_only_who_may_reroute_claims_certificates(
    as_alice: Client, sensor: Sensor, home: Domain
) -> None:
    page = add(as_alice, sensor, certificate="fw1")
    assert "administrators of the default sensor" in page.replace("&#x27;", "'")
    assert not sensor.sources.exists()
    keeper = make_user("keeper", home, "administrator")
    keeper.memberships.create(domain=sensor.domain, role="administrator")
    add(client_of(keeper), sensor, certificate="fw1")
    assert sensor.sources.get().certificate == "fw1"


def made(client: Client, sensor: Sensor, name: str = "shipper") -> str:
    answer = client.post(f"/sensors/{sensor.pk}/senders/", {"name": name})
    assert "no-store" in answer["Cache-Control"]
    found = re.search(r">(mss_in_[^<]+)<", answer.content.decode())
    assert found
    return found[1]


def test_a_token_is_shown_once_and_kept_as_a_digest(
    as_alice: Client, sensor: Sensor
) -> None:
    text = made(as_alice, sensor)
    token = SenderToken.objects.get(sensor=sensor)
    assert token.digest == token_digest(text)
    assert text not in as_alice.get(f"/sensors/{sensor.pk}/").content.decode()
    entry = AuditEntry.objects.get(action="sender token created")
    assert entry.domain == sensor.domain
    assert text not in str(entry.detail) and token.digest not in str(entry.detail)


def test_a_token_sends_to_its_sensor_until_it_is_revoked(
    as_alice: Client, sensor: Sensor
) -> None:
    text = made(as_alice, sensor)
    token = SenderToken.objects.get(sensor=sensor)
    routes = routing.load()
    assert routes.tokens == {token_digest(text): token.pk}
    assert routes.find("192.0.2.1", 8088, token.claim).sensor == sensor.pk
    before = routing.version()
    as_alice.post(f"/sensors/{sensor.pk}/senders/{token.pk}/revoke/")
    assert routing.version() > before
    assert routing.load().tokens == {}
    assert routing.load().find("192.0.2.1", 8088, token.claim).sensor == sensor.pk
    assert AuditEntry.objects.filter(action="sender token changed").exists()


def test_viewers_make_and_revoke_nothing(as_victor: Client, sensor: Sensor) -> None:
    made = as_victor.post(f"/sensors/{sensor.pk}/senders/", {"name": "x"})
    assert made.status_code == 403
    token = SenderToken.objects.create(sensor=sensor, digest="d", name="t")
    answer = as_victor.post(f"/sensors/{sensor.pk}/senders/{token.pk}/revoke/")
    assert answer.status_code == 403
    assert [one.revoked for one in SenderToken.objects.all()] == [None]
