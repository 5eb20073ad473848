"""What a right query may not have been meant to say: searched as it stands, and told.

Words that are operators elsewhere, and names and numbers that nothing has. What exists
comes from a `Source`, which knows only what the user may see.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice, pairwise
from typing import Protocol
from unicodedata import category

from lark import Token

from events.query import conditions, origins
from events.query.fields import PROTOCOLS, Field, Kind
from events.query.given import Text, at
from events.query.mending import SMALL, in_quotes
from events.query.naming import find
from events.query.origins import Sensors
from events.query.parsing import scan
from events.query.terms import parts, unquoted
from events.query.tree import Compare, Like, Origin, Pattern, QueryError

MOST = 4
ITEMS = frozenset({"VALUE", "ITEM", "PHRASE"})
# Beside those that ingest writes, what flows and records have.
TRANSPORTS = frozenset(PROTOCOLS.values()) | {
    "ip", "ipip", "egp", "igp", "rsvp", "eigrp", "l2tp", "dccp", "udplite", "mpls",
    "ipv6-frag", "ipv6-route", "ipv6-opts", "ipv6-nonxt", "isis", "arp",
}  # fmt: skip
OFTEN = frozenset({"tcp", "udp", "icmp", "icmpv6", "sctp", "gre", "esp"})


class Source(Protocol):
    """What exists within the user's scope."""

    @property
    def sensors(self) -> Sensors: ...

    def values(self, field: Field, like: str) -> Iterable[tuple[str, str]]: ...


@dataclass(frozen=True)
class Hint:
    """`suggestion` is the whole query as it may be meant; `at` an offset in it."""

    message: str
    at: int
    suggestion: str | None = None


def hints(text: str, source: Source) -> list[Hint]:
    """Of a right query, in order of place; there are none of a wrong one."""
    try:
        tokens = scan(text)[1]
    except QueryError:
        return []
    words = islice(of_words(text, tokens), MOST)
    values = islice(of_values(text, tokens, source), MOST)
    signs = islice(of_signs(text, tokens), MOST)
    return sorted([*words, *values, *signs], key=lambda hint: hint.at)[:MOST]


def replaced(text: str, token: Token, better: str) -> str | None:
    """The query with the token exchanged, and mended where that makes it wrong; None
    when there is no such query."""
    start, end = at(token), at(token) + len(token)
    return query(text[:start] + better + text[end:])


def query(text: str) -> str | None:
    """The text as a query that does not find everything; None when it is none."""
    try:
        scan(text)
    except QueryError as error:
        return error.suggestion
    return text if text.strip() else None


# -- words


def of_words(text: str, tokens: list[Token]) -> Iterator[Hint]:
    for place, token in enumerate(tokens):
        if token.type == "FIELD":
            yield from of_name(text, token)
        if token.type != "WORD":
            continue
        yield from of_is(text, tokens[place : place + 3])
        neighbours = (place > 0, place + 1 < len(tokens))
        message, better = of_word(token, *neighbours)
        if message:
            yield Hint(message, at(token), replaced(text, token, better))


def of_name(text: str, head: Token) -> Iterator[Hint]:
    """`winlog.event_id:4625` is a text, as `example.org:443` is."""
    name = parts(head)[0]
    if find(name) is None and name.partition(".")[0] in ELSEWHERE:
        message = f"There is no field {name}; a key of the record is data.{name}."
        yield Hint(message, at(head), replaced(text, head, f"data.{head}"))


# First parts of names in the Elastic Common Schema and of Beats.
ELSEWHERE = frozenset({
    "agent", "aws", "azure", "cloud", "container", "dll", "dns", "ecs", "email", "file",
    "fileset", "gcp", "http", "input", "kubernetes", "registry", "service", "suricata",
    "syslog", "threat", "tls", "url", "vlan", "winlog", "x509", "zeek",
})  # fmt: skip


def of_is(text: str, three: list[Token]) -> Iterator[Hint]:
    """`user is root`, perhaps."""
    if [token.type for token in three] != ["WORD"] * 3 or three[1].lower() != "is":
        return
    head, _, value = three
    if find(str(head)):
        better = f"{head}:{value}"
        message = (
            f'"{head} {three[1]} {value}" is searched as words; of a field: {better}.'
        )
        mended = text[: at(head)] + better + text[at(value) + len(value) :]
        yield Hint(message, at(head), query(mended))


def of_word(token: Token, is_after: bool, is_before: bool) -> tuple[str, str]:
    """What is said of a word and what may stand for it; empty when nothing."""
    lower = token.lower()
    if token in SMALL and is_before and (is_after or lower == "not"):
        better = SMALL[token]
        return f'"{token}" is searched as a word; to combine write {better}.', better
    if lower in OFTEN:
        return f'"{token}" is searched as text; the protocol is proto:{lower}.', (
            f"proto:{lower}"
        )
    name, sign, value = token.partition("=")
    if sign and value and name.isidentifier() and name.isascii():
        better = f"data.{name}:{value}"
        return (
            f'"{token}" is searched as text; a key of the record is {better}.',
            better,
        )
    if FUZZY.fullmatch(token):
        better = FUZZY.sub(r"\1", token)
        return f'"{token}" is searched with its sign; nothing is fuzzy here.', better
    if EITHER.fullmatch(token):
        better = f"({' OR '.join(token.split('|'))})"
        return f'"{token}" is searched as text; to combine write {better}.', better
    if token[0] == "+" and token[1:].isalpha():
        return f'"{token}" is searched with its +; all terms must match anyway.', (
            token[1:]
        )
    return "", ""


