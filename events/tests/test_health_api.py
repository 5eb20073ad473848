"""The health of sensors by the API: bound to the scope, limits on what is asked."""

import pytest
from django.test import Client

from sensors import health
from sensors.health import Traffic
from sensors.models import Domain, Membership, Role, Sensor, User

PATH = "/api/v1/health/sensors"


@pytest.fixture
def sensors(db: None) -> list[Sensor]:
    found = [
        Sensor.objects.create(
            domain=Domain.objects.create(name=domain), name=name, home_net=[]
        )
        for name, domain in (("one", "mine"), ("two", "other"))
    ]
    health.save("j", [Traffic(sensor.pk, 7, 0) for sensor in found])
    return found


@pytest.fixture
def viewer(sensors: list[Sensor]) -> Client:
    """May read `one.mine` and not `two.other`."""
    user = User.objects.create_user("vera", password="x")
    Membership.objects.create(user=user, domain=sensors[0].domain, role=Role.VIEWER)
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def test_it_works(viewer: Client) -> None:
    found = viewer.get(PATH, {"minutes": 5}).json()
    assert found["step"] == 10
    assert [(one["sensor"], one["received"]) for one in found["sensors"]] == [
        ("one.mine", [7])
    ]


@pytest.mark.parametrize("minutes", ["0", "1441", "-1", "x", "9" * 20, "1.5"])
def test_a_wrong_range_is_said(viewer: Client, minutes: str) -> None:
    answer = viewer.get(PATH, {"minutes": minutes})
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("minutes must be")
