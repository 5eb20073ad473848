"""What OpenSSH's server says of a connection: who, whence, by which port.

The name that a client gives may hold anything, ` from 192.0.2.1 port 22 ssh2` as well.
So the address is what stands last where a name comes before it, and what stands first
where a client's text comes behind it. Where both do, and several could be the address,
none is taken.
"""

import polars as pl

from ingest import mentions, users
from ingest.parsers.format import Format

START = r"(?s)^\s?(?:error: |fatal: )?"
PORT = r" port ([0-9]{1,5})"
ADDRESS = r"([0-9a-fA-F.:]*[.:][0-9a-fA-F.:]*)(?:%[a-z0-9]+)?"
# Behind `ssh2` stands perhaps which key it was, and of what user on the client.
KEY = r"(?:: (?:[^\"]*|[A-Z0-9\-]{3,30} [A-Za-z0-9]{2,9}:\S.*|ruser .*))?"
# `Failed password for invalid user ann from 192.0.2.1 port 4711 ssh2`
FROM = (
    rf"{START}(?:(?:(Accepted|Failed|Postponed|Partial) [a-z\-/]+ for"
    r"|maximum authentication attempts exceeded for)"
    r"(?: (?:invalid|illegal) user)?|(?:Invalid|Illegal) user)"
    rf" (.*) from (\S+){PORT}(?: ssh[12]{KEY})?(?: \[preauth\])?\s*$"
)
# As it was written before there were ports in it.
OLD = rf"{START}(?:Invalid|Illegal) user (.*) from (\S+)\s*$"
# `Connection closed by authenticating user ann 192.0.2.1 port 4711 [preauth]`
ENDED = (
    r"(?:Connection (?:closed|reset) by|Connection from|Connection with"
    r"|Received (disconnect) from|(Disconnect)(?:ed from|ing)|Unable to negotiate with)"
    r"(?: (?:(?:authenticating|invalid|illegal) )?user (.*))?"
)
ENDED = (
    rf"{START}(?:ssh_dispatch_run_fatal: )?{ENDED} {ADDRESS}{PORT}"
    rf"(?: on {ADDRESS}{PORT}.*)?(?:(:.*)| \[preauth\])?\s*$"
)
# `PAM: Authentication failure for illegal user ann from 192.0.2.1`
BY_PAM = (
    rf"{START}PAM: [^:]{{1,60}} for (?:(?:invalid|illegal) user )?(.*) from (\S+)\s*$"
)
ASKED = (
    rf"{START}input_userauth_request: (?:invalid|illegal) user (.*?)"
    r"(?: \[preauth\])?\s*$"
)
# What a client of hostbased authentication says of itself stands behind its address.
SAYS = r"(?s) ssh[12]: .*, client user \""
# A protocol's first line, as somebody sent it, and then who.
BANNER = (
    rf"{START}(?:Bad protocol version identification .*|banner exchange: Connection"
    rf"|Did not receive identification string) from {ADDRESS}{PORT}"
    r"(?:: [a-z ]+| \[preauth\])?\s*$"
)


def parse(lines: pl.DataFrame) -> pl.DataFrame:
    messages = lines["message"]
    done, name, whence, port = groups(messages, FROM)
    old_name, old = groups(messages, OLD)
    left, gone, user, peer, peer_port, own, own_port, why = groups(messages, ENDED)
    stranger, stranger_port = groups(messages, BANNER)
    failed, failed_at = groups(messages, BY_PAM)
    (asked,) = groups(messages, ASKED)
    client = either(whence, old, peer, stranger, failed_at)
    who = either(name, old_name, user, failed, asked)
    behind = (user.is_not_null() & why.is_not_null()) | messages.str.contains(SAYS)
    sure = ~(behind & (messages.str.count_matches(PORT) > 1))
    nothing = pl.Series([""]).new_from_index(0, len(lines))
    found = {
        "src": only(sure, mentions.addresses(client)),
        "sport": only(sure, either(port, peer_port, stranger_port).cast(pl.Int32)),
        "dst": only(sure, mentions.addresses(own)),
        "dport": only(sure, own_port.cast(pl.Int32)),
        "user": only(sure, users.somebody(who, users.is_nobody)),
        "action": either(done, left, gone).str.to_lowercase(),
        "prose": nothing,
        "dated": nothing,
    }
    understood = client.is_not_null() | who.is_not_null()
    return pl.DataFrame(found).with_columns(understood=understood)


def only(sure: pl.Series, found: pl.Series) -> pl.Series:
    return found.zip_with(sure, pl.Series([None], dtype=found.dtype))


def groups(messages: pl.Series, pattern: str) -> list[pl.Series]:
    return messages.str.extract_groups(pattern).struct.unnest().get_columns()


def either(*columns: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(columns)).to_series()


CLAIMS = pl.col("message").str.contains(
    rf"{START}(?:Accepted|Failed|Postponed|Partial|Connection|Invalid user|Illegal user"
    r"|Received disconnect|Disconnect|Unable to negotiate|maximum authentication"
    r"|PAM: |input_userauth_request|Bad protocol|banner exchange"
    r"|Did not receive identification|ssh_dispatch_run)"
)
FORMAT = Format(
    "sshd", CLAIMS, parse, (" port ", "valid user ", "legal user ", "PAM: ")
)
