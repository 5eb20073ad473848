"""Fixtures that every app's tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from psycopg import sql

from events import database, pools
from events.database import Connection
from events.overview import reading

# A million rounds protect real passwords; the tests make hundreds.
PBKDF2PasswordHasher.iterations = 1_000


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real logs and captures."""
    default = Path(__file__).parent.parent / "shared" / "data"
    folder = Path(os.environ.get("MSS_TEST_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"no test data at {folder}; set MSS_TEST_DATA")
    return folder


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Nothing is connected any more when the test's database is dropped."""
    yield
    for pool in (pools.readers, reading.pool):
        if pool.cache_info().currsize:
            pool().close()


@pytest.fixture
def empty_store(transactional_db: None) -> Iterator[None]:
    """A store without a row or a segment, for tests that commit."""
    clear_store()
    yield
    clear_store()


def clear_store() -> None:
    with database.connect() as connection:
        for (name,) in connection.execute(SEGMENTS).fetchall():
            connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))
        connection.execute("TRUNCATE segments, batches, batch_sources, source_totals")
        connection.execute("TRUNCATE followers, event_state, counts")
        connection.execute("ALTER SEQUENCE events_id_seq RESTART")
        connection.execute("ALTER SEQUENCE flows_id_seq RESTART")


SEGMENTS = """
SELECT relname FROM pg_class
WHERE relkind = 'r' AND relname ~ '^(events|flows)_[0-9]+$'
"""


@pytest.fixture
def link(empty_store: None) -> Iterator[Connection]:
    """A connection of the hot path to an empty store."""
    with database.connect() as connection:
        yield connection


@pytest.fixture
def process_environment(transactional_db: None) -> dict[str, str]:
    """The environment of a process that shall use the test's database."""
    from django.db import connection

    values = connection.settings_dict
    url = (
        f"postgresql://{values['USER']}:{values['PASSWORD']}"
        f"@{values['HOST']}:{values['PORT']}/{values['NAME']}"
    )
    return os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(Path(__file__).parent)}
