"""Regular expressions: what is let in, what each engine is given, what is refused."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from events.query import dialects, patterns
from events.query.charsets import complement, merged
from events.query.patterns import MOST_LENGTH, PatternError
from events.tests.reference import found_in

WRITTEN = {
    # what is typed: for PostgreSQL, for Rust
    "7": ("7", "7"),
    "a": ("[Aa]", "[Aa]"),
    "k": (r"[Kk\u212a]", r"[Kk\x{212a}]"),
    ".": (".", r"[\s\S]"),
    r"\.": (r"\u002e", r"\x{2e}"),
    r"\d": ("[0-9]", "[0-9]"),
    r"\D": ("[^0-9]", "[^0-9]"),
    "[^a]": ("[^Aa]", "[^Aa]"),
    "[😀]": (r"\U0001f600", r"\x{1f600}"),
    "^7$": ("^7$", "^7$"),
    "7+?": ("(?:7)+", "(?:7)+"),
    "7{2,5}": ("(?:7){2,5}", "(?:7){2,5}"),
    "(7|8)": ("(?:7|8)", "(?:7|8)"),
    "(?:|7)": ("(?:|7)", "(?:|7)"),
    "{-": (r"\u007b\u002d", r"\x{7b}\x{2d}"),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_an_expression_is_written(text: str) -> None:
    assert (dialects.postgres(text), dialects.rust(text)) == WRITTEN[text]


REFUSED = {
    "(a": (2, "missing"),
    "a)": (1, "no ( before"),
    "*a": (0, "nothing to repeat"),
    "a**": (2, "nothing to repeat"),
    "^*": (1, "nothing to repeat"),
    "[a": (0, "not closed"),
    "[]": (0, "not closed"),
    "[[:alpha:]]": (0, "not closed"),
    "[b-a]": (0, "to a later one"),
    r"[\d-z]": (0, "to a later one"),
    r"[\b]": (0, "cannot stand"),
    r"[\s\S]": (None, ""),
    r"[^\s\S]": (0, "No character"),
    r"a\1": (1, "References back"),
    r"\p{L}": (0, "escape cannot"),
    r"\B": (0, "escape cannot"),
    r"\x00": (0, "no character"),
    r"\ud800": (0, "no character"),
    "(?i)a": (0, "only"),
    "(?<n>a)": (0, "only"),
    "(?=a)": (0, "ahead"),
    "(?<!a)": (0, "ahead"),
    "a{1000}": (1, "at most"),
    "a{3,2}": (1, "more to less"),
    "(a{100}){100}": (0, "too many"),
    "a" * (MOST_LENGTH + 1): (MOST_LENGTH, "at most"),
    "(" * 40: (0, "at most"),
    "a\\": (1, "nothing after"),
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:15])
def test_what_cannot_mean_the_same_everywhere_is_refused(text: str) -> None:
    at, message = REFUSED[text]
    if at is None:
        patterns.read(text)
        return
    with pytest.raises(PatternError) as error:
        patterns.read(text)
    assert (error.value.at, message in error.value.message) == (at, True)


PLAIN = st.text("ab1 .-\\^$|?*+()[]{},", max_size=12)


@given(PLAIN, st.text("ab1 .-(", max_size=6))
def test_what_is_let_in_means_what_it_means_in_python(text: str, value: str) -> None:
    """For ASCII Python reads the same language, and more of it."""
    try:
        tree = patterns.read(text)
    except PatternError:
        assume(False)
    flags = re.IGNORECASE | re.ASCII | re.DOTALL
    assert found_in(tree, value) == bool(re.search(text, value, flags))


@given(st.text(max_size=30))
def test_any_text_is_an_expression_or_says_why_not(text: str) -> None:
    try:
        dialects.postgres(text)
    except PatternError as error:
        assert 0 <= error.at <= len(text)


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 9)), max_size=6))
def test_a_set_and_its_complement_have_every_character_once(
    spans: list[tuple[int, int]],
) -> None:
    ranges = merged((low, low + more) for low, more in spans)
    rest = complement(ranges)
    count = sum(high - low + 1 for low, high in (*ranges, *rest))
    assert count == 0x10FFFF
    assert complement(rest) == ranges
