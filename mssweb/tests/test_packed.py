"""Answers are packed for who takes gzip, and are then the same."""

import gzip
from collections.abc import Iterable

import pytest
from django.test import Client

from sensors.models import User

pytestmark = pytest.mark.django_db

PACKED = {"Accept-Encoding": "gzip, deflate"}


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(User.objects.create_user("ada"))
    return client


def whole(answer: Iterable[bytes]) -> bytes:
    return b"".join(answer)


@pytest.mark.parametrize("path", ["/api/v1/openapi.json", "/static/dist/css/main.css"])
def test_who_takes_gzip_gets_the_same_in_less(client: Client, path: str) -> None:
    plain, packed = client.get(path), client.get(path, headers=PACKED)
    assert plain.status_code == packed.status_code == 200
    assert "Content-Encoding" not in plain.headers
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"] and "Accept-Encoding" in plain["Vary"]
    small, large = whole(packed), whole(plain)
    assert gzip.decompress(small) == large
    assert len(small) < len(large) / 2


def test_a_stream_is_not_held_back(client: Client) -> None:
    answer = client.get("/api/v1/overview?stream=1", headers=PACKED)
    assert answer.streaming
    assert "Content-Encoding" not in answer.headers
