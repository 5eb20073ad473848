"""Splunk's HTTP Event Collector, as its clients expect it.

What the envelope says (time, host, source, sourcetype, index, fields) becomes an RFC
5424 header before the event, so that it is read as any other line; PRI is 13, as RFC
3164 §4.3.3 says of a message without one. An event that is a syslog line has a header
of its own and stays as it is.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import orjson

from ingest.posted.exchange import Answer, Dialect, Refused, Request, bounded
from ingest.posted.lines import documents, dumped, lines

MOST_FIELDS = 50
LONGEST = 255  # characters of a value in the address: each event has them
MILLISECONDS = 1e11  # larger times are no seconds
HOST, APP = re.compile(r"[!-~]{1,255}"), re.compile(r"[!-z}~][!-z}~]{0,47}")
OWN_HEADER = re.compile(r"<[0-9]{1,3}>")
NO_NAME = re.compile(r"[^!-~]|[=\]\" ]")
SPECIAL = re.compile(r'(["\\\]])')
META = ("source", "sourcetype", "index")


def code(number: int, text: str) -> dict[str, Any]:
    return {"text": text, "code": number}


SUCCESS = orjson.dumps(code(0, "Success"))
DIALECT = Dialect(
    {
        "no_token": (401, code(2, "Token is required")),
        "bad_header": (401, code(3, "Invalid authorization")),
        "bad_token": (403, code(4, "Invalid token")),
        "no_data": (400, code(5, "No data")),
        "malformed": (400, code(6, "Invalid data format")),
        "encoding": (400, code(6, "Invalid data format")),
        "too_large": (413, code(6, "The request is too large; send less at once")),
        "too_many": (413, code(6, "Too many events in one request")),
        "plain": (403, code(4, "This port wants TLS: send to https")),
        "busy": (503, code(9, "Server is busy")),
        "not_ready": (503, code(9, "Server is busy")),
    }
)


def event(request: Request) -> Answer:
    """POST /services/collector/event: all of a request, or nothing of it."""
    text = request.body.decode("utf-8", "replace")
    about = in_address(request)
    frames: list[bytes] = []
    try:
        for envelope, _, _ in documents(text):
            frames.append(frame_of(envelope, about, len(frames)))
            bounded(frames)
    except ValueError:
        number = len(frames)
        raise Refused("malformed", **{"invalid-event-number": number}) from None
    if not frames:
        raise Refused("no_data")
    return Answer(200, SUCCESS, frames)


def frame_of(envelope: object, query: Mapping[str, str], number: int) -> bytes:
    at = {"invalid-event-number": number}
    if not isinstance(envelope, dict):
        raise Refused("malformed", **at)
    if envelope.get("event") is None:
        raise Refused("malformed", **code(12, "Event field is required"), **at)
    if envelope["event"] == "":
        raise Refused("malformed", **code(13, "Event field cannot be blank"), **at)
    return headed(dumped(envelope["event"]), {**query, **envelope})


def raw(request: Request) -> Answer:
    """POST /services/collector/raw: a line, an event; what is known stands in the
    address."""
    about = in_address(request)
    found = [headed(line, about) for line in bounded(lines(request.body))]
    if not found:
        raise Refused("no_data")
    return Answer(200, SUCCESS, found)


def in_address(request: Request) -> dict[str, str]:
    return {name: value[:LONGEST] for name, value in request.query.items()}


def health(request: Request) -> Answer:
    return Answer(200, orjson.dumps(code(17, "HEC is healthy")))


def ack(request: Request) -> Answer:
    return Answer(400, orjson.dumps(code(14, "ACK is disabled")))


def headed(content: bytes, envelope: Mapping[str, Any]) -> bytes:
    """The event behind a header of what its envelope says."""
    if OWN_HEADER.match(content[:5].decode("latin-1")):
        return content
    stamp = stamp_of(envelope.get("time"))
    host, app = text(envelope.get("host")), text(envelope.get("sourcetype"))
    known = {name: text(envelope.get(name)) for name in META}
    if not HOST.fullmatch(host):
        known["host"] = host
    fields = envelope.get("fields")
    if isinstance(fields, dict):
        known |= {str(k): text(v) for k, v in list(fields.items())[:MOST_FIELDS]}
    data = structured({name: value for name, value in known.items() if value})
    if not (stamp or host or data):
        return content
    named = host if HOST.fullmatch(host) else "-"
    program = app if APP.fullmatch(app) else "-"
    head = f"<13>1 {stamp or '-'} {named} {program} - - {data or '-'} "
    return head.encode("utf-8", "replace") + content


def structured(known: Mapping[str, str]) -> str:
    pairs = [
        f'{NO_NAME.sub("_", name)[:32]}="{escaped(value)}"'
        for name, value in known.items()
        if name
    ]
    return f"[hec@32473 {' '.join(pairs)}]" if pairs else ""


def escaped(value: str) -> str:
    return SPECIAL.sub(r"\\\1", " ".join(value.splitlines()))


def text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else dumped(value).decode()


def stamp_of(value: object) -> str:
    """Seconds since 1970 as ISO 8601; empty when it is no such time."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return ""
    try:
        seconds = float(value)
        seconds = seconds / 1_000 if seconds > MILLISECONDS else seconds
        at = dt.datetime.fromtimestamp(seconds, dt.UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")
