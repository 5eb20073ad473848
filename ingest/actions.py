"""What a device did: the word that it uses, and the verdict that the word means."""

import polars as pl

from ingest import keys

KEY = (
    r"(?i)(?:^|[^a-z0-9])(?:action|act|fw_action|disposition|verdict|device[_ ]?action"
    r"|event[_ ]?action|utmaction|action[_ ]?taken)[\"']?(?: = |=|\s?:\s?)"
    r"(?:\"([^\"]+)\"|'([^']+)'|([^\s\"',;|&\])}]+))"
)
WORDS = (
    r"(?i)(?:^|[^a-z0-9_\-./])(accept(?:ed)?|allow(?:ed)?|permit(?:ted)?|pass(?:ed)?"
    r"|den(?:y|ied)|block(?:ed)?|drop(?:ped)?|reject(?:ed)?|discard(?:ed)?)"
    r"(?:[^a-z0-9_\-]|$)"
)
SOME = ["accept", "allow", "permit", "pass ", "passed", "pass,", "deny", "denied"]
SOME += ["block", "drop", "reject", "discard"]
KEYS = ["action", "act", "disposition", "verdict", "taken"]

ALLOWED = ["accept", "allow", "permit", "pass", "start", "success", "passthrough"]
DENIED = ["deny", "denied", "block", "drop", "reject", "discard", "reset", "refuse"]
DENIED += ["fail", "failed", "failure", "invalid", "quarantine", "prevent", "close"]


def find(rows: pl.DataFrame) -> pl.DataFrame:
    """`row` and `action` (lower case) of the rows that name one."""
    message = rows["message"]
    keyed = rows.filter(keys.present(message, KEYS))
    worded = rows.filter(keys.words(message, SOME))
    found = pl.concat(
        [
            keyed.select("row", action=keys.value(KEY)),
            worded.select("row", action=pl.col("message").str.extract(WORDS, 1)),
        ]
    ).drop_nulls()
    once = found.unique("row", keep="first", maintain_order=True)
    return once.with_columns(pl.col("action").str.to_lowercase())


def verdict(action: str | None) -> str | None:
    """`allowed`, `denied` or None: what the action means for a connection."""
    word = (action or "").lower()
    if any(word.startswith(stem) for stem in DENIED):
        return "denied"
    if any(word.startswith(stem) for stem in ALLOWED):
        return "allowed"
    return None
