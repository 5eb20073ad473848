"""Bodies as they were before they were compressed, never more than a limit."""

import zlib

from ingest.posted.exchange import Refused

# Window bits of zlib: 31 wants gzip; deflate is sent with its zlib header, or bare.
WINDOWS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}


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
    parts, size = [], 0
    while body:
        one = zlib.decompressobj(bits)
        parts.append(one.decompress(body, limit - size + 1))
        size += len(parts[-1])
        if size > limit:
            raise Refused("too_large")
        if not one.eof:
            raise zlib.error("it was cut off")
        body = one.unused_data
    return b"".join(parts)
