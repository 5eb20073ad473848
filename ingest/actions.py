"""What a device did: the word that it uses, and the verdict that the word means."""

import re

import polars as pl

from ingest import keys, spread

KEY = (
    r"(?:^|[^a-z0-9\-&?])(?:action|act|fw_action|disposition|verdict|device[_ ]?action"
    r"|event[_ ]?action|utmaction|action[_ ]?taken|(?:actual|rule|fw|final) ?action"
    r"|accesscontrolruleaction)"
    r"(?:\\?[\"'])?(?: = |=|\s?:\s?)"
    r"(?:(?:\\?\"){1,2}([^\"\\\s,;][^\"\\]*)|'([^']+)'|([a-z][a-z ]{1,40})(?:[,;|]|$)"
    r"|([^\s\"',;|&\])}:\\]+))"
)
# What was done at last, where a device says what it meant to do, too.
ACTUAL = (
    r"(?:^|[^a-z])(?:actual|final)[ _]action(?:[\"']? ?[=:]\s?)[\"']?([^,;\"'=]{2,60})"
)
NONE = r"^(?:-+|n/?a|unknown|null|\(null\))$"
# What is a state is the action of mail servers, a kind that of Sophos' firewalls.
STATUS = (
    r"(?:^|[ ,])(?:status=(sent|bounced|deferred|expired|undeliverable)"
    r"|log_subtype=\"(allowed|denied|drop(?:ped)?|alert|detect(?:ed)?|virus|clean|warned"
    r"|(?:probable |outbound )?spam|malware)\")"
)
WORDS = (
    r"(?:^|[^a-z0-9_\-./]|est-|tcp_)(not (?:allowed|permitted|accepted)"
    r"|accept(?:ed)?|allow(?:ed)?|permit(?:ted)?|pass(?:ed)?|den(?:y|ied)|block(?:ed)?|drop(?:ped)?|reject(?:ed)?"
    r"|discard(?:ed)?|refused|quarantined?)(?:[^a-z0-9_\-]|$|/[0-9]{3} )"
)
SOME = ["accept", "allow", "permit", "pass ", "passed", "pass,", "deny", "denied"]
SOME += ["block", "drop", "reject", "discard", "refused", "quarantine", "pass;"]
# The rule's name that netfilter puts first: `[lan-in-D]IN=`, `DROP_INPUT: IN=`.
PREFIX = (
    r"(?:^|[^a-z])(drop(?:ped)?|den(?:y|ied)|reject(?:ed)?|block(?:ed)?|accept(?:ed)?"
    r"|allow(?:ed)?|permit|pass)(?:[^a-z].*)?\bin="
)
LETTER = r"-([adr])\]in="
LETTERS = {"a": "accept", "d": "drop", "r": "reject"}
# Message classes, by the name of the class or by the word that begins the message.
CLASSES = (
    r"(?:^|[^a-z])(?:(dhcp(?:discover|offer|request|ack|nak|inform|release|decline"
    r"|expire))|(?:rt_flow|apptrack)_(session_(?:create|close|deny|(?:vol|route)_update))"
    r"|[a-z]+_((?:virus|malware)_(?:detected|event)[a-z_]*)"
    r"|dhcp (lease|release|no offers) |conn=[0-9]+ op=[0-9]+ ([a-z]+)"
    r"|: (log(?:in|out)(?:_[a-z]+)*) - "
    r"|((?:dis)?connect) (?:from|to) |(log(?:in|out)_error)|(accessed) url"
    r"|requested (?:asa )?to (bypass|reset|drop)"
    r"|[a-z]+(?:_[a-z]+)*_(permitted|blocked|denied|dropped)(?:_mt)?(?: |$))"
)
CLASS_HINTS = ["dhcp[a-z]", "_session_", "connect (?:from|to) ", "log(?:in|out)_error"]
CLASS_HINTS += ["_virus_", "_malware_", "dhcp [lrn]", "log(?:in|out) - ", " op=[0-9]"]
CLASS_HINTS += ["quested (?:asa )?to ", "accessed url", "_(?:permit|block|deni|dropp)"]
# Log-ins: `authentication failed`, `Failed password`, `login successful`.
LOG_IN = (
    r"(?:(?:authentication|authorization|accounting|log[io]n|password|auth) "
    r"(?:attempt |was |is |has )?"
    r"(fail(?:ed|ure)|rejected|unsuccessful|denied|success(?:ful)?|succeeded|accepted)"
    r"|(?:^|[^a-z])(failed|invalid|accepted|successful) (?:password|publickey|log[io]n"
    r"|authentication|none|keyboard-interactive)|type=(log(?:in|out))(?:[^a-z]|$)"
    r"|status=\"?(fail(?:ed|ure)?)(?:[^a-z]|$))"
)
LOG_INS = [
    "auth",
    "ccounting ",
    "login",
    "logon",
    "failed ",
    "password ",
    'status="?fail',
]
KEYS = ["action", "act", "disposition", "verdict", "taken"]

