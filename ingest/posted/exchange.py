"""What is asked over HTTP and what is answered: pure values, no sockets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

JSON = "application/json"
MOST_EVENTS = 100_000  # of one request


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """`frames` go into the journal first; `refused` counts what does not, by reason."""

    status: int
    body: bytes = b""
    frames: list[bytes] = field(default_factory=list)
    refused: tuple[str, int] = ("", 0)
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):  # noqa: N818  (an answer, not a fault of ours)
    """The request cannot be taken; the dialect says how it is told."""

    def __init__(self, kind: str, **more: Any) -> None:
        super().__init__(kind)
        self.kind, self.more = kind, more


# Why a request is refused → the reason that the ledger counts; none where the sender
# is only asked to come again.
KINDS = {
    "no_token": "http_no_token",
    "bad_header": "http_no_token",
    "bad_token": "http_bad_token",
    "too_large": "http_too_large",
    "too_many": "http_too_large",
    "encoding": "http_malformed",
    "malformed": "http_malformed",
    "no_data": "empty",
    "plain": "http_plain",
    "busy": "",
    "not_ready": "",
}
RETRY = {"Retry-After": "5"}


@dataclass(frozen=True)
class Dialect:
    """How one kind of server says no: a kind of KINDS → status and body."""

    refusals: Mapping[str, tuple[int, Any]]
    headers: Mapping[str, str] = field(default_factory=dict)

    def refuse(self, kind: str, **more: Any) -> Answer:
        status, found = self.refusals[kind]
        body = found | more if isinstance(found, dict) else found
        reason = KINDS[kind]
        wait = RETRY if status == 503 else {}
        return Answer(
            status,
            orjson.dumps(body),
            refused=(reason, 1 if reason else 0),
            headers={**self.headers, **wait},
        )


Handler = Callable[[Request], Answer]


def bounded(frames: list[bytes]) -> list[bytes]:
    """The frames, when a request may have so many."""
    if len(frames) > MOST_EVENTS:
        raise Refused("too_many")
    return frames


SENTENCES = {
    "no_token": (401, "Send Authorization: Bearer TOKEN; a sensor's page makes one."),
    "bad_header": (401, "The Authorization header cannot be read."),
    "bad_token": (403, "The token is unknown or revoked."),
    "too_large": (413, "The request is too large; send less at once."),
    "too_many": (413, f"A request may have at most {MOST_EVENTS} events."),
    "encoding": (415, "The body may be plain, gzip or deflate, and must be whole."),
    "malformed": (400, "The body cannot be read."),
    "no_data": (400, "There is nothing in the body."),
    "plain": (403, "This port wants TLS: send to https."),
    "busy": (503, "The journal has no room at the moment; try again."),
    "not_ready": (503, "The tokens are not known yet; try again."),
}
