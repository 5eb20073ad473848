"""Where a page of history ends, as the opaque text that the next request brings back.

It is untrusted when it comes back: everything about it is checked.
"""

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAYOUT = struct.Struct(">HqQ")  # 18 bytes: base64 without padding
VERSION = 1
LAST_ID = 2**63 - 1


class CursorError(ValueError):
    """The text was not made by `Cursor.encode`."""


@dataclass(frozen=True)
class Cursor:
    """The next page begins below this time and id, newest first."""

    time: datetime
    id: int

    def encode(self) -> str:
        micros = (self.time - EPOCH) // timedelta(microseconds=1)
        packed = LAYOUT.pack(VERSION, micros, self.id)
        return base64.urlsafe_b64encode(packed).decode()


def decode(text: str) -> Cursor:
    """CursorError for anything that `encode` cannot have made."""
    try:
        packed = base64.b64decode(text.encode("ascii"), b"-_", validate=True)
        version, micros, number = LAYOUT.unpack(packed)
        cursor = Cursor(EPOCH + timedelta(microseconds=micros), number)
    except (binascii.Error, struct.error, UnicodeError, OverflowError):
        raise CursorError("The cursor is not one that this server gave.") from None
    if version != VERSION or number > LAST_ID or cursor.encode() != text:
        raise CursorError("The cursor is not one that this server gave.")
    return cursor
