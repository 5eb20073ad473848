"""Searches that users keep, share and open pages with."""

import json
from typing import Any

import pytest
from django.test import Client, RequestFactory

from events import searches
from events.models import SavedSearch
from events.views.opening import opens_default
from sensors.models import AuditEntry, Domain, User
from sensors.tests.factories import make_domain, make_user

PATH = "/api/v1/searches"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def site(db: None) -> Domain:
    return make_domain("site")


@pytest.fixture
def anna(site: Domain) -> User:
    return make_user("anna", site, "analyst")


@pytest.fixture
def victor(site: Domain) -> User:
    return make_user("victor", site, "viewer")


def save(user: User, **fields: Any) -> Any:
    body = {"name": "Log-ins", "page": "history", "address": "q=login"} | fields
    return client_of(user).post(PATH, json.dumps(body), "application/json")


def change(user: User, number: int, **fields: Any) -> Any:
    address = f"{PATH}/{number}"
    return client_of(user).patch(address, json.dumps(fields), "application/json")


def seen_by(user: User) -> list[str]:
    found = client_of(user).get(PATH).json()["results"]
    return [search["name"] for search in found]


def test_a_search_is_kept_without_its_place_in_the_result(anna: User) -> None:
    answer = save(anna, address="?q=a%20b&range=7d&cursor=x&trail=y&event=7")
    assert answer.status_code == 201
    found = client_of(anna).get(PATH).json()
    assert found["domains"] == ["site"]
    assert found["results"] == [
        {
            "id": answer.json()["id"],
            "name": "Log-ins",
            "page": "history",
            "address": "q=a+b&range=7d",
            "shared": None,
            "by": "anna",
            "default": False,
            "mine": True,
        }
    ]


def test_a_search_is_private_until_it_is_shared(anna: User, victor: User) -> None:
    number = save(anna).json()["id"]
    assert seen_by(victor) == []
    assert change(anna, number, shared="site").json()["shared"] == "site"
    assert seen_by(victor) == ["Log-ins"]
    assert seen_by(make_user("stranger")) == []
    change(anna, number, shared=None)
    assert seen_by(victor) == []


def test_only_analysts_share(site: Domain, victor: User) -> None:
    answer = save(victor, shared="site")
    assert answer.status_code == 400
    assert "in which you are an analyst" in answer.json()["error"]
    assert not SavedSearch.objects.exists()


def test_who_is_no_analyst_any_more_cannot_change_what_is_shared(
    anna: User, victor: User
) -> None:
    number = save(anna, shared="site").json()["id"]
    anna.memberships.update(role="viewer")
    assert change(anna, number, address="q=other").status_code == 400
    assert change(anna, number, shared="").status_code == 200


def test_others_change_and_delete_nothing(anna: User, victor: User) -> None:
    number = save(anna, shared="site").json()["id"]
    assert change(victor, number, name="Mine").status_code == 403
    assert client_of(victor).delete(f"{PATH}/{number}").status_code == 403
    stranger = client_of(make_user("stranger"))
    assert stranger.delete(f"{PATH}/{number}").status_code == 404
    assert SavedSearch.objects.get().name == "Log-ins"


def test_an_administrator_of_the_domain_deletes_what_is_shared(
    anna: User, site: Domain
) -> None:
    number = save(anna, shared="site").json()["id"]
    chief = client_of(make_user("chief", site, "administrator"))
    assert chief.delete(f"{PATH}/{number}").status_code == 204
    assert not SavedSearch.objects.exists()


def test_the_trail_has_what_is_shared_and_nothing_private(
    anna: User, site: Domain
) -> None:
    number = save(anna).json()["id"]
    assert not AuditEntry.objects.exists()
    change(anna, number, shared="site")
    change(anna, number, name="Logs")
    client_of(anna).delete(f"{PATH}/{number}")
    told = AuditEntry.objects.filter(domain=site).order_by("pk")
    assert [(entry.user, entry.action, entry.target) for entry in told] == [
        ("anna", "shared search saved", "Log-ins"),
        ("anna", "shared search saved", "Logs"),
        ("anna", "shared search deleted", "Logs"),
    ]
    assert told[1].detail == {"changes": {"name": ["Log-ins", "Logs"]}}