FUZZY = re.compile(r"([A-Za-z]{2,})(?:[~^]\d?(?:\.\d)?)", re.ASCII)
EITHER = re.compile(r"\w+(?:\|\w+)+")

# -- signs


def of_signs(text: str, tokens: list[Token]) -> Iterator[Hint]:
    yield from of_unseen(text)
    for before, token in pairwise(tokens):
        if token.type == "WORD" and is_fuzzy(before, token):
            message = f'"{token}" is searched as text; nothing is fuzzy or weighed.'
            yield Hint(message, at(token), replaced(text, token, ""))
    for field, token in given(tokens):
        if field.kind in WILD and LIKE.fullmatch(token) and token.type != "PHRASE":
            better = PERCENT.sub("*", token)
            message = f"% is searched as it stands; any text is *: {better}."
            yield Hint(message, at(token), replaced(text, token, better))


def is_fuzzy(before: Token, token: Token) -> bool:
    """`"a b"~5`, `(a OR b)^2` of Lucene."""
    is_beside = before.type in {"PHRASE", "RPAR"} and before.end_pos == token.start_pos
    return is_beside and AFTERWARDS.fullmatch(token) is not None


AFTERWARDS = re.compile(r"[~^]\d{0,3}(?:\.\d{1,3})?", re.ASCII)
# SQL's wildcard at an end, not `%2F`; `100\%` is meant as it stands.
WILD = frozenset({Kind.TEXT, Kind.CONTENT, Kind.DATA, Kind.ORIGIN})
LIKE = re.compile(r"%(?!\d)(?:[^%\\]|\\.)+%?|(?:[^%\\]|\\.)*[^%\\\d]%", re.DOTALL)
PERCENT = re.compile(r"^%|%$")


def of_unseen(text: str) -> Iterator[Hint]:
    """Such as turn the direction of writing (U+202E), or have no width (U+200B)."""
    for place, character in enumerate(text):
        if category(character) == "Cf":
            message = (
                f"A character that is not seen, U+{ord(character):04X}, is searched."
            )
            yield Hint(message, place, query(without_unseen(text)))
            return


def without_unseen(text: str) -> str:
    return "".join(one for one in text if category(one) != "Cf")


# -- values


def of_values(text: str, tokens: list[Token], source: Source) -> Iterator[Hint]:
    asked = list(given(tokens))
    origin = [pair for pair in asked if pair[0].kind is Kind.ORIGIN]
    occurring = [pair for pair in asked if pair[0].name in {"proto", "class"}]
    hints = (
        *(of_origin(text, *pair, source.sensors) for pair in origin),
        *(of_occurring(text, *pair, source) for pair in occurring[:MOST]),
    )
    yield from (hint for hint in hints if hint)


def given(tokens: list[Token]) -> Iterator[tuple[Field, Token]]:
    """Each plain value with its field; those of a list one by one."""
    field: Field | None = None
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "FIELD":
            name, operator = parts(token)
            field = find(name) if operator == "=" else None
        elif token.type in ITEMS and field:
            yield from ((field, item) for item in items(token))
        follows = before is not None and before.type == "FIELD"
        if token.type == "RPAR" or (follows and token.type != "LPAR"):
            field = None


def items(token: Token) -> Iterator[Token]:
    """`a,b` one by one."""
    start = at(token)
    if token.type != "VALUE" or "," not in token:
        yield token
        return
    for part in token.split(","):
        if part:
            yield Token("ITEM", part, start)
        start += len(part) + 1


def read(field: Field, token: Token) -> tuple[str, object]:
    """The text of a value, and its condition; None for a wrong one."""
    is_quoted = token.type == "PHRASE"
    text = unquoted(token) if is_quoted else str(token)
    try:
        return text, conditions.condition(field, Text(text, at(token), "=", is_quoted))
    except QueryError:
        return text, None


def of_origin(text: str, field: Field, token: Token, sensors: Sensors) -> Hint | None:
    """Only names that the user may see are compared and told."""
    written, node = read(field, token)
    if not isinstance(node, Origin) or origins.named(sensors, field.name, node.pattern):
        return None
    names = {
        name for pair in sensors.values() for name in origins.called(field.name, *pair)
    }
    return unknown(text, token, f"You see no {field.name} {written}.", names)


def of_occurring(text: str, field: Field, token: Token, source: Source) -> Hint | None:
    written, node = read(field, token)
    wanted = wanted_of(node)
    if not wanted or (field.name == "proto" and wanted in TRANSPORTS):
        return None
    if wanted in (value.lower() for value, _ in source.values(field, wanted)):
        return None
    there = {value for value, _ in source.values(field, "")}
    names = there | TRANSPORTS if field.name == "proto" else there
    message = f"Among the newest records none has {field.name} {written}."
    return unknown(text, token, message, names)


def wanted_of(node: object) -> str:
    """The one value that is asked for; empty when it is none."""
    if isinstance(node, Compare):
        return str(node.value)
    if not isinstance(node, Like) or not isinstance(node.pattern, Pattern):
        return ""
    is_open = node.pattern.open_start or node.pattern.open_end
    return "" if is_open else node.pattern.text.lower()


def unknown(text: str, token: Token, message: str, names: Iterable[str]) -> Hint:
    """With the nearest name, if one is near."""
    by_lower = {name.lower(): name for name in sorted(names)}
    written = token.strip('"').lower()
    close = get_close_matches(written, by_lower, n=1, cutoff=0.6)
    if not close:
        return Hint(message[:200], at(token))
    name = by_lower[close[0]]
    better = (
        name if name.replace("-", "").replace(".", "").isalnum() else in_quotes(name)
    )
    suggestion = replaced(text, token, better)
    return Hint(f"{message[:200]} Did you mean {name}?", at(token), suggestion)
