"""Answers that no view gives: one shape below /api/, pages everywhere else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from mssweb import errors, urls
from sensors.models import User

API, PAGE = (RequestFactory().get(path) for path in ("/api/v1/x", "/x"))


def raising(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


class Routes:
    """The product's routes, and one below /api/ and one above for each failure."""

    handler500 = staticmethod(errors.server_error)
    handler403 = staticmethod(errors.forbidden)
    urlpatterns = [
        *urls.urlpatterns,
        path("api/away", raising(OperationalError("refused"))),
        path("away", raising(OperationalError("refused"))),
        path("api/broken", raising(RuntimeError("secret"))),
        path("api/forbidden", raising(PermissionDenied("Not yours."))),
    ]


@pytest.fixture
def client(db: None, settings: Any) -> Client:
    settings.ROOT_URLCONF = Routes
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_user("vi"))
    return client


def test_an_address_below_api_that_is_not_there_is_answered_in_json(
    db: None,
) -> None:
    client = Client()
    client.force_login(User.objects.create_user("vi"))
    answer = client.get("/api/v1/events/abc")
    assert answer.status_code == 404
    assert answer.json() == {"error": "There is nothing at this address.", "at": None}


def test_a_database_that_is_away_is_503_and_worth_another_try(client: Client) -> None:
    answer = client.get("/api/away")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["error"] == "The database does not answer; try again."


def test_a_page_without_its_database_says_so(client: Client) -> None:
    answer = client.get("/away")
    assert answer.status_code == 503
    assert "they wait in the journal" in answer.content.decode()


def test_a_fault_of_ours_tells_nothing_of_itself(client: Client) -> None:
    answer = client.get("/api/broken")
    assert answer.status_code == 500
    assert "secret" not in answer.json()["error"]


def test_what_is_forbidden_says_why(client: Client) -> None:
    answer = client.get("/api/forbidden")
    assert (answer.status_code, answer.json()["error"]) == (403, "Not yours.")


def test_a_request_that_is_not_understood() -> None:
    assert errors.bad_request(API, ValueError()).status_code == 400
    assert b"not understood" in errors.bad_request(PAGE, ValueError()).content


def test_the_handlers_are_in_force() -> None:
    for name in ("handler400", "handler403", "handler404", "handler500"):
        module, _, function = getattr(urls, name).rpartition(".")
        assert module == errors.__name__
        assert callable(getattr(errors, function))
