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
    worded = rows.filter(message.str.contains_any(SOME, ascii_case_insensitive=True))
    by_key = keyed.select("row", key=keys.value(KEY))
    by_word = worded.select("row", word=pl.col("message").str.extract(WORDS, 1))
    both = by_word.join(by_key, on="row", how="full", coalesce=True)
    action = pl.coalesce("key", "word").str.to_lowercase()
    return both.select("row", action=action).drop_nulls()


def verdict(action: str | None) -> str | None:
    """`allowed`, `denied` or None: what the action means for a connection."""
    word = (action or "").lower()
    if any(word.startswith(stem) for stem in DENIED):
        return "denied"
    if any(word.startswith(stem) for stem in ALLOWED):
        return "allowed"
    return None
