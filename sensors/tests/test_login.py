"""Log-in, lock-out and the forced change of a one-time password."""

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client

from sensors import passwords
from sensors.models import ApiToken, AuditEntry, User
from sensors.tests.conftest import client_of
from sensors.tests.factories import PASSWORD

NEW = "a much better phrase"


def attempt(
    client: Client, name: str, password: str, address: str = "192.0.2.1"
) -> int:
    form = {"username": name, "password": password}
    return client.post("/login/", form, REMOTE_ADDR=address).status_code


def test_it_works(client: Client, alice: User) -> None:
    assert attempt(client, "alice", PASSWORD) == 302
    assert client.get("/account/").status_code == 200
    assert AuditEntry.objects.get(action="logged in").user == "alice"


def test_a_wrong_password_is_told_in_a_sentence(client: Client, alice: User) -> None:
    form = {"username": "alice", "password": "wrong"}
    assert b"user name or the password is wrong" in client.post("/login/", form).content


def test_log_out_needs_post(as_alice: Client) -> None:
    assert as_alice.get("/logout/").status_code == 405
    assert as_alice.post("/logout/").status_code == 302
    assert as_alice.get("/account/").status_code == 302


def test_a_redirect_after_log_in_stays_on_this_host(
    client: Client, alice: User
) -> None:
    form = {"username": "alice", "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post("/login/", form)["Location"] == "/"


def test_five_wrong_passwords_lock_the_name_for_that_address(
    client: Client, alice: User
) -> None:
    found = [attempt(client, "alice", "wrong") for _ in range(5)]
    assert found == [200, 200, 200, 200, 429]
    assert attempt(client, "alice", PASSWORD) == 429
    assert attempt(client, "alice", PASSWORD, address="192.0.2.2") == 302


def test_a_lock_is_audited_once(client: Client, alice: User) -> None:
    for _ in range(8):
        attempt(client, "alice", "wrong")
    entry = AuditEntry.objects.get(action="log-in locked")
    assert entry.target == "alice" and entry.detail == {"address": "192.0.2.1"}


def test_a_right_password_forgets_the_wrong_ones(client: Client, alice: User) -> None:
    for _ in range(4):
        attempt(client, "alice", "wrong")
    attempt(client, "alice", PASSWORD)
    client.post("/logout/")
    assert attempt(client, "alice", "wrong") == 200


def test_a_lock_ends_after_its_time(client: Client, alice: User) -> None:
    for _ in range(5):
        attempt(client, "alice", "wrong")
    for tried in AccessAttempt.objects.all():
        tried.attempt_time -= settings.AXES_COOLOFF_TIME
        tried.save()
    assert attempt(client, "alice", PASSWORD) == 302


@pytest.mark.parametrize("name", ["", "\0", "x" * 5000, "' OR 1=1 --", "<b>"])
def test_hostile_names_are_refused_harmlessly(
    client: Client, db: None, name: str
) -> None:
    assert attempt(client, name, "\0 %s") == 200


def test_a_one_time_password_opens_only_its_change(client: Client, alice: User) -> None:
    text = passwords.issue(alice)
    alice.save()
    assert attempt(client, "alice", text) == 302
    for path in ("/", "/sensors/", "/account/", "/static-is-served-before/"):
        assert client.get(path)["Location"] == "/account/password/"
    assert client.get("/api/v1/events").status_code == 403
    bearer = {"Authorization": "Basic x"}
    assert client.get("/api/v1/events", headers=bearer).status_code == 403


def test_the_change_opens_the_rest(client: Client, alice: User) -> None:
    text = passwords.issue(alice)
    alice.save()
    attempt(client, "alice", text)
    form = {"old_password": text, "new_password1": NEW, "new_password2": NEW}
    assert client.post("/account/password/", form)["Location"] == "/"
    assert client.get("/sensors/").status_code == 200
    assert AuditEntry.objects.filter(action="password changed").count() == 1


@pytest.mark.parametrize(
    ("new", "again", "why"),
    [
        (PASSWORD, PASSWORD, "the old password"),
        ("short", "short", "too short"),
        ("password123", "password123", "too common"),
        (NEW, NEW + "x", "didn’t match"),
    ],
)
def test_a_weak_new_password_is_refused(
    as_alice: Client, new: str, again: str, why: str
) -> None:
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": again}
    answer = as_alice.post("/account/password/", form)
    assert answer.status_code == 200 and why in answer.content.decode()


def test_a_new_password_ends_the_other_sessions(alice: User, as_alice: Client) -> None:
    other = client_of(alice)
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    as_alice.post("/account/password/", form)
    assert as_alice.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


def test_a_token_works_before_the_password_is_changed(
    client: Client, alice: User
) -> None:
    """`manage.py token admin` is usable right after the first start."""
    passwords.issue(alice)
    alice.save()
    _, text = ApiToken.issue(alice)
    answer = client.get("/api/nothing", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 404
