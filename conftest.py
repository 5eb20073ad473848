"""Fixtures that every app's tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real logs and captures."""
    default = Path(__file__).parent.parent / "shared" / "data"
    folder = Path(os.environ.get("MSS_TEST_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"no test data at {folder}; set MSS_TEST_DATA")
    return folder


@pytest.fixture
def empty_store(transactional_db: None) -> Iterator[None]:
    """An empty store, for tests that commit."""
    from events import segments

    segments.empty()
    yield
