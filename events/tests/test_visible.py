"""What a page shows of text from outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.templatetags.log_text import before_port
from sensors import visible

CASES = [
    ("plain ü 漢 text", "plain ü 漢 text"),
    ("\x1b[31mred\x1b[0m", "‹ESC›[31mred‹ESC›[0m"),
    ("a\0b", "a‹NUL›b"),
    ("one\r\ntwo", "one‹CR›‹LF›two"),
    ("a\u2400b", "a‹NUL›b"),
    ("a tab\tstays", "a tab\tstays"),
    ("user\u202egpj.exe", "user‹U+202E›gpj.exe"),
    ("zero\u200bwidth\u2060\u00ad", "zero‹U+200B›width‹U+2060›‹U+00AD›"),
    ("\x7f\x85", "‹DEL›‹U+0085›"),
    ("<b>%s{}</b>", "<b>%s{}</b>"),
]


@pytest.mark.parametrize(("text", "shown"), CASES)
def test_unseen_characters_are_named(text: str, shown: str) -> None:
    assert visible.text(text) == shown


@given(st.text())
def test_pieces_are_the_shown_text(text: str) -> None:
    pieces = visible.parts(text)
    assert "".join(piece for piece, _ in pieces) == visible.text(text)
    assert not visible.UNSEEN.search(visible.text(text))


ENDS = [
    ("192.0.2.1", 443, "192.0.2.1"),
    ("2001:db8::1", 443, "[2001:db8::1]"),
    ("2001:db8::1", 0, "[2001:db8::1]"),
    ("2001:db8::1", None, "2001:db8::1"),
    (None, 443, ""),
]


@pytest.mark.parametrize(("address", "port", "shown"), ENDS)
def test_an_address_cannot_run_into_its_port(
    address: str | None, port: int | None, shown: str
) -> None:
    assert before_port(address, port) == shown
