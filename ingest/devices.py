"""Which device a message is about, where no header names a host: by key names.

`devname="fw1"`, `hostname=db.example.net`, `Computer name: PC7`.
"""

import polars as pl

from ingest import keys, spread

KEY = (
    r"(?i)(?:^|[^a-z0-9_.])(?:devname|device[_ ]?name|dvchost|hostname|host_name"
    r"|computer[_ ]?name|computer|machine[_ ]?name|node[_ ]?(?:name|id)|fw_name"
    r"|firewall_name)"
    rf"[\"']?{keys.IS}"
    r"(?:\\?\"([A-Za-z0-9_.\- ]{1,64})\\?\"|'([A-Za-z0-9_.\- ]{1,64})'"
    r"|([A-Za-z0-9_][A-Za-z0-9_.\-]{0,63}))"
)
KEYS = ["devname", "device[_ ]?name", "dvchost", "host_?name", "computer", "machine"]
KEYS += ["node[_ ]?(?:name|id)", "fw_name", "firewall_name", "computer[_ ]?name"]
AUDIT_NODE = pl.col("message").str.starts_with("node=")
NODE = r"^node=([A-Za-z0-9_.\-]{1,255}) type="
NOBODY = r"(?i)^(?:-|n/?a|none|null|unknown|[0-9]{1,6})$"


def find(rows: pl.DataFrame) -> pl.Series:
    """The device that each row names."""
    ways = [(keys.present(KEYS), named), (AUDIT_NODE, audited)]
    return keys.first(rows, ways)


def audited(rows: pl.DataFrame) -> pl.Series:
    """`node=web-1 type=…` of auditd, which sends to another machine."""
    return rows["message"].str.extract(NODE, 1)


def named(rows: pl.DataFrame) -> pl.Series:
    names = keys.value(rows["message"], KEY).str.strip_chars()
    nobody = names.str.contains(NOBODY).fill_null(True)
    return names.zip_with(~nobody, spread.nothing(len(names), pl.String))
