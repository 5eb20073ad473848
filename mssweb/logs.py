"""What the log says of conditions that are foreseen: a sentence, no stack trace."""

import logging

import psycopg
from django.core.exceptions import DisallowedHost, PermissionDenied
from django.db import InterfaceError, OperationalError
from redis.exceptions import RedisError

FORESEEN = (
    DisallowedHost,
    PermissionDenied,
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    RedisError,
)


class Foreseen(logging.Filter):
    """Puts the last line of a foreseen error in the place of its stack trace."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, FORESEEN):
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            record.msg = f"{record.getMessage()}: {reason}"
            record.args = ()
            record.exc_info = record.exc_text = None
        return True
