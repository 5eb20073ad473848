"""Whom a message speaks of: by key names, else by the phrases of log-ins.

Where a message names several, the one who acts counts, not the one acted upon. What
follows a key or a phrase may be no name (`user unknown`): then the next one is asked.
"""

import polars as pl

from ingest import keys, spread

NAME = r"[A-Za-z0-9_][A-Za-z0-9_.@\\$+\-]*"
NAMED = r"\\?[`'\"<]([^`'\">\\]+)\\?[`'\">]"
FOUR = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
SIX = r"[0-9a-fA-F:]+:[0-9a-fA-F]+"

# What a key is called that names the one who acts …
ACTS = (
    r"user|usr|user[_ \-]?name|s_?user(?:name)?|susr|src[_ ]?user(?:name)?|acct"
    r"|source[_ ]?user(?:name)?|login|login[_ ]?name|account[_ ]?name|account[_ ]?id"
    r"|xauth_?user|subjectusername|admin|admin[_ ]?(?:name|user(?:name)?)"
    r"|administrator|usrname|remote[_ ]?user|set_id|uname|sasl_username|auth_?user"
    r"|user[_ ]?originator|initiator[_ ]?user(?:name)?|client[_ ]?user(?:name)?"
    r"|logged on users?|requester|user1|unauthuser"
)
# … and what, if there is none, may still name somebody.
NAMES = (
    r"logname|user_?id|ruser|d_?user(?:name)?|dst_?user(?:name)?|auid"
    r"|dest(?:ination)?_?user(?:name)?|targetusername|target_?user|luser"
    r"|[a-z]+[_.\-]?user(?:[_.]?name)?|principal|principalname|operator"
)
VALUE = (
    r"(?:(?:\\?\"){1,2}([^\"\\\s,;|)\]}](?:[^\"\\]|\\[^\"])*)|'([^']+)'|<([^>]+)>"
    r"|(NT [A-Za-z]+\\[^\s\"',;|]+)"
    r"|([^\s\"'\\,;|&\])}<>(\[{][^\s\"',;|&\])}<>(\[{]*))"
)
START = r"(?i)(?:^|[^a-z0-9\-&?])"
KEY = rf"{START}(?:{ACTS})[\"']?{keys.IS}{VALUE}"
WEAK_KEY = rf"{START}(?:{NAMES})[\"']?{keys.IS}{VALUE}"
# A distinguished name: `uid=ann,ou=people`.
DN = r"(?i)(?:^|[\"=\s])uid=([a-z][^,\"\s]*),(?:ou|dc|cn|o)="

