"""Access logs of web servers and proxies, in the Common Log Format and what grew of it:
`CLIENT - USER [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "FROM" "AGENT"`.

What stands in quotes is what the client asked for and says of itself, so no fact is
looked for there: an address or a `user=` in it is anybody's word. A quote in it is
escaped by the server.
"""

import polars as pl

from ingest.parsers.format import Format

DATE = r"\[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-9]{2}[^\]\"]{0,12}\]"
QUOTED = r'"(?:[^"\\]|\\.)*(?:"|$)'


def parse(lines: pl.DataFrame) -> pl.DataFrame:
    outside = lines["message"].str.replace_all(f"(?s){QUOTED}", '""')
    return pl.DataFrame({"prose": outside}).with_columns(understood=True)


CLAIMS = pl.col("message").str.contains(rf'^[^\["]{{3,300}}{DATE} "')
FORMAT = Format("weblog", CLAIMS, parse, ('] "',))
