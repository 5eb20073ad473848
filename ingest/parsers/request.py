"""A request in quotes anywhere in a line that no other format knows:
`… "GET /?src=192.0.2.1 HTTP/1.1" …`. It is the client's word: no fact is in it."""

import polars as pl

from ingest.parsers.format import Format

REQUEST = r'"[A-Z]{3,12} (?:[^"\\]|\\.)* HTTP/[0-9.]{1,3}"'


def parse(lines: pl.DataFrame) -> pl.DataFrame:
    outside = lines["message"].str.replace_all(f"(?s){REQUEST}", '""')
    found = {"prose": outside, "dated": outside}
    return pl.DataFrame(found).with_columns(understood=True)


CLAIMS = pl.col("message").str.contains(f"(?s){REQUEST}")
FORMAT = Format("request", CLAIMS, parse, (" HTTP/",))