LOGIN = (
    r"(?i)(?:^|[^a-z])(?:password|publickey|pubkey|pam|with-mic|hostbased|none"
    r"|keyboard-interactive(?:/pam)?) for (?:(?:invalid |illegal )?user )?"
    rf"(?:{NAMED}|({NAME}))"
)
BY = (
    rf"session opened for user {NAME}(?:\([^)]*\))? by ({NAME})\("
    rf"|(?i:[ \]]by (?:user )?({NAME}) (?:on|from|via|at) )"
)
# What is done for somebody; what follows tells a name from prose.
DONE_FOR = (
    r"(?i)(?:attempts?|log[io]n|logout|authentication|authorization|auth|failed|failure"
    r"|failures|denied|succeeded|successful|accepted|session|command|access|opened"
    r"|closed|username|account|login failed:?|not known .{1,60}) (?:for|from|of) +"
    rf"(?:user |account )?(?:{NAMED}|\[([^\[\]]+)\]|({NAME}))"
    r"(?:[:,;]| +from| +via| +on| +in| +:|\.?$)"
)
SAID = (
    rf"(?i)(?:^|[^a-z0-9_\-])user(?:name)?(?:\[({NAME})\]| entry \(({NAME})\)"
    rf"| id '({NAME})'|(?: input| named| entry)? \(?{NAMED}\)?"
    rf"| ({NAME})(?:[^=A-Za-z0-9_.@\\$+\-]|$)|: name=([^,\s]+))"
)
AUTHENTICATED = (
    rf"(?i)(?:authenticat(?:e|ed|ing)|logged in|log in|login|connected) "
    rf"(?:with|as|user|for)(?: user)? (?:{NAMED}|({NAME}))"
)
# Where a name stands beside its address, in the manner of VPN gates and consoles.
BESIDE = (
    rf"(?:^|[\s'\"<(])([A-Za-z_][A-Za-z0-9_.\-]*)@{FOUR}(?:[^0-9.]|\.?$|\.[^0-9])"
    rf"|\[{FOUR}\] ([^()\[\]]+)\([^)]*\)\["
    rf"|(?:{FOUR}|{SIX})/[0-9]+\)? ?\((?:LOCAL\\)?([A-Za-z][^()\s]*)\)"
    rf"|(?:^|[0-9] )([A-Za-z][^/:\[\]=]{{0,60}})/{FOUR}:[0-9]{{1,5}} "
    r"|(?:[0-9]Z?|\]) \[([A-Za-z][^\[\]\s]*)\](?:: | Peer | [A-Z]+ LOGIN)"
    rf"|({NAME}) was not found in "
    r"|[Ll]ogin (?:attempt )?failed(?: from|:) ([A-Za-z][^,:;(\[]*?)"
    r"(?:\.? ?$|[,;(\[]| \()"
    rf"|[Ss]uccessful login ({NAME}) from"
    rf"|[Ll]ogin ({NAME}) from"
)
AT_ADDRESS = rf"@{FOUR}$"  # `root@192.0.2.1`: where from
SUDO = (
    rf"(?:^|: ) *({NAME}) : (?:TTY=|PWD=|command not allowed|[0-9]+ incorrect|user NOT)"
)
CRON = rf"^\(({NAME})\) (?:CMD|CMDOUT|CMDEND|LIST|RELOAD|REPLACE|BEGIN|END) "
# `name@database LOG:` of PostgreSQL, and its CSV.
DATABASE = (
    r"(?:^|[\s:])([^\s@\[\]:]+)@[^\s@\[\]:]+:?(?: |:?\[[0-9]+\]: ?)"
    r"(?:LOG|FATAL|ERROR|WARNING|STATEMENT|DETAIL|HINT|PANIC|NOTICE|INFO|DEBUG):"
)
DATABASE_CSV = r"^(?:[0-9\-]{10} [0-9:.]+ )?[A-Z]{3,4},\"([^\",]+)\",\"[^\"]*\",[0-9]+,"
# The third field of an access log, before its date in brackets.
CLF = r"^[^ ]+ [^ ]+ ([^ ]+) \[[0-9]{1,2}/[A-Z][a-z]{2}/"

KEYS = ["user", "usr", "acct", "login", "name", "userid", "user_id", "set_id"]
KEYS += ["account[ _]?id", "originator", "requester", "susr", "users", "user1"]
KEYS += ["admin(?:istrator)?"]
WEAK_KEYS = ["user", "user_?name", "logname", "id", "principal", "operator"]
BESIDES = ["[a-z]@[0-9]", r"\)\[", r"[a-z]\]: ", "[0-9]\\)?[(]", "/[0-9]+ [(]"]
BESIDES += [r" \[[a-z]\S*\] ", "/[0-9]{1,3}[.][0-9]", "login ", "was not found"]
LOGINS = ["(?:password|publickey|pubkey|pam|with-mic|hostbased|none) for "]
NOT_SAID = (
    r"(?i)^(?:-+|\?+[0-9]?|n/?a|none|null|unknown|unknown \(.*|\(null\)|undefined|nil"
    r"|no|not|\(no user\)|0|-[0-9]+.*|name=.*|<redacted>|authenticated)$"
)
# Words that follow "user" and the like in prose.
PROSE = (
    r"(?i)^(?:name|names|agent|is|was|has|had|and|or|with|from|in|on|for|to|at|by|id|ip"
    r"|account|accounts|auth|authentication|login|log|logged|session|sessions|data|the|a"
    r"|password|request|requests|requested|group|access|input|database|defined|does"
    r"|denied|disconnected|unlock|lock|locked|error|administrator account|mode|space"
    r"|interface|created|deleted|added|removed|changed|can|could|will|may|must|failed"
    r"|successfully|command|profile|role|service|identity|directory|activity|info"
    r"|information|type|list|that|this|out|tried|trying|logon|logoff|logout|uid|tty|via"
    r"|connected|while|process|here|tags|privilege|privileges|missed|inspection"
    r"|access-group|acl|successful|connection|entry|tls|ssl|permissions|authorization"
    r"|accounting|exec|shell|network|system login|invalid|illegal|closed|opened|remote"
    r"|client|host|rhost|ruser|euid|your|an|any|all|each|per|its|inbound|outbound"
    r"|existing|attempted|entered|did|do|if|as|of|up|down|set|unable|cannot|timed"
    r"|timeout|message|you|ssh[12]|port|server|internal|disabled|enabled"
    rf"|{FOUR}(?:[:/].*)?|[0-9a-f]*:[0-9a-f:]*:[0-9a-f:]*)$"
)

