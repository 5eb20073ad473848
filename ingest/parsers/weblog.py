"""Access logs of web servers and proxies, in the Common Log Format and what grew of it:
`CLIENT - USER [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "FROM" "AGENT"`.

What stands in quotes is what the client asked for and says of itself, and the user may
be a name that was only tried, with blanks in it: no other fact is looked for there. A
quote is escaped by the server, so the first one stands behind the date.
"""

import polars as pl

from ingest import mentions, users
from ingest.parsers.format import Format

DATE = r"\[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-9]{2}[^\]\"]{0,12}\]"
SITE = r"[A-Za-z0-9.\-]+(?::[0-9]{1,5})?"
ADDRESS = r"[0-9a-fA-F.:]*[.:][0-9a-fA-F.:]*"
START = rf'^(?:{SITE} )?({ADDRESS}) \S+ ([^"]*) ({DATE} ".*)$'
NAME = r"^(\S+)$"  # with blanks, more fields may be in it
QUOTED = r'"(?:[^"\\]|\\.)*(?:"|$)'


def parse(lines: pl.DataFrame) -> pl.DataFrame:
    outside = lines["message"].str.replace_all(f"(?s){QUOTED}", '""')
    client, user, rest = outside.str.extract_groups(f"(?s){START}").struct.unnest()
    told = pl.select(pl.coalesce(client + " - - " + rest, outside)).to_series()
    found = {
        "src": mentions.addresses(client),
        "user": users.somebody(user.str.extract(NAME), users.is_nobody),
        "prose": told,
        "dated": told,
    }
    return pl.DataFrame(found).with_columns(understood=True)


CLAIMS = pl.col("message").str.contains(rf'^[^"]{{3,300}}{DATE} "')
FORMAT = Format("weblog", CLAIMS, parse, ('] "',))