ALLOWED = ["accept", "allow", "permit", "pass", "start", "success", "alert", "detect"]
ALLOWED += ["sent", "forward", "build", "built", "connect", "create", "exempt", "warn"]
ALLOWED += ["cache", "lease", "assign", "renew", "grant", "clean", "monitor", "vol"]
ALLOWED += ["bypass", "would", "succeed", "accessed", "dns", "authorized", "route"]
DENIED = ["deny", "denied", "block", "drop", "reject", "discard", "reset", "refuse"]
DENIED += ["fail", "invalid", "quarantine", "prevent", "close", "denies", "unsuccess"]
DENIED += ["nak", "error", "challenged", "blacklist", "virus", "forbid", "terminat"]
DENIED += ["spam", "malware", "unauthorized"]
FAILED = ("fail", "unsuccess", "nack")  # wherever the word stands
# A session that ends had been let through; elsewhere `close` is an end by force.
EXACTLY = {"session_close": "allowed", "no offers": "denied"}
WORD = re.compile("[a-z]+")


def find(rows: pl.DataFrame) -> pl.Series:
    """The action (lower case) of each row; the first of these ways counts most."""
    return keys.first(rows, WAYS)


def log_in(rows: pl.DataFrame) -> pl.Series:
    return keys.value(rows["lower"], LOG_IN)


def classed(rows: pl.DataFrame) -> pl.Series:
    return keys.value(rows["lower"], CLASSES)


def worded(rows: pl.DataFrame) -> pl.Series:
    return rows["lower"].str.extract(WORDS, 1)


def lettered(rows: pl.DataFrame) -> pl.Series:
    return rows["lower"].str.extract(LETTER, 1).replace(LETTERS)


def prefixed(rows: pl.DataFrame) -> pl.Series:
    return rows["lower"].str.extract(PREFIX, 1)


def status(rows: pl.DataFrame) -> pl.Series:
    return keys.value(rows["lower"], STATUS)


def keyed(rows: pl.DataFrame) -> pl.Series:
    lower = rows["lower"]
    found = keys.value(lower, KEY)
    if lower.str.contains_any(["actual", "final"]).any():
        found = pl.select(pl.coalesce(lower.str.extract(ACTUAL, 1), found)).to_series()
    found = found.str.strip_chars()
    none = found.str.contains(NONE).fill_null(True)
    return found.zip_with(~none, spread.nothing(len(found), pl.String))


WAYS: tuple[keys.Way, ...] = (
    (keys.present(KEYS), keyed),
    (keys.words(["status=", "log_subtype="]), status),
    (keys.text("]in="), lettered),
    (keys.words([" in=", "]in=", " in:"]), prefixed),
    (keys.words(SOME), worded),
    (keys.words(CLASS_HINTS), classed),
    (keys.words(LOG_INS), log_in),
)


def verdict(action: str | None) -> str | None:
    """`allowed`, `denied` or None: what the action means for a connection.

    Of several words the first that means something counts: `alert`, `not blocked`.
    """
    named = (action or "").lower()
    if named in EXACTLY:
        return EXACTLY[named]
    words = WORD.findall(named)
    if any(word.startswith(FAILED) for word in words):
        return "denied"
    meant = next(filter(None, map(meaning, words)), None)
    if meant and words[0] in ("not", "non", "un"):
        return "denied" if meant == "allowed" else "allowed"
    return meant


def meaning(word: str) -> str | None:
    for verdict, stems in (("denied", DENIED), ("allowed", ALLOWED)):
        if word.startswith(tuple(stems)):
            return verdict
    return None
