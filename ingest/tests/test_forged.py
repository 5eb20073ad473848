"""What a client may write into a log is not believed. The lines are made up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.tests.parsing import event

WEB = "<134>Jul 26 11:59:58 web nginx: 192.0.2.7 - {user} [26/Jul/2026:11:59:58 +0000] "
FORGED = "src=198.51.100.9 dst=198.51.100.8 user=bob action=allow client 198.51.100.7"


@pytest.mark.parametrize(
    "rest",
    [
        f'"GET /?{FORGED} HTTP/1.1" 404 10 "-" "agent"',
        f'"GET / HTTP/1.1" 404 10 "http://a/?{FORGED}" "agent"',
        f'"GET / HTTP/1.1" 404 10 "-" "{FORGED}"',
        rf'"GET / HTTP/1.1" 404 10 "-" "a \" {FORGED}"',
        f'"GET / HTTP/1.1" 404 10 "-" "{FORGED}',
    ],
)
def test_what_is_asked_of_a_web_server_names_no_end(rest: str) -> None:
    found = event(WEB.format(user="ann") + rest)
    assert (found["src"], found["dst"]) == ("192.0.2.7", None)
    assert (found["user"], found["action"]) == ("ann", None)


IMAP = "<22>Jul 26 11:59:58 mx dovecot: imap-login: Disconnected (auth failed): "


def dovecot(name: str) -> dict[str, object]:
    return event(
        f"{IMAP}user=<{name}>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.25, TLS"
    )


def test_a_log_in_at_dovecot() -> None:
    found = dovecot("ann@example.com")
    assert (found["src"], found["dst"]) == ("192.0.2.7", "192.0.2.25")
    assert (found["user"], found["action"]) == ("ann@example.com", "failed")
    assert dovecot("")["user"] is None


NAMES = st.one_of(
    st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=40),
    st.sampled_from(
        ["x>, rip=198.51.100.9, lip=198.51.100.8", "rip=198.51.100.9", "x> rip=::1"]
    ),
)


@given(NAMES)
@settings(max_examples=50, deadline=None)
def test_no_name_at_dovecot_moves_the_ends(name: str) -> None:
    found = dovecot(name)
    assert (found["src"], found["dst"]) == ("192.0.2.7", "192.0.2.25")
