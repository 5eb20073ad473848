"""Whom a message speaks of: by key names, else by the phrases of log-ins."""

import polars as pl

from ingest import keys

NAME = r"[A-Za-z0-9_][A-Za-z0-9_.@\\$+\-]*"
KEY = (
    r"(?i)(?:^|[^a-z0-9])(?:user|usr|username|user[_ \-]name|suser|src[_]?user|acct"
    r"|source[_ ]?user(?:name)?|login|logname|account[_ ]?name|userid|user_id|xauthuser"
    r"|subjectusername|targetusername|adminname|usrname|remote_user)"
    rf"[\"']?{keys.IS}"
    r"(?:\\?\"([^\"\\]+)\\?\"|'([^']+)'|<([^>]+)>"
    r"|([^\s\"',;|&\])}<>(\[{]+))"
)
LOGIN = (
    r"(?:password|publickey|pubkey|pam|with-mic|hostbased|none) for "
    r"(?:(?:invalid |illegal )?user )?"
)
NAMED = r"[`'\"<]([^`'\">]+)[`'\">]"
PHRASE = (
    rf"(?i)(?:{LOGIN}(?:{NAMED}|({NAME}))"
    rf"|(?:^|[^a-z0-9_])user(?:\[({NAME})\]| {NAMED}| ({NAME})))"
)
AT_ADDRESS = r"@(?:[0-9]{1,3}\.){3}[0-9]{1,3}$"  # `root@192.0.2.1`: where from
SUDO = (
    rf"(?:^|: ) *({NAME}) : (?:TTY=|command not allowed|[0-9]+ incorrect|user NOT in)"
)
# The third field of an access log, before its date in brackets.
CLF = r"^[^ ]+ [^ ]+ ([^ ]+) \[[0-9]{1,2}/[A-Z][a-z]{2}/"
KEYS = ["user", "usr", "acct", "login", "name", "userid", "user_id"]
PHRASES = [
    r"user[ \[]",
    "(?:password|publickey|pubkey|pam|with-mic|hostbased|none) for ",
]
# Words that follow "user" in prose, and values that name nobody.
NOBODY = (
    r"(?i)^(?:-|n/?a|none|null|unknown|\(null\)|name|names|agent|is|was|has|had|not|and"
    r"|or|with|from|in|on|for|to|at|by|id|ip|account|accounts|authentication|login|log"
    r"|logged|session|sessions|data|the|a|password|request|requests|group|access|input"
    r"|authenticated|database|defined|does|denied|disconnected|unlock|lock|error|admin"
    r"istrator account|mode|space|interface|created|deleted|added|removed|changed|can"
    r"|could|will|may|must|failed|successfully|command|profile|role|service|identity"
    r"|directory|activity|info|information|type|list|that|this|out|has|tried|trying"
    r"|logon|logoff|logout|unknown|undefined|nil|uid|tty|via|connected|while|process)$"
)


def find(rows: pl.DataFrame) -> pl.DataFrame:
    """`row` and `user` of the rows that name one."""
    message = rows["message"]
    keyed = rows.filter(keys.present(message, KEYS))
    said = rows.filter(keys.words(message, PHRASES))
    sudo = rows.filter(message.str.contains(" : ", literal=True))
    access = rows.filter(message.str.contains(CLF))
    found = [
        sudo.select("row", user=pl.col("message").str.extract(SUDO, 1)).drop_nulls(),
        somebody(access.select("row", user=pl.col("message").str.extract(CLF, 1))),
        somebody(keyed.select("row", user=keys.value(KEY))),
        somebody(said.select("row", user=keys.value(PHRASE))),
    ]
    some = [one for one in found if len(one)]
    if not some:
        return found[0]
    return pl.concat(some).unique("row", keep="first", maintain_order=True)


def somebody(found: pl.DataFrame) -> pl.DataFrame:
    """Only the rows whose user is one."""
    plain = pl.col("user").str.strip_chars(" \t.:,").str.replace(AT_ADDRESS, "")
    bare = found.select("row", plain)
    nobody = pl.col("user").str.contains(NOBODY)
    return bare.filter((pl.col("user") != "") & ~nobody)
