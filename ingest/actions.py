"""What a device did: the word that it uses, and the verdict that the word means."""

import polars as pl

from ingest import keys, spread

KEY = (
    r"(?:^|[^a-z0-9])(?:action|act|fw_action|disposition|verdict|device[_ ]?action"
    r"|event[_ ]?action|utmaction|action[_ ]?taken)[\"']?(?: = |=|\s?:\s?)"
    r"(?:\"([^\"]+)\"|'([^']+)'|([^\s\"',;|&\])}]+))"
)
WORDS = (
    r"(?:^|[^a-z0-9_\-./])(accept(?:ed)?|allow(?:ed)?|permit(?:ted)?|pass(?:ed)?"
    r"|den(?:y|ied)|block(?:ed)?|drop(?:ped)?|reject(?:ed)?|discard(?:ed)?)"
    r"(?:[^a-z0-9_\-]|$)"
)
SOME = ["accept", "allow", "permit", "pass ", "passed", "pass,", "deny", "denied"]
SOME += ["block", "drop", "reject", "discard"]
KEYS = ["action", "act", "disposition", "verdict", "taken"]

ALLOWED = ["accept", "allow", "permit", "pass", "start", "success", "passthrough"]
ALLOWED += ["alert", "detect", "sent", "forward", "build", "built", "connect"]
DENIED = ["deny", "denied", "block", "drop", "reject", "discard", "reset", "refuse"]
DENIED += ["fail", "failed", "failure", "invalid", "quarantine", "prevent", "close"]


def find(rows: pl.DataFrame) -> pl.Series:
    """The action (lower case) of each row: by a key, else by a word."""
    found = spread.nothing(len(rows), pl.String)
    worded = rows.filter(keys.words(rows["lower"], SOME))
    if len(worded):
        words = worded["lower"].str.extract(WORDS, 1)
        found = spread.over(found, worded["row"], words)
    keyed = rows.filter(keys.present(rows["lower"], KEYS))
    if len(keyed):
        found = spread.over(found, keyed["row"], keys.value(keyed["lower"], KEY))
    return found


def verdict(action: str | None) -> str | None:
    """`allowed`, `denied` or None: what the action means for a connection."""
    word = (action or "").lower()
    if any(word.startswith(stem) for stem in DENIED):
        return "denied"
    if any(word.startswith(stem) for stem in ALLOWED):
        return "allowed"
    return None
