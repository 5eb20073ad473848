"""Plain functions that make what tests need."""

from typing import Any

from sensors.models import Domain, Membership, Role, Sensor, Source, User

PASSWORD = "correct horse battery"


def make_user(
    name: str, domain: Domain | None = None, role: str = "", **more: Any
) -> User:
    user = User.objects.create_user(name, password=PASSWORD, **more)
    if domain is not None:
        Membership.objects.create(user=user, domain=domain, role=Role(role))
    return user


def make_domain(name: str) -> Domain:
    return Domain.objects.create(name=name)


def make_sensor(domain: Domain, name: str = "S-1", **more: Any) -> Sensor:
    return Sensor.objects.create(domain=domain, name=name, **more)


def make_source(sensor: Sensor, network: str, **more: Any) -> Source:
    return Source.objects.create(sensor=sensor, network=network, **more)
