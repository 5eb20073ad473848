"""`POST /v1/logs`: JSON or text, an event a line, or JSON in an array.

No content is refused: what claims to be JSON and is none is text, a line each.
"""

import io
import json
import re
from collections.abc import Iterator
from itertools import islice

import orjson

from ingest.posted.exchange import (
    MOST_EVENTS,
    SENTENCES,
    Answer,
    Dialect,
    Refused,
    Request,
    bounded,
)

DIALECT = Dialect({kind: (s, {"error": text}) for kind, (s, text) in SENTENCES.items()})
SPACE = " \t\r\n"
MOST = MOST_EVENTS + 1  # the one too many is enough to refuse them
SEVERAL = re.compile(rb"\} ?\{")  # perhaps two objects in a line


def take(request: Request) -> Answer:
    is_json = "json" in request.headers.get("content-type", "")
    frames = bounded(records(request.body) if is_json else lines(request.body))
    if not frames:
        raise Refused("no_data")
    return Answer(200, orjson.dumps({"accepted": len(frames)}), frames)


def lines(body: bytes) -> list[bytes]:
    """Without their ends, up to MOST; empty ones are none."""
    ended = (one.rstrip(b"\r\n\0") for one in io.BytesIO(body))
    return list(islice(filter(None, ended), MOST))


def records(body: bytes) -> list[bytes]:
    """The records of a body of JSON, up to MOST: one a line, one after the other, or
    an array."""
    found = lines(body)
    whole = all(line[:1] == b"{" and line.rstrip()[-1:] == b"}" for line in found)
    if whole and not SEVERAL.search(body):
        return found
    try:
        text = body.decode()
        values = list(islice(documents(text), MOST))
    except ValueError:
        return found
    if len(values) == 1 and isinstance(values[0][0], list):
        return [dumped(value) for value in values[0][0][:MOST]]
    return [compact(value, text[start:end]) for value, start, end in values]


def compact(value: object, text: str) -> bytes:
    """As it was sent, when it is one line of an object."""
    if isinstance(value, dict) and "\n" not in text:
        return text.encode()
    return dumped(value)


def documents(text: str) -> Iterator[tuple[object, int, int]]:
    """The JSON values that stand one after the other, and where. ValueError."""
    decoder, at = json.JSONDecoder(), 0
    while True:
        while at < len(text) and text[at] in SPACE:
            at += 1
        if at == len(text):
            return
        start = at
        try:
            value, at = decoder.raw_decode(text, start)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        yield value, start, at


def dumped(value: object) -> bytes:
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    try:
        made = orjson.dumps(value)
        return bytes(memoryview(made))  # orjson's own holds 4 KiB, however short it is
    except TypeError:  # a number beyond 64 bits, a lone surrogate
        return json.dumps(value).encode()
