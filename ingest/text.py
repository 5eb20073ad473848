"""Bytes → text. What a sender wrote becomes text that can be stored and shown.

The text is UTF-8 where the bytes are; a byte that is not is read as Windows-1252, the
usual case of an old device. PostgreSQL cannot hold NUL: it becomes its picture, U+2400.
`exact` says whether the text encodes to the very bytes; where not, they are kept.
"""

import codecs

import polars as pl

NUL_PICTURE = "\u2400"


def decode(lines: pl.DataFrame) -> pl.DataFrame:
    """The frame with `text` and `exact` beside `line`."""
    texts = decoded(lines["line"])
    exact = texts.cast(pl.Binary).eq_missing(lines["line"])
    return lines.with_columns(texts.alias("text"), exact.alias("exact"))


def decoded(lines: pl.Series) -> pl.Series:
    try:
        texts = lines.cast(pl.String)
    except pl.exceptions.ComputeError:
        texts = pl.Series([one(line) for line in lines], dtype=pl.String)
    return texts.fill_null("").str.replace_all("\x00", NUL_PICTURE, literal=True)


def one(line: bytes | None) -> str:
    return (line or b"").decode("utf-8", "windows-1252")


def as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """An error handler: the invalid bytes, read as Windows-1252 (else Latin-1)."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(WINDOWS_1252[byte] for byte in wrong), error.end


def windows_1252() -> list[str]:
    texts = (bytes([n]).decode("cp1252", "ignore") or chr(n) for n in range(256))
    return list(texts)


WINDOWS_1252 = windows_1252()
codecs.register_error("windows-1252", as_windows_1252)
