"""Sets of characters as ranges of code points, for regular expressions."""

import re
from collections.abc import Iterable

from events.query.folding import alike, others

LAST = 0x10FFFF

# Both ends inclusive, ascending and apart.
Ranges = tuple[tuple[int, int], ...]


def merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def complement(ranges: Ranges) -> Ranges:
    found, start = [], 1  # no text has a NUL
    for low, high in ranges:
        if start < low:
            found.append((start, low - 1))
        start = high + 1
    return (*found, (start, LAST)) if start <= LAST else tuple(found)


def points(text: str) -> Ranges:
    return merged((ord(one), ord(one)) for one in text)


def folded(ranges: Ranges) -> Ranges:
    """The set with every character that counts as the same."""
    size = sum(high - low + 1 for low, high in ranges)
    if size <= len(others()):
        same = {other for low, high in ranges for code in range(low, high + 1)
                for other in alike(chr(code))}  # fmt: skip
    else:
        same = {one for group in others().values() if touches(ranges, group)
                for one in group}  # fmt: skip
    return merged([*ranges, *points("".join(same))])


def touches(ranges: Ranges, group: Iterable[str]) -> bool:
    return any(low <= ord(one) <= high for one in group for low, high in ranges)


DIGITS = merged([(48, 57)])
WORD = merged([*DIGITS, (65, 90), (97, 122), (95, 95)])
SPACE = points(" \t\n\r\f\v")
SETS = {
    "d": DIGITS, "w": WORD, "s": SPACE,
    "D": complement(DIGITS), "W": complement(WORD), "S": complement(SPACE),
}  # fmt: skip
# What they hold is as it stands: \\W has no k, although it has the sign for kelvin.
NAMED = frozenset(SETS.values())
CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
ANY = complement(())

IN_CLASS = re.compile(
    r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|([dDwWsS])|([tnrfv])|([^A-Za-z0-9]))"
    r"|([^\\])",
    re.DOTALL,
)


def escaped(found: re.Match[str]) -> Ranges:
    """The set of one escape, or one character."""
    hexadecimal = found[1] or found[2]
    if hexadecimal:
        code = int(hexadecimal, 16)
        if not code or 0xD800 <= code <= 0xDFFF:
            raise ValueError(f"{found[0]} is no character that a text can have.")
        return ((code, code),)
    if found[3]:
        return SETS[found[3]]
    return points(CONTROLS.get(found[4], found[5] or found[6] or ""))


def members(inner: str) -> Ranges:
    """The set of what stands between the brackets of a class; ValueError.

    Upper and lower case are the same.
    """
    found: list[tuple[int, int]] = []
    place = 0
    while place < len(inner):
        low, place = member(inner, place)
        if inner[place : place + 1] == "-" and place + 1 < len(inner):
            high, place = member(inner, place + 1)
            low = (spanned(low, high),)
        found += low if low in NAMED else folded(low)
    return merged(found)


def member(inner: str, place: int) -> tuple[Ranges, int]:
    found = IN_CLASS.match(inner, place)
    if not found:
        raise ValueError(f"{inner[place : place + 2]} cannot stand in brackets.")
    return escaped(found), found.end()


def spanned(low: Ranges, high: Ranges) -> tuple[int, int]:
    first, last = low[0], high[0]
    alone = len(low) == len(high) == 1 and first[0] == first[1] and last[0] == last[1]
    if not alone or first[0] > last[0]:
        raise ValueError("A range in brackets goes from a character to a later one.")
    return first[0], last[0]
