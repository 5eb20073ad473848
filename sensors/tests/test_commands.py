"""`manage.py token` and `manage.py password`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from sensors.models import AuditEntry, User


def printed(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue().strip()


def test_a_printed_token_reads_the_api(alice: User) -> None:
    bearer = {"Authorization": f"Bearer {printed('token', 'alice')}"}
    assert Client().get("/api/v1/events", headers=bearer).status_code == 200
    assert AuditEntry.objects.get(action="token issued").user == "system"


def test_a_printed_password_logs_in_once_and_must_be_changed(alice: User) -> None:
    text = printed("password", "alice")
    client = Client()
    client.post("/login/", {"username": "alice", "password": text})
    assert client.get("/sensors/")["Location"] == "/account/password/"
    assert text not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize("command", ["token", "password"])
def test_an_unknown_user_is_told_in_a_sentence(db: None, command: str) -> None:
    with pytest.raises(CommandError, match="There is no user 'nobody'"):
        printed(command, "nobody")
