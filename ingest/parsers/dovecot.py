"""Log-ins as Dovecot tells them:
`imap-login: Login: user=<ann>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.25, TLS`.

A client chooses the name between the brackets, `x>, rip=198.51.100.9` as well. So the
ends are those that stand last, and other facts are looked for before the name only.
"""

import polars as pl

from ingest import mentions, users
from ingest.parsers.format import Format

USER = r"(?s)user=<(.*)>, (?:method=[^,]*, )?rip="
ADDRESS = r"=([0-9a-fA-F.:]+)"


def parse(lines: pl.DataFrame) -> pl.DataFrame:
    messages = lines["message"]
    before = messages.str.extract(r"(?s)^(.*?)user=<")
    found = {
        "src": mentions.addresses(last(messages, "rip")),
        "dst": mentions.addresses(last(messages, "lip")),
        "user": users.somebody(messages.str.extract(USER), users.is_nobody),
        "prose": before,
        "dated": before,
    }
    return pl.DataFrame(found).with_columns(understood=pl.col("src").is_not_null())


def last(messages: pl.Series, key: str) -> pl.Series:
    return messages.str.extract(rf"(?s)^.*[ ,]{key}{ADDRESS}")


CLAIMS = pl.col("message").str.contains(rf"(?s)user=<.*[ ,]rip{ADDRESS}")
FORMAT = Format("dovecot", CLAIMS, parse, ("user=<",))
