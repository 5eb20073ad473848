"""The syslog line of the original system:

    Feb 29 17:12:09 S-0.tcovel: {1,0} [1:2009375:3] ET CHAT … {TCP} 10.0.0.1:1234 -> …

    <date> <sensor>.<domain>: {<type>,<rank>} <msg> {<proto>} <src>:<spt> <dir> …

src always stands left; `<-` when dst is in HOME_NET and src is not. The message has no
braces, so a line has one reading only. An address that is not known is left out, a port
that is not known is 0. See docs/export.md.
"""

import re
from collections.abc import Sequence

from exporters.formats.base import PRI, Options, Row, cut, flat, stamp, width

BRACES = str.maketrans("{}", "()")
PROTO = re.compile(r"[A-Za-z0-9.+/_-]{1,16}\Z")


def encode(rows: Sequence[Row], options: Options) -> list[bytes]:
    return [line(row, options) for row in rows]


def line(row: Row, options: Options) -> bytes:
    start = f"{beginning(row, options)} "
    end = f" {ending(row)}"
    room = options.limit - width(start) - width(end)
    text = start + cut(message(row), room) + end
    return text.encode("utf-8", "replace")


def beginning(row: Row, options: Options) -> str:
    """Types 5–13 are all written as 5."""
    pri = PRI if options.header else ""
    date = stamp(row["time"], options.zone)
    kind = min(row["type"], 5)
    return f"{pri}{date} {options.origin}: {{{kind},{row['rank']}}}"


def message(row: Row) -> str:
    """The message; an IDS event's begins with its signature in square brackets."""
    text = row["message"] or ""
    signature = row["signature"]
    if row["type"] == 1 and signature and not text.startswith(f"[{signature}]"):
        text = f"[{signature}] {text}"
    return flat(text).translate(BRACES)


def ending(row: Row) -> str:
    direction = "<-" if row["inbound"] else "->"
    parts = (
        f"{{{protocol(row['proto'])}}}",
        endpoint(row["src"], row["sport"]),
        direction,
        endpoint(row["dst"], row["dport"]),
    )
    return " ".join(part for part in parts if part)


def protocol(name: str | None) -> str:
    """Upper case; `IP` where none is known or the name is none."""
    return name.upper() if name and PROTO.match(name) else "IP"


def endpoint(address: object, port: int | None) -> str:
    """`address:port`, IPv6 in brackets; empty when the address is not known."""
    if address is None:
        return ""
    text = str(address)
    return f"[{text}]:{port or 0}" if ":" in text else f"{text}:{port or 0}"
