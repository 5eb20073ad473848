"""What OpenSSH's server says. The lines are made up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.tests.parsing import event

HEAD = "<38>Jul 26 11:59:58 box sshd[42]: "
FORGED = "x from 198.51.100.9 port 9 ssh2"
# message → src, sport, user, action
LINES = {
    "Failed password for invalid user ann from 192.0.2.1 port 4711 ssh2": (
        "192.0.2.1", 4711, "ann", "failed",
    ),
    "Accepted publickey for ann from 2001:db8::1 port 4711 ssh2: RSA SHA256:c2FtcGxl": (
        "2001:db8::1", 4711, "ann", "accepted",
    ),
    "Accepted keyboard-interactive/pam for ann from gate.example.net port 9 ssh2": (
        None, 9, "ann", "accepted",
    ),
    "Invalid user  from 192.0.2.1 port 4711": ("192.0.2.1", 4711, None, None),
    "Invalid user x from 198.51.100.9 from 192.0.2.1": (
        "192.0.2.1", None, "x from 198.51.100.9", None,
    ),
    "Connection closed by authenticating user ann 192.0.2.1 port 4711 [preauth]": (
        "192.0.2.1", 4711, "ann", None,
    ),
    "Connection closed by 192.0.2.1 port 4711": ("192.0.2.1", 4711, None, None),
    "Connection reset by invalid user a b 192.0.2.1 port 4711 [preauth]": (
        "192.0.2.1", 4711, "a b", None,
    ),
    "error: Received disconnect from 192.0.2.1 port 4711:3: Auth fail [preauth]": (
        "192.0.2.1", 4711, None, "disconnect",
    ),
    "Received disconnect from 192.0.2.1 port 4711:11: from 198.51.100.9 port 9": (
        "192.0.2.1", 4711, None, "disconnect",
    ),
    f"Failed password for invalid user {FORGED} from 192.0.2.1 port 4711 ssh2": (
        "192.0.2.1", 4711, FORGED, "failed",
    ),
    f'Failed hostbased for ann from 192.0.2.1 port 4711 ssh2: RSA 8c:e3, by "{FORGED}"':
    ("192.0.2.1", 4711, "ann", "failed"),
    f"Bad protocol version identification '{FORGED}' from 192.0.2.1 port 4711": (
        "192.0.2.1", 4711, None, None,
    ),
    "Connection closed by invalid user a 198.51.100.9 port 9 192.0.2.1 port 4711": (
        "192.0.2.1", 4711, "a 198.51.100.9 port 9", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("message", "expected"), LINES.items())
def test_who_came_from_where(message: str, expected: tuple[object, ...]) -> None:
    found = event(HEAD + message)
    names = ("src", "sport", "user", "action")
    assert tuple(found[name] for name in names) == expected


def test_a_connection_has_two_ends() -> None:
    found = event(HEAD + "Connection from 192.0.2.1 port 9 on 10.0.0.2 port 22")
    assert (found["dst"], found["dport"]) == ("10.0.0.2", 22)


# Every phrase in which a client's name stands, before or behind the address.
PHRASES = [
    "Failed password for invalid user {} from 192.0.2.1 port 22 ssh2",
    "Failed password for {} from 192.0.2.1 port 22 ssh2",
    "Invalid user {} from 192.0.2.1 port 22",
    "Invalid user {} from 192.0.2.1",
    "error: PAM: Authentication failure for illegal user {} from 192.0.2.1",
    "Connection closed by invalid user {} 192.0.2.1 port 22 [preauth]",
    "Disconnecting invalid user {0} 192.0.2.1 port 22: Change of username or service"
    " not allowed: ({0},ssh-connection) -> (x {0},ssh-connection) [preauth]",
    "Failed hostbased for a from 192.0.2.1 port 22 ssh2: RSA SHA256:abc, client user"
    ' "{}", client host "h"',
    "input_userauth_request: invalid user {} [preauth]",
]
WHOLE = "2026-07-01T00:00:00Z"
NAMES = st.one_of(
    st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1),
    st.lists(
        st.sampled_from(
            [FORGED, "a", "9.9.9.9", "src=9.9.9.9", "action=accept", "user=bob", WHOLE]
        ),
        min_size=1,
        max_size=4,
    ).map(" ".join),
)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(PHRASES), NAMES)
def test_no_name_forges_source_action_or_time(phrase: str, name: str) -> None:
    found = event(HEAD + phrase.format(name))
    assert found["src"] in ("192.0.2.1", None)
    assert found["dst"] is None
    assert found["action"] not in ("accept", "accepted")
    assert found["time"].strftime("%m-%d %H:%M:%S") == "07-26 11:59:58"


@pytest.mark.parametrize("phrase", PHRASES[:6])
def test_the_source_stands_behind_the_name(phrase: str) -> None:
    assert event(HEAD + phrase.format(FORGED))["src"] == "192.0.2.1"
