"""Whom a message speaks of: by key names, else by the phrases of log-ins."""

import polars as pl

from ingest import keys, spread

NAME = r"[A-Za-z0-9_][A-Za-z0-9_.@\\$+\-]*"
KEY = (
    r"(?i)(?:^|[^a-z0-9])(?:user|usr|username|user[_ \-]name|suser|src[_]?user|acct"
    r"|source[_ ]?user(?:name)?|login|logname|account[_ ]?name|userid|user_id|xauthuser"
    r"|subjectusername|targetusername|adminname|usrname|remote_user|set_id|uname)"
    rf"[\"']?{keys.IS}"
    r"(?:\\?\"([^\"\\]+)\\?\"|'([^']+)'|<([^>]+)>"
    r"|([^\s\"',;|&\])}<>(\[{]+))"
)
LOGIN = (
    r"(?:^|[^a-z])(?:password|publickey|pubkey|pam|with-mic|hostbased|none) for "
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
# `name@database LOG:` of PostgreSQL.
DATABASE = (
    r"(?:^|\s)([^\s@\[\]]+)@[^\s@\[\]]+ "
    r"(?:LOG|FATAL|ERROR|WARNING|STATEMENT|DETAIL|HINT|PANIC|NOTICE|INFO|DEBUG):"
)
# The third field of an access log, before its date in brackets.
CLF = r"^[^ ]+ [^ ]+ ([^ ]+) \[[0-9]{1,2}/[A-Z][a-z]{2}/"
KEYS = ["user", "usr", "acct", "login", "name", "userid", "user_id", "set_id"]
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


def find(rows: pl.DataFrame) -> pl.Series:
    """The user whom each row names; the last of these ways counts most."""
    message, lower = rows["message"], rows["lower"]
    found = spread.nothing(len(rows), pl.String)
    for picked, read in (
        (keys.words(lower, PHRASES), said),
        (keys.present(lower, KEYS), keyed),
        (message.str.contains(" [", literal=True), access),
        (message.str.contains(" : ", literal=True), sudo),
        (message.str.contains(r"@\S+ [A-Z]{3,9}:"), database),
    ):
        if picked.any():
            users = read(message.filter(picked))
            found = spread.over(found, rows["row"].filter(picked), users)
    return found


def said(messages: pl.Series) -> pl.Series:
    return somebody(keys.value(messages, PHRASE))


def keyed(messages: pl.Series) -> pl.Series:
    return somebody(keys.value(messages, KEY))


def access(messages: pl.Series) -> pl.Series:
    return somebody(messages.str.extract(CLF, 1))


def sudo(messages: pl.Series) -> pl.Series:
    return messages.str.extract(SUDO, 1)


def database(messages: pl.Series) -> pl.Series:
    return somebody(messages.str.extract(DATABASE, 1))


def somebody(users: pl.Series) -> pl.Series:
    """The names without what stands around them, null where it is nobody's."""
    if users.null_count() == len(users):
        return users
    bare = users.str.strip_chars(" \t.:,")
    if bare.str.contains("@", literal=True).any():
        bare = bare.str.replace(AT_ADDRESS, "")
    nobody = (bare == "") | bare.str.contains(NOBODY)
    return bare.zip_with(~nobody, spread.nothing(len(bare), pl.String))
