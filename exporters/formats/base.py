"""What every format takes: rows of the feed and what is the same for all of them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]  # one event, with the columns of `events` and its id

PRI = "<133>"  # local0.notice, RFC 5424 section 6.2.1
MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
CUT = "…"

# Whatever some reader takes for the end of a line or for a terminal command: C0, DEL,
# C1 and the two Unicode separators.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Options:
    """What a line needs besides its row. `limit` is in bytes, without the framing."""

    origin: str  # <sensor>.<domain>
    zone: ZoneInfo
    header: bool
    limit: int


Encode = Callable[[Sequence[Row], Options], list[bytes]]


@dataclass(frozen=True)
class Format:
    label: str
    encode: Encode


def stamp(time: datetime, zone: ZoneInfo) -> str:
    """`Feb  9 17:12:09`: the date of RFC 3164, day padded with a space."""
    t = time.astimezone(zone)
    month = MONTHS[t.month * 3 - 3 : t.month * 3]
    return f"{month} {t.day:2d} {t.hour:02d}:{t.minute:02d}:{t.second:02d}"


def flat(text: str) -> str:
    """The text on one line, without control characters."""
    return CONTROL.sub(" ", text)


def cut(text: str, size: int) -> str:
    """The text in at most `size` bytes of UTF-8; `…` ends one that was cut."""
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= size:
        return text
    room = max(size - len(CUT.encode()), 0)
    return encoded[:room].decode("utf-8", "ignore") + CUT


def width(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
