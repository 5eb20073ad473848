"""Connections that searches borrow: a few per process, none while nobody searches.

So many searches at once wait for each other instead of using up the server's
connections, and no search ever waits for ingest's.
"""

from functools import cache
from typing import Any

import django.db
import psycopg
from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from events import database

SIZE = 8  # searches of one process that run at the same time
PATIENCE = 5.0  # seconds that a search waits for its turn
IDLE = 30.0  # seconds after which an unused connection is closed

Reader = Connection[DictRow]
# What is raised when the database does not answer, with or without Django between.
AWAY = (psycopg.OperationalError, django.db.OperationalError, PoolTimeout)


@cache
def readers() -> ConnectionPool[Reader]:
    """The pool of this process; PoolTimeout when no connection is to be had."""
    return ConnectionPool(
        kwargs=settings(),
        connection_class=Reader,
        min_size=0,
        max_size=SIZE,
        timeout=PATIENCE,
        max_idle=IDLE,
        check=ConnectionPool.check_connection,
        open=True,
        name="readers",
    )


def settings() -> dict[str, Any]:
    return {**database.parameters(), "autocommit": True, "row_factory": dict_row}
