"""Where the values of an event stand in its line. Pure.

Simple and exact: an address counts however it is written, a port beside its address or
after a word for port, a name as a whole word. The page writes the pieces; nothing here
is markup.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import groupby
from typing import Any

from sensors import visible

MOST = 200  # places that are marked
LONGEST_ADDRESS = 60  # characters with a port
SHORTEST_NAME = 2

RUN = re.compile(r"[0-9A-Fa-f:.]+")
DOTTED = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
AFTER_ADDRESS = re.compile(r"\]?[:/#](\d{1,5})(?!\d)")
PORT = re.compile(
    r"(?i)(?<![a-z])([a-z_]{0,12})po?r?t[\"']?[=: ]{1,2}[\"']?(\d{1,5})\b"
)
PORT_OF = {"src": "sport", "dst": "dport"}
NAMES = ("user", "host", "app", "action", "signature", "proto")


@dataclass(frozen=True)
class Place:
    """`line[start:end]` is the value of the column."""

    start: int
    end: int
    column: str


@dataclass(frozen=True)
class Piece:
    """A stretch of the line to show; `column` is empty for what was not read.

    A `named` piece stands for characters that cannot be seen.
    """

    text: str
    named: bool = False
    column: str = ""


def pieces(line: str, event: Mapping[str, Any]) -> list[Piece]:
    """The whole line in pieces."""
    return in_pieces(line, places(line, event))


def in_pieces(line: str, places: Iterable[Place]) -> list[Piece]:
    """The line cut at places that are in order and do not overlap."""
    found: list[Piece] = []
    end = 0
    for place in places:
        found += shown(line[end : place.start], "")
        found += shown(line[place.start : place.end], place.column)
        end = place.end
    return found + shown(line[end:], "")


def shown(text: str, column: str) -> list[Piece]:
    """Neighbouring characters of one kind are one piece: a page has few elements."""
    return [
        Piece("".join(part for part, _ in run), named, column)
        for named, run in groupby(visible.parts(text), key=lambda part: part[1])
    ]


def places(line: str, event: Mapping[str, Any]) -> list[Place]:
    """Without overlaps, in order; the more certain finder is asked first."""
    taken: list[Place] = []
    for finder in (addresses, ports, names):
        for place in finder(line, event):
            if len(taken) == MOST:
                break
            if all(place.end <= it.start or it.end <= place.start for it in taken):
                taken.append(place)
    return sorted(taken, key=lambda place: place.start)


def addresses(line: str, event: Mapping[str, Any]) -> Iterator[Place]:
    """Each with the port that stands right after it."""
    wanted = {
        event[column]: column
        for column in ("source", "dst", "src")
        if event.get(column)
    }
    for run in RUN.finditer(line) if wanted else ():
        found = address(run[0])
        if found is None or found[0] not in wanted:
            continue
        column, start = wanted[found[0]], run.start() + found[1]
        yield Place(start, start + found[2], column)
        yield from port_after(line, start + found[2], column, event)


def address(text: str) -> tuple[str, int, int] | None:
    """The canonical address in a run of its characters, where it begins, how long."""
    if len(text) > LONGEST_ADDRESS:
        return None
    for candidate in (text, text.rstrip(":.")):
        with suppress(ValueError):
            return str(ip_address(candidate)), 0, len(candidate)
    dotted = DOTTED.search(text)
    with suppress(ValueError):
        if dotted:
            canonical = str(ip_address(dotted[0]))
            return canonical, dotted.start(), len(dotted[0])
    return None


def port_after(
    line: str, at: int, column: str, event: Mapping[str, Any]
) -> Iterator[Place]:
    port = PORT_OF.get(column, "")
    found = AFTER_ADDRESS.match(line, at)
    if found and event.get(port) == int(found[1]):
        yield Place(found.start(1), found.end(1), port)


def ports(line: str, event: Mapping[str, Any]) -> Iterator[Place]:
    for found in PORT.finditer(line):
        columns = ("dport", "sport") if "d" in found[1].lower() else ("sport", "dport")
        for column in columns:
            if event.get(column) == int(found[2]):
                yield Place(found.start(2), found.end(2), column)
                break


def names(line: str, event: Mapping[str, Any]) -> Iterator[Place]:
    for column in NAMES:
        value = event.get(column)
        if value and len(value) >= SHORTEST_NAME:
            whole = rf"(?<![\w.-]){re.escape(value)}(?![\w-]|\.\w)"
            for found in re.finditer(whole, line):
                yield Place(found.start(), found.end(), column)
