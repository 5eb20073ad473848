"""Where in a line a value may stand, and what to put there to see whether it does.

Pure; for `ingest/explaining.py`. Each way yields stretches that look like the value of
a column, with another value of the same kind and shape.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from itertools import islice
from typing import Any

from events import highlights
from ingest.facts import PROTOCOLS
from ingest.parsers.tags import LEVEL, SEVERITY_NUMBERS

MOST_PLACES = 12  # of one value
EXPLAINED = (
    "time", "host", "app", "pid", "facility", "severity", "src", "sport", "dst",
    "dport", "proto", "user", "action", "signature",
)  # fmt: skip
NUMBERS = ("sport", "dport", "pid")
NAMES = ("host", "app", "user", "action", "signature")
PRI = re.compile(r"^(?:[0-9]{1,6} )? ?<([0-9]{1,3})>")
CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}:([0-9]{2})")
EPOCH = re.compile(r"[0-9]{9}([0-9])(?![0-9]{6})")
OTHER_LEVEL = {"debug": "alert"}


@dataclass(frozen=True)
class Try:
    """A stretch of the text, what is put there, and what the column then must be; None
    for any other value."""

    column: str
    start: int
    end: int
    probe: str
    expected: Any = None


def tried(text: str, read: dict[str, Any], stamp: str | None) -> list[Try]:
    """Every stretch that may be where a value came from."""
    found: list[Try] = []
    for name in EXPLAINED:
        if read[name] is not None:
            time = name == "time"
            ways = times(text, read, stamp) if time else OF[name](text, read)
            found += islice(ways, MOST_PLACES)
    return found


def addresses(name: str) -> Callable[[str, dict[str, Any]], Iterator[Try]]:
    def find(text: str, read: dict[str, Any]) -> Iterator[Try]:
        for run in highlights.RUN.finditer(text):
            found = highlights.address(run[0])
            if found and found[0] == read[name]:
                start = run.start() + found[1]
                probe = other_address(read[name])
                yield Try(name, start, start + found[2], probe, probe)

    return find


def other_address(text: str) -> str:
    """One with the same beginning, so that it is as near or far."""
    found = ip_address(text)
    return str(type(found)(int(found) ^ 1))


def numbers(name: str) -> Callable[[str, dict[str, Any]], Iterator[Try]]:
    def find(text: str, read: dict[str, Any]) -> Iterator[Try]:
        digits = str(read[name])
        for run in re.finditer(rf"(?<![0-9]){digits}(?![0-9])", text):
            probe = other_number(digits)
            yield Try(name, *run.span(), probe, int(probe))

    return find


def other_number(digits: str) -> str:
    """As many digits, not larger but for the last one's place."""
    last = int(digits[-1])
    return digits[:-1] + str(last - 1 if last > 1 else last + 1)


def named(name: str) -> Callable[[str, dict[str, Any]], Iterator[Try]]:
    def find(text: str, read: dict[str, Any]) -> Iterator[Try]:
        value = read[name]
        whole = rf"(?i)(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])"
        for run in re.finditer(whole, text):
            probe = rotated(run[0])
            as_read = probe if run[0] == value else probe.lower()
            yield Try(name, *run.span(), probe, as_read)

    return find


def rotated(word: str) -> str:
    """Another word of the same shape: the next letter for each, the next digit."""
    return word.translate(NEXT)


NEXT = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ123456789",
    "bcdefghijklmnopqrstuvwxyzaBCDEFGHIJKLMNOPQRSTUVWXYZA234567891",
)


def protocols(text: str, read: dict[str, Any]) -> Iterator[Try]:
    value = read["proto"]
    other = "udp" if value != "udp" else "tcp"
    codes = [code for code, name in PROTOCOLS.items() if name == value]
    for word in (value, *(code for code in codes if not code.isdigit())):
        for run in re.finditer(
            rf"(?i)(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text
        ):
            yield Try("proto", *run.span(), other, other)
    for code in filter(str.isdigit, codes):
        for run in re.finditer(rf"(?<![0-9.]){code}(?![0-9.])", text):
            yield Try("proto", *run.span(), "17" if other == "udp" else "6", other)


def of_priority(name: str) -> Callable[[str, dict[str, Any]], Iterator[Try]]:
    def find(text: str, read: dict[str, Any]) -> Iterator[Try]:
        pri = PRI.match(text)
        if pri and int(pri[1]) <= 191:
            other = (int(pri[1]) + 9) % 192
            number = other // 8 if name == "facility" else other % 8
            yield Try(name, *pri.span(1), str(other), number)
        if name == "severity":
            yield from levels(text, read)

    return find


def levels(text: str, read: dict[str, Any]) -> Iterator[Try]:
    for word in re.finditer(rf"(?<![A-Za-z0-9]){LEVEL}(?![A-Za-z0-9])", text):
        probe = OTHER_LEVEL.get(word[0].lower(), "debug")
        yield Try("severity", *word.span(), probe, SEVERITY_NUMBERS[probe])
    for digit in re.finditer(rf"(?<=-){read['severity']}(?=-)", text):
        other = (read["severity"] + 1) % 8
        yield Try("severity", *digit.span(), str(other), other)


def times(text: str, read: dict[str, Any], stamp: str | None) -> Iterator[Try]:
    """The stamp, by its second; the clock alone, where the date stands elsewhere."""
    piece = stamp if stamp and stamp in text else clock_in(stamp)
    second = (CLOCK.search(piece) or EPOCH.search(piece)) if piece else None
    if not piece or not second or not isinstance(read["time"], datetime):
        return
    shown = int(second[1])
    other = shown - 1 if shown else shown + 1
    probe = piece[: second.start(1)] + f"{other:0{len(second[1])}}"
    probe += piece[second.end(1) :]
    expected = read["time"] + timedelta(seconds=other - shown)
    for run in re.finditer(re.escape(piece), text):
        yield Try("time", *run.span(), probe, expected)


def clock_in(stamp: str | None) -> str | None:
    found = CLOCK.search(stamp) if stamp else None
    return found[0] if found else None


OF: dict[str, Callable[[str, dict[str, Any]], Iterator[Try]]] = {
    "src": addresses("src"),
    "dst": addresses("dst"),
    **{name: numbers(name) for name in NUMBERS},
    **{name: named(name) for name in NAMES},
    "proto": protocols,
    "facility": of_priority("facility"),
    "severity": of_priority("severity"),
}
