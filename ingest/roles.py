"""What an address is to a message: source, target or neither, by what is around it."""

import polars as pl

from ingest import keys

LEFT, RIGHT = pl.col("left").str, pl.col("right").str
ADDRESS = pl.col("address").str

# What may stand between a key and its address: signs, then perhaps a word that leads
# to it: an interface (`outside:`), a protocol (`IPV4/UDP/`), a host name (`mail [`).
SIGN = r"[\s=:|\"'`\\\[<({/\])>]"
WORD = r"[a-z0-9_.\-]+"
BETWEEN = rf"(?:{SIGN}*|{SIGN}+(?:(?:{WORD}[:/@])+|{WORD}\s?[\[(<]))"
KIND = (
    r"(?:[_ .\-]?(?:ip(?:v[46])?|i|addr(?:ess(?:es)?)?|adr|host(?:name)?|ipaddr(?:ess)?"
    r"|h|machine|station|interface))*"
)
START = r"(?:^|[^a-z0-9])"
SOURCE = (
    r"(?:(?:conn|original|orig|actual|real|attack)?[_ ]?src|(?:conn)?[_ ]?source|saddr"
    r"|id\.orig|orig(?:inator|inating)?|client|clientaddr|cip|c|remote|rem|rhost|rip"
    r"|raddr|remip|peer|attacker|offender|initiator|sender|caller|calling|from|sip|s"
    r"|user|login|spa|laddr|oip|ip[_ ]?src|admin|public|actor|requester"
    r"|subject|intruder|hacker|external|framed|assigned)"
)
TARGET = (
    r"(?:(?:conn|original|orig|actual|real)?[_ ]?dst|(?:conn)?[_ ]?dest(?:ination)?"
    r"|daddr|id\.resp|resp(?:onder)?|server|target|victim|to|dip|d|lip|local|faddr"
    r"|localip|listener|tpa|upstream|backend|virtual|ip[_ ]?dst|connection with|onto"
    r"|gatewaystation)"
)
OTHER = (
    r"(?:(?:[a-z]+[_.\-])*(?:source|destination|src|dst)?(?:nat|xlate|translated|mapped"
    r"|tran|newconn)(?:[_.\-]?[a-z]+)*|dvc|device|dev|nas|(?:sub)?net[ _]?mask|mask"
    r"|next[ _-]?hop|gateway|gw|gaddr|router|dns|ntp|version|ver|v|release|build|serial"
    r"|firmware|oid|mib|relay|chrome|chromium|crios|safari|firefox|fxios|edge|edg|opera|opr"
    r"|msie|trident|applewebkit)"
)
IS_SOURCE = rf"(?:{START}{SOURCE}{KIND}|<-){BETWEEN}$"
IS_TARGET = rf"(?:{START}{TARGET}{KIND}|->|=>|→|»){BETWEEN}$"
# The other mail server: whom a message went to, or else whence it came.
IS_RELAY = rf"(?:^|[ ,])relay ?=(?:{SIGN}|{WORD}(?:[:/@]|\s?[\[(<]))*$"
HAS_RECIPIENT = "(?:^|[ ,])to=<"
WAS_SENT = r"^\]?(?::[0-9]+)?,? (?:delay|dsn|stat|conn_use)="
# `host mx.example.net[…] said`, `conversation with mx.example.net[…]`.
IS_HOST = r"(?:^|[ (])(?:host|with|for) [a-z0-9.\-]+\[$"
# `192.0.2.1[192.0.2.1]:25`: a host whose name is an address; the name counts.
IS_NAMED = (pl.col("left") == "[") & (pl.col("place") > 1)
HAS_NAME = pl.col("right") == "["
# `([192.0.2.1]) [192.0.2.2]`: what a mail client calls itself, then where it is.
SAYS_SO = LEFT.ends_with("([") & RIGHT.starts_with("]) [")
# `(pc.example.net[192.0.2.1])`: whom a server speaks of in brackets.
IS_CLIENT = r"\([^ ()\[\]]*\[$"
# The last address before the date of an access log: there is the client, and before it
# whomever the client named.
IS_LOGGED = r"^(?: [^ ]+){2} \[[0-9]{1,2}/[a-z]{3}/[0-9]{4}"
# A machine that may well be the one who acts.
IS_MACHINE = rf"{START}(?:endpoint|machine|station){KIND}{BETWEEN}$"
# What DHCP is about: `DHCPACK on 192.0.2.1 to`, `DHCPACK(eth0) 192.0.2.1 `.
IS_LEASED = r"dhcp[a-z]+(?: (?:on|for|of)|\([^ ()]*\)) $"
# Whose address it is, the key does not say: it is the other end's, the client's.
IS_BARE = rf"{START}(?:ip[_ ]?addr(?:ess)?|ip|addr|address){KIND}{BETWEEN}$"
# `[192.0.2.1] ann(REALM)[ROLES]`: the gates of Pulse name the client like that.
NAMES_USER = r"^\] [^ ()\[\]]+\([^)]*\)\["
IS_OTHER = rf"(?:{START}{OTHER}{KIND}{SIGN}*|^[:/][0-9]+ ?\()$"
# Under a key that says nothing of a role. `label: address` is no key: labels are prose.
KEYED = r"[a-z0-9_\]\-](?:[\"']?\s?=\s?|[\"']\s?:\s?)[\"'\[<({]*$"

