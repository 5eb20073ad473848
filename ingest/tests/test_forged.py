"""What a client may write into a log is not believed. The lines are made up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.tests.parsing import event

WEB = "<134>Jul 26 11:59:58 web nginx: 192.0.2.7 - {user} [26/Jul/2026:11:59:58 +0000] "
FORGED = "src=198.51.100.9 dst=198.51.100.8 user=bob action=allow client 198.51.100.6"


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
    assert f"{found['time']:%m-%d %H:%M:%S}" == "07-26 11:59:58"


@pytest.mark.parametrize(
    "user", [FORGED, "198.51.100.9 - -", "[", "eventtime=1999999999", "a [b] c"]
)
def test_a_name_that_was_tried_at_a_web_server_is_no_end(user: str) -> None:
    found = event(WEB.format(user=user) + f'"GET / HTTP/1.1" 401 9 "-" "{FORGED}"')
    assert (found["src"], found["dst"]) == ("192.0.2.7", None)
    assert found["action"] is None
    assert f"{found['time']:%m-%d %H:%M:%S}" == "07-26 11:59:58"


@pytest.mark.parametrize(
    "line",
    [
        "<134>Jul 26 11:59:58 lb haproxy[1]: 192.0.2.7:4711 [26/Jul/2026:11:59:58.123]"
        f' fe be/s1 0/0/1/2/3 200 12 - - ---- 1/1/0/0/0 0/0 "GET /?{FORGED} HTTP/1.1"',
        f'<134>Jul 26 11:59:58 w app: request "GET /?{FORGED} HTTP/1.1" from 192.0.2.7',
    ],
)
def test_a_request_in_quotes_is_the_clients_word(line: str) -> None:
    found = event(line)
    assert (found["src"], found["dst"]) == ("192.0.2.7", None)
    assert (found["user"], found["action"]) == (None, None)


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
