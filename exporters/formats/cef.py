"""CEF in the MetaFlows dialect: header, keys and constants as the seed lists them.

    CEF:0|MetaFlows|MSS|1.4.3|<signature id>|<message>|0 or 1|cat=… src=… …

Every text is escaped (CEF 0.1: `\\` and `|` in the header, `\\`, `=` and line ends in
values), so it can forge neither a field nor a line. `externalId` is ours: the event's
id, by which a receiver tells duplicates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from exporters.formats.base import (
    PRI,
    Options,
    Row,
    cut,
    flat,
    stamp,
    width,
)

HEADER = "CEF:0|MetaFlows|MSS|1.4.3|"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
NAME_KEPT = 512  # bytes of the message that stay before optional fields go


@dataclass(frozen=True)
class Extra:
    """A field that one type has: from a key of `data`, or a column, or a constant."""

    key: str
    source: str = ""
    label: str = ""
    constant: str = ""


RULE = Extra("cs2", "rule", label="IPS rule number")
REPORT = Extra("report", "report")
TRIGGER = Extra("trigger", "trigger")
URL = Extra("requestURL", "requestURL")

# The seed's lists, in its order; what stands last is dropped first on a long line.
EXTRAS: dict[int, tuple[Extra, ...]] = {
    2: (Extra("app", "app"),),
    3: (
        Extra("dhost", "names"),
        Extra("requestClientApplication", "agents"),
        Extra("cs2", "os", label="os"),
        Extra("suser", "users"),
    ),
    6: (
        Extra("filetype", "filetype"),
        Extra("shost", "shost"),
        Extra("suser", "suser"),
        Extra("duser", "duser"),
        Extra("info", "info"),
        URL,
        REPORT,
    ),
    7: (
        Extra("act", constant="block"),
        Extra("cnt", "cnt"),
        RULE,
        Extra("cs3", "rule_name", label="IPS rule Name"),
        Extra("cs4", "armed", label="Armed"),
    ),
    8: (REPORT,),
    9: (REPORT,),
    10: (TRIGGER,),
    11: (TRIGGER,),
    12: (URL, RULE),
    13: (URL, RULE),
}


def encode(rows: Sequence[Row], options: Options) -> list[bytes]:
    return [line(row, options) for row in rows]


def line(row: Row, options: Options) -> bytes:
    start = f"{prefix(row, options)}{HEADER}{in_header(signature(row))}|"
    core = f"|{1 if row['rank'] > 0 else 0}|{' '.join(fields(row, options))}"
    name, extras = fitted(
        in_header(message(row)),
        extra_fields(row),
        options.limit - width(start) - width(core),
    )
    return "".join((start, name, core, *extras)).encode("utf-8", "replace")


def prefix(row: Row, options: Options) -> str:
    """The syslog header of RFC 3164, where the destination wants one."""
    if not options.header:
        return ""
    return f"{PRI}{stamp(row['time'], options.zone)} {options.origin} "


def signature(row: Row) -> str:
    """The signature ids of the seed; 12 and 13 carry the rule (SPEC §10)."""
    kind = row["type"]
    if kind == 1:
        return str(row["signature"] or "0")
    if kind == 2:
        return f"service:{row['sport'] or 0}"
    if kind == 3:
        return "ostype:0.00"
    if kind in (12, 13):
        return str(value(row, "rule") or row["signature"] or "0")
    return "3:5"


def message(row: Row) -> str:
    text: str = row["message"] or ""
    if row["type"] == 1 and row["signature"]:
        text = text.removeprefix(f"[{row['signature']}] ")
    return text


def fields(row: Row, options: Options) -> list[str]:
    """The fields that every type has; a value that is not known has no field."""
    known = (
        ("src", row["src"]),
        ("spt", row["sport"]),
        ("dst", row["dst"]),
        ("dpt", row["dport"]),
    )
    return [
        f"cat={row['type']}",
        *(f"{key}={found}" for key, found in known if found is not None),
        f"dvhost={options.origin}",
        f"cs1={'<-' if row['inbound'] else '->'}",
        "cs1Label=direction",
        f"start={(row['time'] - EPOCH) // MILLISECOND}",
        f"externalId={row['id']}",
    ]


def extra_fields(row: Row) -> list[str]:
    """` key=value`, with its label, for each extra that the event has."""
    found = []
    for extra in EXTRAS.get(row["type"], ()):
        text = extra.constant or in_value(plain(value(row, extra.source)))
        if text:
            label = f" {extra.key}Label={extra.label}" if extra.label else ""
            found.append(f" {extra.key}={text}{label}")
    return found


def value(row: Row, source: str) -> Any:
    """What `data` has under this key, else the column of that name."""
    data = row["data"] or {}
    if isinstance(data, str):  # as searches give it
        data = orjson.loads(data)
    return data.get(source) if source in data else row.get(source)


def plain(found: Any) -> str:
    """Lists as `a,b`: a comma inside an item is written `;`, so no item is forged."""
    if found is None:
        return ""
    if isinstance(found, bool):
        return str(int(found))
    if isinstance(found, list | tuple):
        return ",".join(str(item).replace(",", ";") for item in found)
    return str(found)


def fitted(name: str, extras: list[str], room: int) -> tuple[str, list[str]]:
    """Drops extras from the end, then cuts the name, until all fit in `room` bytes."""
    wanted = min(width(name), NAME_KEPT)
    kept = list(extras)
    while kept and wanted + sum(map(width, kept)) > room:
        kept.pop()
    return cut_escaped(name, room - sum(map(width, kept))), kept


def cut_escaped(text: str, size: int) -> str:
    """Never cuts between a backslash and what it escapes."""
    short = cut(text, size)
    if short == text:
        return text
    body = short[:-1]
    slashes = len(body) - len(body.rstrip("\\"))
    return body[: len(body) - slashes % 2] + short[-1]


def in_header(text: str) -> str:
    return flat(text).replace("\\", "\\\\").replace("|", "\\|")


def in_value(text: str) -> str:
    """Spaces at either end are dropped: a reader cannot tell them from separators."""
    escaped = text.replace("\\", "\\\\").replace("=", "\\=")
    escaped = escaped.replace("\n", "\\n").replace("\r", "\\r")
    return flat(escaped).strip(" ")
