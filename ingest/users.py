"""Whom a message speaks of: by key names, else by the phrases of log-ins.

Where a message names several, the one who acts counts, not the one acted upon. What
follows a key or a phrase may be no name (`user unknown`): then the next one is asked.
"""

from collections.abc import Callable

import polars as pl

from ingest import keys, spread

IsWrong = Callable[[pl.Series], pl.Series]

NAME = r"[A-Za-z0-9_][A-Za-z0-9_.@\\$+\-]*"
NAMED = r"\\?[`'\"<]((?:[^`'\">\\]|\\[A-Za-z0-9])+)\\?[`'\">]"
FOUR = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
SIX = r"[0-9a-fA-F:]+:[0-9a-fA-F]+"

# What a key is called that names the one who acts …
ACTS = (
    r"user|usr|user[_ \-]?name|s_?user(?:name)?|susr|src[_ ]?user(?:name)?|acct"
    r"|source[_ ]?user(?:name)?|login|login[_ ]?name|account[_ ]?name|account[_ ]?id"
    r"|xauth_?user|subjectusername|admin|admin[_ ]?(?:name|user(?:name)?)"
    r"|administrator|usrname|remote[_ ]?user|set_id|uname|sasl_username|auth_?user"
    r"|user[_ ]?originator|initiator[_ ]?user(?:name)?|client[_ ]?user(?:name)?"
    r"|logged on users?|requester|user1|unauthuser|account|actor|initiator"
    r"|caller[_ ]?name"
)
# … and what, if there is none, may still name somebody.
NAMES = (
    r"logname|user_?id|ruser|d_?user(?:name)?|dst_?user(?:name)?|auid"
    r"|dest(?:ination)?_?user(?:name)?|targetusername|target_?user|luser"
    r"|login_?id|user_?e?mail|userprincipalname|samaccountname|requestor"
    r"|actor_?name|(?:initiated|performed|requested|changed|created|modified)_?by"
    r"|[a-z]+[_.\-]?user(?:[_.]?name)?|principal|principalname|operator"
)
VALUE = (
    r"(?:(?:\\?\"){1,2}([^\"\\\s,;|)\]}](?:[^\"\\]|\\[^\"])*)|'([^']+)'|<([^>]+)>"
    r"|(NT [A-Za-z]+\\[^\s\"',;|]+)"
    r"|([^\s\"'\\,;|&\])}<>(\[{][^\s\"',;|&\])}<>(\[{]*)| ?\(([^()\s]+)\))"
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
    rf"|(?i:[ \]]by (?:user|admin|administrator|operator):? (?:{NAMED}|({NAME}))"
    r"(?:[\s.,;)\]]|$))"
    r"|(?i:(?:performed|executed|issued|initiated|created|deleted|modified|changed"
    r"|added|removed|requested|approved|configured) by"
    rf" (?:{NAMED}|({NAME}))(?:[.,;)\]]|$))"
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
    rf"(?i)(?:authenticat(?:e|ed|ing)|logged in|log in|login|connected|bind) "
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
# In brackets, or with the domain that Windows names, wherever that stands.
BRACKETED = (
    r"\(user= ([^()=]+)\)|\[name=([^;\s\]]+);"
    r"|\] \[(?:info|warning|error|user)\] \[([^\[\]]+)\] \[[^\[\]]+\] \["
    r"|LOCAL\\([A-Za-z0-9_][\w.\\\-]*)"
    r"|(?:^|[\s\[(\"'])((?:NT )?[A-Z0-9.\-]*[A-Z][A-Z0-9.\-]+\\[A-Za-z0-9_][\w.\-]*\$?)"
    r"(?:[\s\])\"',]|$)"
)
REALM = r"^([A-Za-z][A-Za-z0-9_.\-]*):[A-Za-z][^\s:/]*$"  # `ann:EXAMPLE`
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
KEYS += ["account", "actor", "initiator"]
KEYS += ["account[ _]?id", "originator", "requester", "susr", "users", "user1"]
KEYS += ["admin(?:istrator)?"]
WEAK_KEYS = [
    "user",
    "name",
    "id",
    "principal",
    "operator",
    "ed_?by",
    "requestor",
    "mail",
]
BESIDES = ["[a-z]@[0-9]", r"\)\[", r"[a-z]\]: ", "[0-9]\\)?[(]", "/[0-9]+ [(]"]
BESIDES += [r" \[[a-z]\S*\] ", "/[0-9]{1,3}[.][0-9]", "login ", "was not found"]
BRACKETS = [r"\(user= ", r"\[name=", r"\] \[[iweu]", r"\\[a-z]"]
OF = [" for ", " from ", " of "]
AUTHENTICATION = ["authentica", "log(?:ged)? ?in", "connected", "bind as "]
# Values that name nobody.
NOT_SAID = [
    *("", "n/a", "na", "none", "null", "unknown", "(null)", "undefined", "nil", "no"),
    *("not", "(no user)", "0", "<redacted>", "authenticated", "client"),
    *("true", "false"),
]
NO_NAME = r"^(?:-+|[Ss]-1-[0-9\-]+|\?+[0-9]?|unknown \(.*|-[0-9]+.*|name=.*)$"
# Words that follow "user" and the like in prose.
PROSE = [
    "name", "names", "agent", "is", "was", "has", "had", "and", "or", "with",
    "from", "in", "on", "for", "to", "at", "by", "id", "ip", "account", "accounts",
    "auth", "authentication", "login", "log", "logged", "session", "sessions",
    "data", "the", "a", "password", "request", "requests", "requested", "group",
    "access", "input", "database", "defined", "does", "denied", "disconnected",
    "unlock", "lock", "locked", "error", "mode", "space", "interface", "created",
    "deleted", "added", "removed", "changed", "can", "could", "will", "may", "must",
    "failed", "successfully", "command", "profile", "role", "service", "identity",
    "directory", "activity", "info", "information", "type", "list", "that", "this",
    "out", "tried", "trying", "logon", "logoff", "logout", "uid", "tty", "via",
    "connected", "while", "process", "here", "tags", "privilege", "privileges",
    "missed", "inspection", "access-group", "acl", "successful", "connection",
    "entry", "tls", "ssl", "permissions", "authorization", "accounting", "exec",
    "shell", "network", "invalid", "illegal", "closed", "opened", "remote",
    "client", "host", "rhost", "ruser", "euid", "your", "an", "any", "all", "each",
    "per", "its", "inbound", "outbound", "existing", "attempted", "entered", "did",
    "do", "if", "as", "of", "up", "down", "set", "unable", "cannot", "timed",
    "timeout", "message", "you", "ssh1", "ssh2", "port", "server", "internal",
    "disabled", "enabled", "administrator account", "system login",
    "invalid username",
]  # fmt: skip
ADDRESS = rf"^(?:{FOUR}(?:[:/].*)?|[0-9a-f]*:[0-9a-f:]*:[0-9a-f:]*)$"


def after_key(pattern: str) -> keys.Read:
    """What a key is followed by that names somebody."""
    return lambda rows: accepted(rows["message"], pattern, is_nobody)


def in_prose(pattern: str) -> keys.Read:
    return lambda rows: accepted(rows["message"], pattern, is_prose)


def at_place(pattern: str) -> keys.Read:
    """What stands at a place that only one format has."""
    return lambda rows: somebody(rows["message"].str.extract(pattern, 1), is_nobody)


def beside(rows: pl.DataFrame) -> pl.Series:
    """One test for both: few lines have either."""
    ways = in_prose(BRACKETED)(rows), in_prose(BESIDE)(rows)
    return pl.select(pl.coalesce(ways)).to_series()


WAYS: tuple[keys.Way, ...] = (
    (keys.LOWER.starts_with("user '"), in_prose(SAID)),
    (keys.text(',"'), at_place(DATABASE_CSV)),
    (keys.text("@"), at_place(DATABASE)),
    (keys.text(" : "), at_place(SUDO)),
    (keys.LOWER.starts_with("("), at_place(CRON)),
    (keys.text(" ["), at_place(CLF)),
    (keys.present(KEYS), after_key(KEY)),
    (keys.words([" by ", "]by "]), in_prose(BY)),
    (keys.words(OF), in_prose(LOGIN)),
    (keys.words([r"user[ \[:]", "username "]), in_prose(SAID)),
    (keys.words(AUTHENTICATION), in_prose(AUTHENTICATED)),
    (keys.words(OF), in_prose(DONE_FOR)),
    (keys.words(BRACKETS + BESIDES), beside),
    (keys.present(WEAK_KEYS), after_key(WEAK_KEY)),
    (keys.text("uid="), after_key(DN)),
)


def find(rows: pl.DataFrame) -> pl.Series:
    """The user whom each row names; the first of these ways counts most."""
    return keys.first(rows, WAYS)


def accepted(
    messages: pl.Series, pattern: str, is_wrong: IsWrong, tries: int = 3
) -> pl.Series:
    """What the pattern reads, the first that names somebody."""
    given = keys.value(messages, pattern)
    found = somebody(given, is_wrong)
    wrong = given.is_not_null() & found.is_null()
    if tries == 1 or not wrong.any():
        return found
    rest = messages.filter(wrong).str.replace(pattern, " ")
    return found.scatter(wrong.arg_true(), accepted(rest, pattern, is_wrong, tries - 1))


def somebody(users: pl.Series, is_wrong: IsWrong) -> pl.Series:
    """The names without what stands around them, null where it is nobody's."""
    if users.null_count() == len(users):
        return users
    bare = users.str.strip_chars(" \t.:,'\"")
    if bare.str.count_matches("@", literal=True).sum():
        bare = bare.str.replace(AT_ADDRESS, "")
    if bare.str.count_matches(":", literal=True).sum():
        bare = bare.str.replace(REALM, "${1}")
    if bare.str.count_matches("\\\\", literal=True).sum():
        bare = bare.str.replace("\\\\", "\\", literal=True)
    return bare.zip_with(~is_wrong(bare), spread.nothing(len(bare), pl.String))


def is_nobody(bare: pl.Series) -> pl.Series:
    lower = bare.str.to_lowercase()
    return lower.is_in(NOT_SAID) | lower.str.contains(NO_NAME)


def is_prose(bare: pl.Series) -> pl.Series:
    lower = bare.str.to_lowercase()
    wrong = lower.is_in(NOT_SAID + PROSE) | lower.str.contains(NO_NAME)
    if lower.str.contains_any([".", ":"]).any():
        wrong |= lower.str.contains(ADDRESS)
    return wrong