OTHER_ROLE, WEAK, PLAIN, SOURCE_ROLE, TARGET_ROLE, BARE_ROLE = range(6)
# 0.0.0.0 is an end only where a port or the place of a client says so.
IS_FLOW = r"^:[0-9]{1,5} ?-?>|^ - \S+ \["
ANY_OR_MASK = (pl.col("address") == "0.0.0.0") | (  # noqa: S104 (no binding)
    ADDRESS.starts_with("255.") & ADDRESS.ends_with(".0")
)
RELAY_ROLE = (
    pl.when(LEFT.contains(HAS_RECIPIENT) | RIGHT.contains(WAS_SENT))
    .then(TARGET_ROLE)
    .otherwise(SOURCE_ROLE)
)
MACHINES = ["endpoint", "machine", "station"]
# What an address may be, the most certain first: the role, a text that must stand
# there if it is seldom there, and the test.
ROLES: tuple[tuple[int | pl.Expr, pl.Expr | None, pl.Expr], ...] = (
    (RELAY_ROLE, keys.text("relay", "left"), LEFT.contains(IS_RELAY)),
    (OTHER_ROLE, None, LEFT.contains(IS_OTHER)),
    (OTHER_ROLE, LEFT.ends_with("(["), SAYS_SO),
    (OTHER_ROLE, IS_NAMED, IS_NAMED),
    (SOURCE_ROLE, HAS_NAME, HAS_NAME & LEFT.ends_with("(")),
    (WEAK, None, LEFT.ends_with("@")),
    (WEAK, LEFT.contains_any(MACHINES), LEFT.contains(IS_MACHINE)),
    (SOURCE_ROLE, LEFT.contains_any(["dhcp"]), LEFT.contains(IS_LEASED)),
    (SOURCE_ROLE, None, LEFT.contains(IS_SOURCE)),
    (SOURCE_ROLE, RIGHT.starts_with("] "), RIGHT.contains(NAMES_USER)),
    (SOURCE_ROLE, RIGHT.starts_with("])"), LEFT.contains(IS_CLIENT)),
    (SOURCE_ROLE, keys.text(" [", "right"), RIGHT.contains(IS_LOGGED)),
    (TARGET_ROLE, None, LEFT.contains(IS_TARGET)),
    (TARGET_ROLE, HAS_NAME, HAS_NAME & LEFT.contains("[ (](?:with|for) $")),
    (TARGET_ROLE, LEFT.ends_with("["), LEFT.contains(IS_HOST)),
    (TARGET_ROLE, LEFT.ends_with(" i=["), LEFT.ends_with(" i=[")),  # of Exim
    (BARE_ROLE, LEFT.contains_any(["ip", "addr"]), LEFT.contains(IS_BARE)),
    (WEAK, LEFT.ends_with("host="), LEFT.ends_with(" host=")),
    (OTHER_ROLE, None, LEFT.contains(KEYED)),
    (OTHER_ROLE, ANY_OR_MASK, ANY_OR_MASK & ~RIGHT.contains(IS_FLOW)),
)


def find(around: pl.DataFrame) -> pl.Series:
    """The role of each address; only what one test leaves open is asked the next."""
    found = pl.Series([PLAIN], dtype=pl.Int32).new_from_index(0, len(around))
    left = around.with_columns(at=pl.int_range(pl.len(), dtype=pl.UInt32))
    for role, hint, test in ROLES:
        if hint is not None and not left.select(hint).to_series().any():
            continue
        holds = left.select(test).to_series()
        if holds.any():
            told = left.filter(holds)
            said = told.select(pl.lit(role) if isinstance(role, int) else role)
            found = found.scatter(told["at"], said.to_series())
            left = left.filter(~holds)
        if not len(left):
            break
    return found
