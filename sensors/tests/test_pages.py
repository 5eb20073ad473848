"""Every page of this app answers those who may see it."""

import pytest
from django.test import Client

from sensors.models import Domain, Sensor, User
from sensors.tests.factories import make_source


@pytest.mark.parametrize(
    "path",
    ["/sensors/", "/sensors/new/", "/domains/", "/users/", "/users/new/", "/audit/",
     "/account/", "/account/password/"],
)  # fmt: skip
def test_a_superuser_sees(as_root: Client, path: str) -> None:
    assert as_root.get(path).status_code == 200


def test_pages_of_one_thing(
    as_root: Client, sensor: Sensor, site: Domain, alice: User
) -> None:
    make_source(sensor, "192.0.2.1/32")
    for path in (
        f"/sensors/{sensor.pk}/",
        f"/domains/{site.pk}/",
        f"/users/{alice.pk}/",
    ):
        assert as_root.get(path).status_code == 200
