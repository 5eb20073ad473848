"""Users, domains, members."""

import re

import pytest
from django.test import Client

from sensors.models import AuditEntry, Domain, Membership, Sensor, User
from sensors.tests.conftest import client_of
from sensors.tests.factories import make_domain, make_user


def user_form(user: User, **changes: object) -> dict[str, object]:
    values: dict[str, object] = {"username": user.username, "is_active": "on"}
    if user.is_superuser:
        values["is_superuser"] = "on"
    return {key: value for key, value in (values | changes).items() if value}


def test_a_new_user_gets_a_one_time_password_shown_once(as_root: Client) -> None:
    form = {"username": "bob", "is_active": "on"}
    page = as_root.post("/users/new/", form).content.decode()
    text = re.search(r">((?:[a-z0-9]{4}-){3}[a-z0-9]{4})<", page)
    bob = User.objects.get(username="bob")
    assert text and bob.check_password(text[1]) and bob.must_change_password
    entry = AuditEntry.objects.get(action="user created")
    assert text[1] not in str(entry.detail) and bob.password not in str(entry.detail)


def test_a_reset_ends_sessions_and_locks(as_root: Client, alice: User) -> None:
    session = client_of(alice)
    for _ in range(5):
        Client().post("/login/", {"username": "alice", "password": "wrong"})
    page = as_root.post(f"/users/{alice.pk}/password/").content.decode()
    text = re.search(r">((?:[a-z0-9]{4}-){3}[a-z0-9]{4})<", page)
    assert session.get("/account/").status_code == 302
    form = {"username": "alice", "password": text[1] if text else ""}
    assert Client().post("/login/", form).status_code == 302


@pytest.mark.parametrize("given_up", ["is_superuser", "is_active"])
def test_the_last_superuser_stays(as_root: Client, root: User, given_up: str) -> None:
    form = user_form(root, **{given_up: ""})
    answer = as_root.post(f"/users/{root.pk}/", form)
    assert b"last superuser" in answer.content
    root.refresh_from_db()
    assert root.is_superuser and root.is_active


def test_one_of_two_superusers_may_go(as_root: Client, root: User) -> None:
    make_user("second", is_superuser=True)
    as_root.post(f"/users/{root.pk}/", user_form(root, is_superuser=""))
    root.refresh_from_db()
    assert not root.is_superuser


def test_a_switched_off_superuser_does_not_count(as_root: Client, root: User) -> None:
    make_user("second", is_superuser=True, is_active=False)
    answer = as_root.post(f"/users/{root.pk}/", user_form(root, is_active=""))
    assert b"last superuser" in answer.content


def test_a_switched_off_user_is_out(as_root: Client, alice: User) -> None:
    session = client_of(alice)
    as_root.post(f"/users/{alice.pk}/", user_form(alice, is_active=""))
    assert session.get("/account/").status_code == 302


def test_an_administrator_adds_and_changes_members(
    as_alice: Client, site: Domain
) -> None:
    bob = make_user("bob")
    as_alice.post(f"/domains/{site.pk}/members/", {"username": "bob", "role": "viewer"})
    member = Membership.objects.get(user=bob)
    as_alice.post(f"/domains/{site.pk}/members/{member.pk}/", {"role": "analyst"})
    member.refresh_from_db()
    entry = AuditEntry.objects.get(action="membership changed")
    assert member.role == "analyst" and entry.domain == site
    assert entry.detail == {"changes": {"role": ["viewer", "analyst"]}}


@pytest.mark.parametrize(
    ("name", "role", "why"),
    [
        ("nobody", "viewer", "There is no user"),
        ("alice", "viewer", "is a member already"),
        ("bob", "owner", "not one of the available choices"),
    ],
)
def test_a_wrong_member_is_told(
    as_alice: Client, site: Domain, name: str, role: str, why: str
) -> None:
    make_user("bob")
    form = {"username": name, "role": role}
    answer = as_alice.post(f"/domains/{site.pk}/members/", form)
    assert why in answer.content.decode() and site.memberships.count() == 1


def test_a_removed_member_sees_nothing(
    as_alice: Client, as_victor: Client, victor: User, site: Domain, sensor: Sensor
) -> None:
    member = victor.memberships.get()
    as_alice.post(f"/domains/{site.pk}/members/{member.pk}/delete/")
    assert as_victor.get(f"/sensors/{sensor.pk}/").status_code == 404


def test_who_gives_the_right_up_leaves_the_page(
    as_alice: Client, alice: User, site: Domain
) -> None:
    member = alice.memberships.get()
    path = f"/domains/{site.pk}/members/{member.pk}/delete/"
    assert as_alice.post(path)["Location"] == "/"


def test_a_domain_with_sensors_cannot_be_deleted(
    as_root: Client, site: Domain, sensor: Sensor
) -> None:
    answer = as_root.post(f"/domains/{site.pk}/delete/", follow=True)
    assert b"has sensors" in answer.content
    assert not AuditEntry.objects.filter(action="domain deleted").exists()


def test_an_empty_domain_goes_and_its_trail_stays(as_root: Client) -> None:
    as_root.post("/domains/", {"name": "old"})
    gone = Domain.objects.get(name="old").pk
    as_root.post(f"/domains/{gone}/delete/")
    assert not Domain.objects.filter(pk=gone).exists()
    assert AuditEntry.objects.filter(domain_id=gone).count() == 2
    assert as_root.get("/audit/").status_code == 200


def test_only_superusers_make_domains(as_alice: Client) -> None:
    assert as_alice.post("/domains/", {"name": "mine"}).status_code == 403


@pytest.mark.parametrize("name", ["", "a b", "a.b", "-a", "a" * 64, "<i>", "ä"])
def test_a_domain_name_that_cannot_be_exported_is_refused(
    as_root: Client, name: str
) -> None:
    assert as_root.post("/domains/", {"name": name}).status_code == 200
    assert Domain.objects.count() == 1


def test_administrators_see_only_their_domains(as_alice: Client) -> None:
    make_domain("secret")
    assert b"secret" not in as_alice.get("/domains/").content
