"""Connections for the hot path: psycopg without Django's wrapper.

The same parameters as Django's own, so `plan_cache_mode` is set on every one of them
and a test run reaches its test database.
"""

from typing import Any

import psycopg
from django.db import connection as django_connection
from psycopg.rows import TupleRow

Connection = psycopg.Connection[TupleRow]


def connect() -> Connection:
    """A new connection; psycopg.OperationalError when the server is away.

    In autocommit mode: transactions are explicit (`with connection.transaction()`), so
    none is left open by a mere read, and `store.save` really commits.
    """
    return psycopg.connect(**parameters(), autocommit=True)


def parameters() -> dict[str, Any]:
    """Keyword arguments for psycopg.connect, of the database that Django uses."""
    found = dict(django_connection.get_connection_params())
    return {
        key: value
        for key, value in found.items()
        if key not in {"context", "cursor_factory", "prepare_threshold"}
    }
