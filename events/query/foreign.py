"""What is written as in Splunk, Wireshark, Kibana or SQL: refused, with our own words.

Read as it stands, each of these would be a search for its words, and find nothing or
something else. The tokens are looked at one by one, before they are parsed.
"""

import re
from collections.abc import Callable

from lark import Token

from events.query import pipes
from events.query.fields import Kind
from events.query.given import at
from events.query.naming import find
from events.query.tree import Mend, QueryError

# -- signs and words of comparison, apart from the field

SIGNS = {
    "=": ":", "==": ":", "===": ":", ":": ":", "!=": "-", "<>": "-", ">": ":>",
    ">=": ":>=", "<": ":<", "<=": ":<=", "eq": ":", "ne": "-", "gt": ":>",
    "ge": ":>=", "lt": ":<", "le": ":<=", "equals": ":", "contains": "*",
    "like": ":", "ilike": ":", "matches": "/", "=~": "/", "~": "/", "in": ":",
}  # fmt: skip
SIGN = re.compile(r"(?:[=!<>]=?=?|<>|=~|:)", re.ASCII)
GLUED = re.compile(r"(?:==?|!=|>=?|<=?)(?=[^=<>!~])|:(?=[^:])")
NAME_AND_SIGN = re.compile(r"([A-Za-z_@][\w.@-]*?)(===?|==?|!=|<>|=~)")
VALUES = frozenset({"WORD", "PHRASE", "REGEX", "LPAR", "FLAGGED"})


def check_sign(text: str, seen: list[Token]) -> None:
    """`src = a`, `src ==a`, `src= a`, `rank > 0`, `ip.src eq a`, `dport in {1, 2}`."""
    *_, last = seen
    if len(seen) > 1 and is_field(seen[-2]):
        found = GLUED.match(last) if last.type == "WORD" else None
        if found and found.end() < len(last) and SIGN.fullmatch(last) is None:
            raise compared(text, seen[-2], found[0], at(last) + found.end(), last)
    if len(seen) < 2:
        return
    check_halves(text, seen[-2], last)
    if last.type not in VALUES:
        return
    name_and_sign = NAME_AND_SIGN.fullmatch(seen[-2])
    if seen[-2].type == "WORD" and name_and_sign and is_name(name_and_sign[1]):
        raise compared(text, seen[-2], name_and_sign[2], at(last), last)
    if len(seen) > 2 and is_field(seen[-3]) and is_sign(text, seen[-2], last):
        raise compared(text, seen[-3], str(seen[-2]).lower(), at(last), last)


def check_halves(text: str, head: Token, last: Token) -> None:
    """`user=~adm`, `action<>deny`: signs that begin as one of ours."""
    for kind, half, sign in (("EQUALS", "~", "=~"), ("FIELD", ">", "<>")):
        is_sign = head.type == kind and head[-1] == sign[0] and last[0] == half
        if is_sign and head.end_pos == last.start_pos and len(last) > 1:
            raise compared(text, head, sign, at(last) + 1, last)


def is_field(token: Token) -> bool:
    return token.type == "WORD" and is_name(token)


def is_name(text: str) -> bool:
    return find(text) is not None or text.lower() in NAMES


def is_sign(text: str, token: Token, after: Token) -> bool:
    """`in` is one before a list only: it is a word, too."""
    sign = token.lower()
    if token.type != "WORD" or sign not in SIGNS:
        return False
    return sign != "in" or text[at(after)] in "({"


def compared(text: str, head: Token, sign: str, start: int, value: Token) -> QueryError:
    """The error of `head sign value`; the value begins at `start`."""
    glued = NAME_AND_SIGN.fullmatch(head)
    name = glued[1] if glued else head.rstrip("<=")
    end = end_of(text, start, value)
    if name.lower() in NAMES:
        return no_such(name, text[start:end], at(head), end, SIGNS[sign])
    better = written(name, SIGNS[sign], text[start:end])
    shown = f"{name}:(…)" if value.type == "LPAR" else better
    return QueryError(
        f"Write a field right before its value: {shown}. "
        f'To search for the words, quote them: "{name} {sign} …".',
        at(head),
        Term(at(head), end, better) if takes_list(better, text[start:end]) else None,
    )


def takes_list(better: str, value: str) -> bool:
    """Whether a list as `value` stands right after a colon; so does any other value.

    Empty for what stands in brackets of ours, which follow.
    """
    if not value:
        return better.endswith(":")
    return value[0] != "{" or not better or f":{as_list(value)}" in better


def end_of(text: str, start: int, value: Token) -> int:
    """Where the value ends; `{1, 2}` ends with its bracket."""
    if text[start] == "{" and "}" in text[start:]:
        return text.index("}", start) + 1
    return start if value.type == "LPAR" else int(value.end_pos or start)


def written(name: str, sign: str, value: str) -> str:
    """As our language has it."""
    value = as_list(value)
    if sign == "-":
        return f"-{name}:{value}"
    field = find(name)
    if sign == "/" and value[:1] != "/":
        return f"{name}:/{value.strip(QUOTE)}/"
    if sign == "*" and field and field.kind is not Kind.CONTENT:
        return f"{name}:*{value.strip(QUOTE)}*"
    return f"{name}:{value}" if sign in "*/" else f"{name}{sign}{value}"


def as_list(value: str) -> str:
    """`{80, 443}` in our brackets."""
    is_set = value[:1] == "{" and value[-1:] == "}"
    return f"({value[1:-1]})" if is_set else value


QUOTE = '"'

