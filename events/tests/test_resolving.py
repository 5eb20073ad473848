"""Names by reverse DNS: bounded in time, kept, and never more than a user needs."""

import socket
from collections.abc import Iterator
from threading import Event

import pytest
from django.core.cache import cache
from django.test import Client

from events import resolving
from events.resolving import Look, names
from sensors.models import User


@pytest.fixture(autouse=True)
def nothing_is_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def known(*others: str) -> Look:
    return lambda ip: ("gw.example", list(others), [ip])


def failing(error: OSError) -> Look:
    def look(ip: str) -> tuple[str, list[str], list[str]]:
        raise error

    return look


def test_a_name_and_its_others() -> None:
    assert names("192.0.2.1", known("www.example")) == {
        "name": "gw.example",
        "others": ["www.example"],
        "message": "192.0.2.1 is gw.example.",
    }


def test_an_answer_is_kept() -> None:
    names("192.0.2.1", known())
    assert names("192.0.2.1", failing(OSError("asked again")))["name"] == "gw.example"


def test_no_name_is_said() -> None:
    found = names("192.0.2.1", failing(socket.herror(1, "Unknown host")))
    assert found["name"] is None
    assert found["message"] == "192.0.2.1 has no name."


def test_a_failure_is_said() -> None:
    found = names("192.0.2.1", failing(OSError(5, "no server")))
    assert found["message"] == "No name was found: no server."


def test_a_slow_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolving, "SECONDS", 0.01)
    let_go = Event()

    def slow(ip: str) -> tuple[str, list[str], list[str]]:
        let_go.wait(10)
        return "late.example", [], []

    assert names("192.0.2.1", slow)["message"] == resolving.SLOW
    let_go.set()


def test_the_resolver_of_this_machine_is_asked() -> None:
    assert names("127.0.0.1")["message"]


@pytest.mark.django_db
def test_a_user_asks_so_often_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolving, "MOST", 2)
    client = Client()
    client.force_login(User.objects.create_user("vi"))
    address = "/api/v1/resolve?ip=127.0.0.1"
    assert [client.get(address).status_code for _ in range(3)] == [200, 200, 429]
    client.force_login(User.objects.create_user("other"))
    assert client.get(address).status_code == 200
