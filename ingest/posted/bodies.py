"""Bodies as they were before they were compressed, never more than a limit."""

import zlib

from ingest.posted.exchange import Refused

# Window bits of zlib: 31 wants gzip; deflate is sent with its zlib header, or bare.
WINDOWS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
MOST_MEMBERS = 1_000  # of one gzip file
STEP = 65_536  # bytes; what stands behind a member is copied, so never all of it


def plain(body: bytes, encoding: str, limit: int) -> bytes:
    """The body, decompressed. Refused when it is larger than the limit, or broken."""
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return body
    for bits in WINDOWS.get(name, ()):
        try:
            return inflate(body, bits, limit)
        except zlib.error:
            continue
    raise Refused("encoding")


def inflate(body: bytes, bits: int, limit: int) -> bytes:
    """All members of a gzip file, one after the other."""
    whole, at = bytearray(), 0
    for _ in range(MOST_MEMBERS):
        at = member(body, at, bits, limit, whole)
        if at == len(body):
            return bytes(whole)
    raise Refused("encoding")


def member(body: bytes, at: int, bits: int, limit: int, whole: bytearray) -> int:
    """Adds the member that begins there; where the next one begins."""
    one = zlib.decompressobj(bits)
    while not one.eof:
        if at == len(body):
            raise zlib.error("it was cut off")
        piece = body[at : at + STEP]
        whole += one.decompress(piece, limit - len(whole) + 1)
        if len(whole) > limit:
            raise Refused("too_large")
        at += len(piece) - len(one.unused_data)
    return at
