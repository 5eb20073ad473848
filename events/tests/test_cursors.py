"""The cursor of a page, which comes back from anywhere."""

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.cursors import (
    BY_COLUMN,
    LAST_ID,
    LAYOUT,
    Cursor,
    CursorError,
    Unfinished,
    decode,
)


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


KEYS = st.none() | st.integers(-LAST_ID, LAST_ID) | st.text(max_size=20)


@given(KEYS, st.lists(st.integers(0, LAST_ID), max_size=5), st.booleans())
def test_a_cursor_of_a_column_comes_back_or_is_refused(
    key: str | int | None, kept: list[int], first: bool
) -> None:
    left = Unfinished(datetime(2026, 3, 4, tzinfo=UTC), tuple(kept), first)
    cursor = Cursor(left.reached, 7, "-src", key, left)
    if isinstance(key, str) and "\0" in key:
        with pytest.raises(CursorError):
            decode(cursor.encode())
    else:
        assert decode(cursor.encode()) == cursor


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=8,
)


@given(JSON)
def test_json_that_no_cursor_has_is_refused(value: object) -> None:
    packed = LAYOUT.pack(BY_COLUMN, 0, 1) + json.dumps(value).encode()
    try:
        decode(base64.urlsafe_b64encode(packed).decode())
    except CursorError as error:
        assert "not one that this server gave" in str(error)
    else:
        raise AssertionError(value)
