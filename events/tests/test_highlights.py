"""Values of an event at their places in its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.highlights import pieces
from sensors import visible

EVENT = {
    "src": "10.0.0.1", "sport": 1234, "dst": "2001:db8::1", "dport": 22,
    "source": None, "user": "root", "host": "fw1", "app": "sshd", "action": "deny",
    "signature": None, "proto": "tcp",
}  # fmt: skip

LINES = [
    ("from 10.0.0.1 to", {"10.0.0.1": "src"}),
    ("from 10.0.0.1:1234 to", {"10.0.0.1": "src", "1234": "sport"}),
    ("outside:10.0.0.1/1234 (x)", {"10.0.0.1": "src", "1234": "sport"}),
    ("SPT=1234 DPT=22 LEN=40", {"1234": "sport", "22": "dport"}),
    ("[2001:DB8:0::1]:22", {"2001:DB8:0::1": "dst", "22": "dport"}),
    ("to 2001:db8::1.", {"2001:db8::1": "dst"}),
    ("at 10.0.0.1.", {"10.0.0.1": "src"}),
    ("110.0.0.1 and 10.0.0.11", {}),
    ("at 02:22:11 on day 22", {}),
    ("for root from port 1234 ssh2", {"root": "user", "1234": "sport"}),
    ("chroot rooted /root-x fw1.example", {}),
    ("<38>fw1 sshd[22]: root", {"fw1": "host", "sshd": "app", "root": "user"}),
]  # fmt: skip


@pytest.mark.parametrize(("line", "found"), LINES)
def test_values_are_found_where_they_stand(line: str, found: dict[str, str]) -> None:
    marked = {one.text: one.column for one in pieces(line, EVENT) if one.column}
    assert marked == found


@given(st.text(st.sampled_from("10.:[]ab/fw \x1broot port=22"), max_size=300))
def test_the_pieces_are_the_line(line: str) -> None:
    assert "".join(one.text for one in pieces(line, EVENT)) == visible.text(line)


@pytest.mark.parametrize("text", ["a" * 65_536, "1:" * 32_768, "\x1b" * 65_536])
def test_a_long_line_has_few_pieces(text: str) -> None:
    assert len(pieces(text, EVENT)) < 10


def test_markup_in_a_line_is_text() -> None:
    assert [one.text for one in pieces("<b>root</b>", EVENT)] == ["<b>", "root", "</b>"]
