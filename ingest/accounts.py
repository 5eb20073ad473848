"""An account and its domain: `CORP\\ann`, `ann@REALM` and `ann` are one user's name.

What follows `@` is a realm when it has no dot or is written in capitals, as Kerberos
does; else the whole is an e-mail address, and stays.
"""

import polars as pl

from ingest import members

BEFORE = r"^(?<domain>.*?)\\+(?<name>[^\\]+)$"
BEHIND = r"^(?<name>[^@]+)@(?<domain>[^@.]+|[A-Z0-9.\-]+)$"


def split(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with `user` without its domain, which is the member `user_domain`."""
    if not frame["user"].str.contains(r"[\\@]").any():
        return frame
    found = [pl.col("user").str.extract_groups(form) for form in (BEFORE, BEHIND)]
    name, domain = (
        pl.coalesce(groups.struct.field(part) for groups in found)
        for part in ("name", "domain")
    )
    said = pl.when(domain != "").then(domain)
    frame = members.add(frame, [members.text("user_domain", said)])
    return frame.with_columns(user=pl.coalesce(name, "user"))