WAYS: tuple[tuple[str, list[str], bool], ...] = (
    # pattern, words one of which must stand there, whether they are keys; the later
    # one counts more
    (DN, ["uid"], True),
    (WEAK_KEY, WEAK_KEYS, True),
    (BESIDE, BESIDES, False),
    (DONE_FOR, [" for ", " from ", " of "], False),
    (AUTHENTICATED, ["authentica", "log(?:ged)? ?in", "connected"], False),
    (SAID, [r"user[ \[:]", "username "], False),
    (LOGIN, LOGINS, False),
    (BY, [" by ", "]by "], False),
    (KEY, KEYS, True),
)  # fmt: skip


def find(rows: pl.DataFrame) -> pl.Series:
    """The user whom each row names; the last of these ways counts most."""
    message, lower = rows["message"], rows["lower"]
    found = spread.nothing(len(rows), pl.String)
    for pattern, words, are_keys in WAYS:
        hint = keys.present(lower, words) if are_keys else keys.words(lower, words)
        if hint.any():
            nobody = NOT_SAID if are_keys else PROSE
            users = accepted(message.filter(hint), pattern, nobody)
            found = spread.over(found, rows["row"].filter(hint), users)
    for picked, pattern in (
        (message.str.contains(" [", literal=True), CLF),
        (message.str.starts_with("("), CRON),
        (message.str.contains(" : ", literal=True), SUDO),
        (message.str.contains(r"@\S+[ :].*[A-Z]{3,9}:"), DATABASE),
        (message.str.contains(r'^[0-9\-:. ]*[A-Z]{3,4},"'), DATABASE_CSV),
    ):
        if picked.any():
            users = somebody(message.filter(picked).str.extract(pattern, 1))
            found = spread.over(found, rows["row"].filter(picked), users)
    return found


def accepted(
    messages: pl.Series, pattern: str, nobody: str, tries: int = 3
) -> pl.Series:
    """What the pattern reads, the first that names somebody."""
    given = keys.value(messages, pattern)
    found = somebody(given, nobody)
    wrong = given.is_not_null() & found.is_null()
    if tries == 1 or not wrong.any():
        return found
    rest = messages.filter(wrong).str.replace(pattern, " ")
    return found.scatter(wrong.arg_true(), accepted(rest, pattern, nobody, tries - 1))


def somebody(users: pl.Series, nobody: str = NOT_SAID) -> pl.Series:
    """The names without what stands around them, null where it is nobody's."""
    if users.null_count() == len(users):
        return users
    bare = users.str.strip_chars(" \t.:,'\"")
    if bare.str.contains("@", literal=True).any():
        bare = bare.str.replace(AT_ADDRESS, "")
    if bare.str.contains("\\\\", literal=True).any():
        bare = bare.str.replace("\\\\", "\\", literal=True)
    wrong = (bare == "") | bare.str.contains(NOT_SAID)
    if nobody is PROSE:
        wrong |= bare.str.contains(PROSE)
    return bare.zip_with(~wrong, spread.nothing(len(bare), pl.String))