def test_a_search_is_renamed_and_overwritten(anna: User) -> None:
    number = save(anna).json()["id"]
    change(anna, number, name="Log-outs")
    found = change(anna, number, address="q=logout").json()
    assert (found["name"], found["address"]) == ("Log-outs", "q=logout")


def test_two_searches_of_a_page_have_two_names(anna: User, victor: User) -> None:
    save(anna)
    assert save(anna).json()["error"] == "You have a search of this name already."
    assert save(anna, page="realtime").status_code == 201
    assert save(victor).status_code == 201


def test_nobody_keeps_more_than_the_limit(
    anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searches, "LIMIT", 1)
    save(anna)
    answer = save(anna, name="Another")
    assert answer.json()["error"] == "You keep 1 searches, the most there can be."


WRONG = [
    ({"name": " "}, "Give the search a name."),
    ({"name": "x" * 81}, "A name has at most 80 characters."),
    ({"name": "a\nb"}, "The name has a character that cannot be seen."),
    ({"name": "\u202eabc"}, "The name has a character that cannot be seen."),
    ({"name": 1}, "name must be a text."),
    ({"page": "audit"}, "page must be realtime or history."),
    ({"address": "q=" + "x" * 8_000}, "The address is longer than 8000 characters."),
    ({"address": "q=%ff"}, "The address is not the query string of a page."),
    ({"address": "q=%00"}, "The address has a null character."),
    ({"default": "yes"}, "default must be true or false."),
    ({"shared": "elsewhere"}, "You can share with domains in which"),
]


@pytest.mark.parametrize(("fields", "sentence"), WRONG)
def test_what_cannot_be_kept_is_said(
    anna: User, fields: dict[str, Any], sentence: str
) -> None:
    answer = save(anna, **fields)
    assert answer.status_code == 400 and sentence in answer.json()["error"]
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "{", '{"name": "' + "x" * 70_000 + '"}'])
def test_a_body_that_is_no_small_object_is_refused(anna: User, body: str) -> None:
    answer = client_of(anna).post(PATH, body, "application/json")
    assert answer.status_code == 400 and "body" in answer.json()["error"]


def test_a_change_needs_the_token_of_a_page(anna: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(anna)
    assert client.post(PATH, "{}", "application/json").status_code == 403


# -- defaults


@opens_default("history")
def page(request: Any) -> Any:
    return "shown"


def opened(user: User, address: str = "/history") -> Any:
    request = RequestFactory().get(address)
    request.user = user
    answer: Any = page(request)
    return answer if answer == "shown" else answer["Location"]


def test_a_page_opens_with_the_default_of_its_user(anna: User, victor: User) -> None:
    number = save(anna, default=True).json()["id"]
    assert opened(anna) == "/history?q=login"
    assert opened(anna, "/history?range=7d") == "shown"
    assert opened(victor) == "shown"
    assert change(anna, number, default=False).json()["default"] is False
    assert opened(anna) == "shown"


def test_another_default_replaces_the_first(anna: User) -> None:
    save(anna, default=True)
    save(anna, name="Other", address="q=other", default=True)
    assert opened(anna) == "/history?q=other"
    found = client_of(anna).get(PATH).json()["results"]
    assert [search["default"] for search in found] == [False, True]


def test_a_shared_search_can_be_ones_default_while_it_is_shared(
    anna: User, victor: User
) -> None:
    number = save(anna, shared="site").json()["id"]
    assert change(victor, number, default=True).json()["default"] is True
    assert opened(victor) == "/history?q=login"
    change(anna, number, shared="")
    assert opened(victor) == "shown"


def test_an_empty_address_opens_the_page_itself(anna: User) -> None:
    save(anna, address="", default=True)
    assert opened(anna) == "shown"
