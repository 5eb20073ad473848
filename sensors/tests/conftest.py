"""Two domains, and one user of each kind."""

import pytest
from django.test import Client

from sensors.models import Domain, Sensor, User
from sensors.tests.factories import make_domain, make_sensor, make_user


@pytest.fixture
def home(db: None) -> Domain:
    """The domain of the default sensor, which every migrated database has."""
    return Domain.objects.get(name="home")


@pytest.fixture
def site(db: None) -> Domain:
    return make_domain("site")


@pytest.fixture
def sensor(site: Domain) -> Sensor:
    return make_sensor(site)


@pytest.fixture
def alice(site: Domain) -> User:
    """Administrator of `site`, of nothing else."""
    return make_user("alice", site, "administrator")


@pytest.fixture
def victor(site: Domain) -> User:
    """Viewer of `site`."""
    return make_user("victor", site, "viewer")


@pytest.fixture
def root(db: None) -> User:
    """The only superuser."""
    return make_user("root", is_superuser=True)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def as_alice(alice: User) -> Client:
    return client_of(alice)


@pytest.fixture
def as_victor(victor: User) -> Client:
    return client_of(victor)


@pytest.fixture
def as_root(root: User) -> Client:
    return client_of(root)
