"""Which token a request shows, in any of the ways that senders have."""

import base64
import binascii
import hashlib
from collections.abc import Mapping

from ingest.posted.exchange import Refused

LONGEST = 1_000


class Tokens:
    """The tokens in force: their digests, and their numbers. None: not known yet."""

    def __init__(self, known: Mapping[str, int] | None = None) -> None:
        self.known = known

    def number(self, header: str) -> int:
        """The number of the token in an Authorization header. Refused otherwise."""
        text = token_of(header)
        if self.known is None:
            raise Refused("not_ready")
        found = self.known.get(hashlib.sha256(text.encode()).hexdigest())
        if found is None:
            raise Refused("bad_token")
        return found


def token_of(header: str) -> str:
    """`Bearer TOKEN`, `Splunk TOKEN`; `Basic` with it as the password; `ApiKey` with it
    as the key, or as it is."""
    kind, _, value = header.strip()[:LONGEST].partition(" ")
    value = value.strip()
    if not kind:
        raise Refused("no_token")
    if not value:
        raise Refused("bad_header")
    match kind.lower():
        case "bearer" | "splunk":
            return value
        case "basic":
            return behind_colon(value, required=True)
        case "apikey":
            return behind_colon(value, required=False)
    raise Refused("bad_header")


def behind_colon(value: str, required: bool) -> str:
    try:
        text = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    _, colon, token = text.partition(":")
    if colon:
        return token
    if required:
        raise Refused("bad_header")
    return value
