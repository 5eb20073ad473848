"""Fixtures of the app's tests."""

from collections.abc import Iterator

import pytest

from events import pools


@pytest.fixture(autouse=True)
def no_pool_is_left() -> Iterator[None]:
    """A test database with a connection to it cannot be dropped."""
    yield
    if pools.readers.cache_info().currsize:
        pools.readers().close()
        pools.readers.cache_clear()
