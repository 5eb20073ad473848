"""Error pages: designed, and the worst of them needs nothing that could be broken."""

from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.views.defaults import bad_request, permission_denied, server_error

from sensors.models import User

REQUEST = RequestFactory().get("/")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_server_error_is_shown_without_the_database() -> None:
    answer = server_error(REQUEST)
    assert answer.status_code == 500
    assert "Received logs are safe" in text(answer)
    assert "<nav" not in text(answer)


def test_a_bad_request_is_said_without_the_database() -> None:
    assert "not understood" in text(bad_request(REQUEST, ValueError("x")))


def test_what_is_missing_is_said_when_something_is_forbidden() -> None:
    answer = permission_denied(REQUEST, ValueError("This needs the role analyst."))
    assert "This needs the role analyst." in text(answer)


@pytest.mark.django_db
def test_an_address_that_is_not_there_keeps_the_navigation() -> None:
    client = Client()
    client.force_login(User.objects.create_user("vi"))
    page = text(client.get("/nothing/here"))
    assert "There is nothing here" in page
    assert "Historical" in page


def test_a_form_of_another_session_is_explained() -> None:
    client = Client(enforce_csrf_checks=True)
    assert "The form is too old" in text(client.post("/history"))
