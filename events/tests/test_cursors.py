"""The cursor of a page, which comes back from anywhere."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.cursors import LAST_ID, Cursor, CursorError, decode


@given(
    st.datetimes(timezones=st.just(UTC), min_value=datetime(1, 1, 1)),  # noqa: DTZ001
    st.integers(0, LAST_ID),
)
def test_a_cursor_comes_back_as_it_was(time: datetime, number: int) -> None:
    cursor = Cursor(time, number)
    assert decode(cursor.encode()) == cursor


@given(st.text() | st.binary(max_size=30).map(lambda raw: raw.hex()))
def test_any_other_text_is_refused(text: str) -> None:
    try:
        assert decode(text).encode() == text
    except CursorError as error:
        assert "not one that this server gave" in str(error)


@pytest.mark.parametrize("text", ["", "x", "A" * 23, "=" * 24, "é", "A" * 10_000])
def test_broken_cursors(text: str) -> None:
    with pytest.raises(CursorError):
        decode(text)
