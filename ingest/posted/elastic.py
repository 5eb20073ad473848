"""Elasticsearch's `_bulk`, and as much of its server as shippers ask for first.

Documents are events, whatever index they are for; the index, templates and policies
that a shipper wants are said to be there already.
"""

import io
import secrets
from collections.abc import Iterator
from typing import Any

import orjson

from ingest.posted.exchange import (
    MOST_EVENTS,
    SENTENCES,
    Answer,
    Dialect,
    Refused,
    Request,
)

VERSION = "8.17.0"
HEADERS = {"X-Elastic-Product": "Elasticsearch"}
TYPES = {
    401: "security_exception",
    403: "security_exception",
    413: "content_too_long_exception",
    503: "es_rejected_execution_exception",
}
ADDS = {"create", "index"}
LONGEST = 255  # bytes of an index's name, as Elasticsearch has it
WITH_DOCUMENT = ADDS | {"update"}


def error(status: int, reason: str) -> dict[str, Any]:
    kind = TYPES.get(status, "illegal_argument_exception")
    cause = {"type": kind, "reason": reason}
    return {"error": {"root_cause": [cause], **cause}, "status": status}


REFUSALS = {kind: (status, error(status, s)) for kind, (status, s) in SENTENCES.items()}
REFUSALS["bad_token"] = 401, error(401, SENTENCES["bad_token"][1])
DIALECT = Dialect(REFUSALS, HEADERS)


def bulk(request: Request) -> Answer:
    """POST /_bulk and /INDEX/_bulk: an action and its document, a line each."""
    index = request.path.rpartition("/")[0].strip("/")[:LONGEST]
    frames: list[bytes] = []
    items: list[dict[str, Any]] = []
    for action, about, document in actions(request.body):
        if len(items) >= MOST_EVENTS:
            raise Refused("too_many")
        status = 400 if action not in ADDS or not document else 201
        if status == 201:
            frames.append(document)
        items.append({action: item(action, about, index, status)})
    if not items:
        raise Refused("malformed", **error(400, "There are no actions in the body."))
    refused = len(items) - len(frames)
    body = {"took": 1, "errors": bool(refused), "items": items}
    counted = ("http_item_refused", refused) if refused else ("", 0)
    return Answer(200, orjson.dumps(body), frames, counted, HEADERS)


def actions(body: bytes) -> Iterator[tuple[str, dict[str, Any], bytes]]:
    """Action, what is said about it, and the document. Refused when a line that should
    be an action is none; then nothing of the request is taken."""
    lines = iter(enumerate(io.BytesIO(body), 1))
    for number, line in lines:
        if not line.strip():
            continue
        try:
            ((action, about),) = orjson.loads(line).items()
        except (ValueError, AttributeError, TypeError):
            raise wrong(number) from None
        if not isinstance(about, dict) or action not in WITH_DOCUMENT | {"delete"}:
            raise wrong(number)
        document = next(lines, (0, b""))[1] if action in WITH_DOCUMENT else b""
        yield action, about, document.rstrip(b"\r\n")


def wrong(number: int) -> Refused:
    return Refused("malformed", **error(400, f"Malformed action line [{number}]."))


def item(action: str, about: dict[str, Any], index: str, status: int) -> dict[str, Any]:
    found = {
        "_index": str(about.get("_index") or index or "logs"),
        "_id": str(about.get("_id") or secrets.token_urlsafe(15)),
        "status": status,
    }
    if status != 201:
        why = "has no document" if action in ADDS else "is not possible here"
        kind = {"type": TYPES.get(status, "illegal_argument_exception")}
        return found | {"error": kind | {"reason": f"{action} {why}."}}
    shards = {"total": 1, "successful": 1, "failed": 0}
    made = {"_version": 1, "result": "created", "_seq_no": 0, "_primary_term": 1}
    return found | made | {"_shards": shards}


LICENSE = {"status": "active", "uid": "0", "type": "basic", "mode": "basic"}
ROOT = {
    "name": "mssweb",
    "cluster_name": "mssweb",
    "cluster_uuid": "mssweb",
    "version": {
        "number": VERSION,
        "build_flavor": "default",
        "build_type": "tar",
        "lucene_version": "9.12.0",
        "minimum_wire_compatibility_version": "7.17.0",
        "minimum_index_compatibility_version": "7.0.0",
    },
    "tagline": "You Know, for Search",
}
OFF = {"available": False, "enabled": False}
# What shippers ask before they send.
KNOWN = {
    "/": ROOT,
    "/_license": {"license": LICENSE},
    "/_xpack": {"license": LICENSE, "features": {"ilm": OFF, "security": OFF}},
    "/_cluster/health": {"cluster_name": "mssweb", "status": "green"},
    "/_cat/health": [{"cluster": "mssweb", "status": "green"}],
}


def about(request: Request) -> Answer:
    """GET or HEAD of what is known."""
    place = request.path.rstrip("/") or "/"
    return Answer(200, orjson.dumps(KNOWN[place]), headers=HEADERS)


def there(request: Request) -> Answer:
    """Templates, policies, indices: there already, and what is put is not kept."""
    return Answer(200, orjson.dumps({"acknowledged": True}), headers=HEADERS)
