"""Where a page of history ends, as the opaque text that the next request brings back.

It is untrusted when it comes back: everything about it is checked here, but for whether
its key fits the column that is sorted by (`events/orders.py`).
"""

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
LAYOUT = struct.Struct(">HqQ")  # 18 bytes: base64 without padding
LAST_ID = 2**63 - 1
MOST_TEXT = 16_000  # characters
# By time the version says the order, and nothing follows the fixed part.
NEWEST, OLDEST = "newest", "oldest"
VERSIONS = {NEWEST: 1, OLDEST: 2}
BY_COLUMN = 3  # order, key and unfinished follow as JSON

Key = str | int | None


class CursorError(ValueError):
    """The text was not made by `Cursor.encode`, or for another listing."""


@dataclass(frozen=True)
class Unfinished:
    """Of a page by a column for which the time ran out: the visit goes on below
    `reached`; `kept` are the ids of the best rows above. When the page is the `first`,
    the cursor's row says nothing."""

    reached: datetime
    kept: tuple[int, ...] = ()
    first: bool = False


@dataclass(frozen=True)
class Cursor:
    """The next page begins after the row of this time and id.

    `order` is NEWEST, OLDEST or a column as in `sort=`, whose value of the row is
    `key`: text, a number (times in µs) or None.
    """

    time: datetime
    id: int
    order: str = NEWEST
    key: Key = None
    unfinished: Unfinished | None = None

    def encode(self) -> str:
        version = VERSIONS.get(self.order, BY_COLUMN)
        packed = LAYOUT.pack(version, micros(self.time), self.id)
        if version == BY_COLUMN:
            packed += orjson.dumps([self.order, self.key, self.rest()])
        return base64.urlsafe_b64encode(packed).decode()

    def rest(self) -> list[object] | None:
        if self.unfinished is None:
            return None
        left = self.unfinished
        return [micros(left.reached), left.first, left.kept]


def decode(text: str) -> Cursor:
    """CursorError for anything that `encode` cannot have made."""
    try:
        cursor = read(text)
    except (ValueError, TypeError, struct.error, OverflowError, binascii.Error):
        raise unknown() from None
    if cursor.id > LAST_ID or cursor.encode() != text:
        raise unknown()
    return cursor


def unknown() -> CursorError:
    return CursorError("The cursor is not one that this server gave.")


def read(text: str) -> Cursor:
    if len(text) > MOST_TEXT:
        raise unknown()
    packed = base64.b64decode(text.encode("ascii"), b"-_", validate=True)
    version, time, number = LAYOUT.unpack(packed[: LAYOUT.size])
    if version == BY_COLUMN:
        order, key, rest = orjson.loads(packed[LAYOUT.size :])
        return Cursor(moment(time), number, word(order), known(key), left(rest))
    orders = {number: order for order, number in VERSIONS.items()}
    return Cursor(moment(time), number, orders.get(version, ""))


def left(rest: object) -> Unfinished | None:
    if rest is None:
        return None
    if not isinstance(rest, list):
        raise unknown()
    reached, first, kept = rest
    if not isinstance(kept, list) or not all(is_id(number) for number in kept):
        raise unknown()
    return Unfinished(moment(reached), tuple(kept), bool(first))


def is_id(value: object) -> bool:
    return type(value) is int and 0 <= value <= LAST_ID


def word(value: object) -> str:
    if not isinstance(value, str) or not value or value in VERSIONS:
        raise unknown()
    return value


def known(key: object) -> Key:
    """A value that PostgreSQL takes as well."""
    if isinstance(key, str) and "\0" not in key:
        return key
    if key is None or (type(key) is int and -LAST_ID <= key <= LAST_ID):
        return key
    raise unknown()


def micros(time: datetime) -> int:
    return (time - EPOCH) // TICK


def moment(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)