# -- names that other tools have and we have not

Rewrite = Callable[[str], str]
ALL = "Every event that you may see is searched; leave it out."
NAMES: dict[str, tuple[str, Rewrite]] = {
    **dict.fromkeys(
        ("index", "_index", "splunk_server", "eventtype", "data_stream.dataset"),
        (ALL, lambda value: ""),
    ),
    "sourcetype": ("The program is app, the kind type.", lambda value: f"app:{value}"),
    "earliest": ("Write the time as a term.", lambda value: f"time:>={value}"),
    "latest": ("Write the time as a term.", lambda value: f"time:<{value}"),
    **dict.fromkeys(
        ("event.dataset", "event.module"),
        ("The program is app, the kind type.", lambda value: f"app:{value}"),
    ),
    "_exists_": ("A star asks for any value.", lambda value: f"{value}:*"),
    "_missing_": ("A star asks for any value.", lambda value: f"-{value}:*"),
    **{
        f"{proto}.{name}": (
            "Protocol and port are two terms.",
            lambda value, proto=proto, field=field: f"proto:{proto} {field}:{value}",  # type: ignore[misc]
        )
        for proto in ("tcp", "udp")
        for name, field in
        (("port", "port"), ("srcport", "sport"), ("dstport", "dport"))
    },
}  # fmt: skip
NAMED = re.compile(r"([A-Za-z_][\w.]*?)\s*(?:===?|==?|:)(.*)", re.DOTALL)


def check_name(text: str, seen: list[Token]) -> None:
    """`index=main`, `earliest=-24h`, `tcp.port == 80`, `_exists_:user`."""
    for first in seen[-2:]:
        if first.type not in {"WORD", "FIELD"} or seen[-1].type == "LPAR":
            continue
        start, end = at(first), int(seen[-1].end_pos or 0)
        found = NAMED.fullmatch(text[start:end])
        if found and found[1].lower() in NAMES and found[2].strip():
            raise no_such(found[1], found[2].strip(), start, end)


def no_such(name: str, value: str, start: int, end: int, sign: str = ":") -> QueryError:
    """The error of a name that we have not; `sign` is one of ours."""
    about, rewrite = NAMES[name.lower()]
    better = rewrite(as_list(value) if sign == "-" else sign[1:] + as_list(value))
    if sign == "-" and better:
        better = f"-({better})"
    mend = Term(start, end, better)
    return QueryError(
        f"There is no field {name}. {about} "
        f'To search for the text, quote it: "{name}=…".',
        start,
        mend if takes_list(better, value) else None,
    )


class Term(Mend):
    """What is negated stays so as a whole; of nothing left nothing is negated."""

    def apply(self, query: str) -> str | None:
        before, after = query[: self.start], query[self.end :]
        if not NEGATED.search(before):
            return super().apply(query)
        if not self.text:
            return NEGATED.sub("", before) + after
        if not JOINED.match(self.text):
            return super().apply(query)
        is_list = self.text.endswith(":")  # which follows
        return None if is_list else f"{before}({self.text}){after}"


NEGATED = re.compile(r"(?<![^\s(])(?:NOT\s+|[-!])+$")
JOINED = re.compile(r"-|proto:\w+ ")


ASSIGNED = re.compile(r"[A-Za-z_][\w.-]*==?")
EQUALITY = frozenset({"=", "=="})
NAME = re.compile(r"[A-Za-z_]\w*(?:\.\w+)+")
EQUAL = re.compile(r"([A-Za-z_][\w.-]*)==([^=].*)", re.DOTALL)


def check_assigned(seen: list[Token]) -> None:
    """`EventCode="4625"`: no field, and no one text either; `a==b` of a filter."""
    last = seen[-1]
    found = EQUAL.fullmatch(last) if last.type == "WORD" else None
    if found:
        raise no_field(found[1], found[2], at(last), last)
    if len(seen) > 2 and last.type in VALUES and str(seen[-2]) in EQUALITY:
        name = seen[-3]
        if name.type == "WORD" and "." in name and NAME.fullmatch(name):
            raise no_field(str(name), str(last), at(name), last)
    if last.type != "PHRASE" or len(seen) < 2 or seen[-2].type != "WORD":
        return
    before = seen[-2]
    if before.end_pos == last.start_pos and ASSIGNED.fullmatch(before):
        raise no_field(before.rstrip("="), str(last), at(before), last)


def no_field(name: str, value: str, start: int, last: Token) -> QueryError:
    return QueryError(
        f"There is no field {name[:40]}. A key of the record is "
        f'data.{name[:40]}; to search for the text itself, quote the whole: "…".',
        start,
        Mend(start, int(last.end_pos or 0), f"data.{name}:{value}"),
    )


# -- signs before a term


def check_plus(text: str, last: Token) -> None:
    """`+src:10.0.0.1` of Lucene: every term must match anyway."""
    if last.type != "WORD" or last[0] != "+":
        return
    name, colon, _ = last[1:].partition(":")
    is_bare = last == "+" and text[at(last) + 1 : at(last) + 2] in {'"', "("}
    if is_bare or (colon and find(name)):
        message = "All terms must match; leave out the +."
        raise QueryError(message, at(last), Mend(at(last), at(last) + 1, ""))


def check(text: str, seen: list[Token]) -> None:
    """QueryError when the tokens so far end with something of another language."""
    pipes.check(text, seen[-1])
    check_plus(text, seen[-1])
    check_name(text, seen)
    check_sign(text, seen)
    check_assigned(seen)
