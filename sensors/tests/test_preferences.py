"""What the pages keep for a user."""

import json
from typing import Any

import pytest
from django.test import Client

from sensors import preferences
from sensors.models import Preference, User
from sensors.tests.conftest import client_of
from sensors.tests.factories import make_user

CLOCK = "/api/v1/preferences/clock"


def put(client: Client, name: str, value: Any) -> Any:
    text = value if isinstance(value, bytes) else json.dumps(value)
    return client.put(f"/api/v1/preferences/{name}", text, "application/json")


def test_what_is_put_is_got(as_victor: Client) -> None:
    assert put(as_victor, "clock", "utc").status_code == 204
    assert as_victor.get(CLOCK).json() == "utc"
    put(as_victor, "clock", "zone")
    assert as_victor.get(CLOCK).json() == "zone"


def test_what_was_never_put_or_is_forgotten_is_null(as_victor: Client) -> None:
    assert as_victor.get(CLOCK).json() is None
    put(as_victor, "clock", "utc")
    put(as_victor, "clock", None)
    assert as_victor.get(CLOCK).json() is None
    assert not Preference.objects.exists()


def test_each_user_has_their_own(as_victor: Client) -> None:
    put(as_victor, "clock", "utc")
    assert client_of(make_user("other")).get(CLOCK).json() is None


def test_a_page_gets_those_that_it_names(as_victor: Client, victor: User) -> None:
    put(as_victor, "clock", "utc")
    put(as_victor, "queries", ["src:10.0.0.1"])
    assert preferences.some(victor, ["clock", "graphs"]) == {"clock": "utc"}


WRONG = [
    ("clock", "noon", 'clock must be "zone" or "utc".'),
    ("clock", ["utc"], 'clock must be "zone" or "utc".'),
    ("queries", ["x"] * 51, "queries must be a list of at most 50 queries."),
    ("queries", ["x" * 2_001], "queries must be a list of at most 50 queries."),
    ("queries", [1], "queries must be a list of at most 50 queries."),
    ("columns.history", "time", "a list or an object of at most 100 items"),
    ("columns.history", list(range(101)), "a list or an object"),
    ("graphs", b"{", "The value is not valid JSON."),
    ("graphs", b"[NaN]", "The value is not valid JSON."),
    ("graphs", b"[1e999]", "The value is not valid JSON."),
    ("graphs", b'["\\ud800"]', "The value is not valid JSON."),
    ("graphs", b"[" * 5_000 + b"]" * 5_000, "The value is not valid JSON."),
    ("graphs", ["\0"], "The value has a null character."),
    ("graphs", ["x" * (32 << 10)], "The value is larger than 32 KiB."),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_what_cannot_be_kept_is_said(
    as_victor: Client, name: str, value: Any, sentence: str
) -> None:
    answer = put(as_victor, name, value)
    assert answer.status_code == 400 and sentence in answer.json()["error"]
    assert not Preference.objects.exists()


def test_a_name_that_is_not_in_the_table_does_not_exist(as_victor: Client) -> None:
    assert as_victor.get("/api/v1/preferences/password").status_code == 404
    assert put(as_victor, "password", "x").status_code == 404


def test_a_change_needs_the_token_that_is_in_the_page(victor: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(victor)
    assert put(client, "clock", "utc").status_code == 403
    text = client.get("/account/").content.decode()
    token = text.partition('<meta name="csrf-token" content="')[2].partition('"')[0]
    answer = client.put(
        CLOCK, '"utc"', "application/json", headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 204
