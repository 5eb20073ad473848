"""Whom a message speaks of: by key names, else by the phrases of log-ins."""

import polars as pl

from ingest import keys

NAME = r"[A-Za-z0-9_][A-Za-z0-9_.@\\$+\-]*"
KEY = (
    r"(?i)(?:^|[^a-z0-9])(?:user|usr|username|user[_ \-]name|suser|src[_]?user|acct"
    r"|source[_ ]?user(?:name)?|login|logname|account[_ ]?name|userid|user_id|xauthuser"
    r"|subjectusername|targetusername|adminname|usrname|remote_user|admin)"
    r"[\"']?(?: => | = |=|\s?:\s?)"
    r"(?:\\?\"([^\"\\]+)\\?\"|'([^']+)'|<([^>]+)>"
    r"|([^\s\"',;|&\])}<>(\[]+))"
)
PHRASE = (
    r"(?i)(?:^|[^a-z0-9_])(?:(?:password|publickey|keyboard-interactive/pam|gssapi-"
    r"with-mic|hostbased|none|pubkey) for (?:invalid user |illegal user )?"
    r"|(?:invalid|illegal|authenticating|for|by|of|from|closed by) (?:invalid |illegal "
    r"|authenticating )?user |user )[`'\"<]?"
    rf"({NAME})[`'\"'>]?"
)
QUOTED = r"(?i)(?:^|[^a-z0-9_])user[`'\"<]? ?[`'\"<]([^`'\">]+)[`'\">]"
SUDO = rf"^ *({NAME}) : (?:TTY=|command not allowed|[0-9]+ incorrect|user NOT in)"
KEYS = ["user", "usr", "acct", "login", "logname", "name", "admin", "userid", "user_id"]
PHRASES = ["user ", 'user"', "user'", "user`", "user<", "user[", "password for "]
PHRASES += ["publickey for", "pubkey for", "mic for ", "pam for ", "none for "]
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
    said = rows.filter(message.str.contains_any(PHRASES, ascii_case_insensitive=True))
    sudo = rows.filter(message.str.contains(" : ", literal=True))
    text = pl.col("message").str
    by_key = keyed.select("row", key=somebody(keys.value(KEY)))
    by_phrase = said.select(
        "row",
        phrase=pl.coalesce(
            somebody(text.extract(QUOTED, 1)), somebody(text.extract(PHRASE, 1))
        ),
    )
    by_sudo = sudo.select("row", sudo=text.extract(SUDO, 1))
    found = by_key.join(by_phrase, on="row", how="full", coalesce=True)
    found = found.join(by_sudo, on="row", how="full", coalesce=True)
    user = pl.coalesce("sudo", "key", "phrase")
    return found.select("row", user=user).drop_nulls()


def somebody(user: pl.Expr) -> pl.Expr:
    bare = user.str.strip_chars(" \t.:,")
    return pl.when((bare != "") & ~bare.str.contains(NOBODY)).then(bare)
