"""API tokens: shown once, kept as a digest, for reading only."""

import re

from django.test import Client

from sensors.models import ApiToken, AuditEntry, User
from sensors.tests.factories import make_user


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def test_a_token_is_shown_once(as_alice: Client) -> None:
    answer = as_alice.post("/account/tokens/", {"name": "backup"}).content.decode()
    text = re.search(r"mss_[\w-]{43}", answer)
    assert text and text[0] not in as_alice.get("/account/").content.decode()
    assert text[0] not in str(list(ApiToken.objects.values()))
    assert AuditEntry.objects.get(action="token issued").detail == {"name": "backup"}


def test_a_token_needs_a_name(as_alice: Client) -> None:
    answer = as_alice.post("/account/tokens/", {"name": " "})
    assert b"required" in answer.content and not ApiToken.objects.exists()


def test_a_revoked_token_is_refused(as_alice: Client, alice: User) -> None:
    token, text = ApiToken.issue(alice, name="old")
    assert Client().get("/api/x", headers=bearer(text)).status_code == 404
    as_alice.post(f"/account/tokens/{token.pk}/revoke/")
    assert Client().get("/api/x", headers=bearer(text)).status_code == 401


def test_nobody_revokes_the_token_of_another(as_alice: Client) -> None:
    token, _ = ApiToken.issue(make_user("mallory"))
    assert as_alice.post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    assert ApiToken.objects.count() == 1


def test_a_token_only_reads(alice: User) -> None:
    _, text = ApiToken.issue(alice)
    assert Client().post("/api/x", headers=bearer(text)).status_code == 403


def test_a_token_opens_no_page(alice: User) -> None:
    _, text = ApiToken.issue(alice)
    assert Client().get("/sensors/", headers=bearer(text)).status_code == 302


def test_the_token_of_a_switched_off_user_is_refused(alice: User) -> None:
    _, text = ApiToken.issue(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert Client().get("/api/x", headers=bearer(text)).status_code == 401


def test_use_is_noted_once_a_minute(alice: User) -> None:
    token, text = ApiToken.issue(alice)
    used = []
    for _ in range(2):
        Client().get("/api/x", headers=bearer(text))
        token.refresh_from_db()
        used.append(token.last_used)
    assert used[0] is not None and used[0] == used[1]


def test_hostile_headers_are_refused(client: Client, db: None) -> None:
    for value in ("Bearer", "Bearer ", "bearer \x00", "Bearer " + "x" * 9000, "é"):
        answer = client.get("/api/x", headers={"Authorization": value})
        assert answer.status_code == 401
