"""What is said of a query that is wrong, and how it is mended where one can tell."""

import re
from difflib import get_close_matches
from ipaddress import ip_address

from lark import Token

from events.query.aliases import ALIASES
from events.query.fields import FIELDS, Field
from events.query.given import at
from events.query.tree import Mend, QueryError

TYPOGRAPHIC = "“”„‟«»"
NAMES = (*FIELDS, *ALIASES)
PLAIN = tuple(name for name in NAMES if "." not in name)
EQUALS = re.compile(r"(.+?)(!=|==?)", re.DOTALL)
SMALL = {"and": "AND", "or": "OR", "not": "NOT"}


def unknown(name: str, head: Token, rest: str) -> QueryError:
    """There is no such field; or what looks like one is a text."""
    start = at(head)
    whole = f"{head}{rest}"
    if is_address(whole):
        message = f"Search for an address by a field: ip:{whole}."
        return QueryError(
            message, start, Mend(start, start + len(whole), f"ip:{whole}")
        )
    names, cutoff = (NAMES, 0.8) if "." in name else (PLAIN, 0.67)
    close = get_close_matches(name.lower(), names, n=1, cutoff=cutoff)
    guess = f"Did you mean {close[0]}? " if close else ""
    message = (
        f"There is no field {name[:40]}. {guess}"
        f'To search for the text itself, quote it: "{whole}".'
    )
    if close:
        return QueryError(message, start, Mend(start, start + len(name), close[0]))
    if "." in name and rest:
        better = f"data.{whole}"
        message = f"There is no field {name[:40]}. A key of the record is {better}."
        return QueryError(message, start, Mend(start, start, "data."))
    if '"' in whole:
        return QueryError(message, start)
    return QueryError(message, start, Mend(start, start + len(whole), f'"{whole}"'))


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def equals(token: Token) -> QueryError:
    """`src=…`, `src!=…`."""
    found = EQUALS.fullmatch(token)
    name, sign = (found[1], found[2]) if found else (str(token), "=")
    start = at(token)
    better = f"-{name}:" if sign == "!=" else f"{name}:"
    return QueryError(
        f"Write {better} to search the field {name}; "
        f'to search for the text itself, quote it: "{token}…".',
        start + len(name),
        Mend(start, start + len(token), better),
    )


def stray(text: str, at: int) -> QueryError:
    if text[at : at + 1] == '"':
        message = 'The quote is not closed; add a " at its end.'
        whole = text.rstrip()
        slashes = len(whole) - len(whole.rstrip("\\"))
        end = Mend(len(whole) - slashes % 2, len(text), '"')
        return QueryError(message, at, end)
    return QueryError(f"{text[at : at + 1]!r} cannot stand here.", at)


def misplaced(text: str, token: Token, seen: list[Token]) -> QueryError:
    """A token that cannot stand where it is, after those that were seen."""
    last = seen[-1] if seen else None
    if last is not None and last is token:
        last = seen[-2] if len(seen) > 1 else None
    if last is not None and last.type == "FIELD":
        end = int(last.end_pos or 0)
        mend = Mend(end, at(token), "") if token.type in QUERIED else None
        return QueryError(f"{last} needs a value after it.", end, mend)
    if token.type == "$END":
        return too_early(text, last)
    start = at(token)
    remove = Mend(start, start + len(token), "")
    if token.type == "RPAR":
        empty = last is not None and last.type == "LPAR"
        message = "There is no term or no ( before this )."
        return QueryError(message, start, None if empty else remove)
    return QueryError(
        f"{token} needs a term on both sides; "
        f'to search for the word itself, quote it: "{token}".',
        start,
        remove,
    )


QUERIED = frozenset({"VALUE", "WORD", "ITEM"})
OPERATORS = frozenset({"_OR", "_AND", "_NOT", "_MINUS", "_BANG"})


def too_early(text: str, last: Token | None) -> QueryError:
    message = "The query ends too early: a term or a ) is missing."
    if last is not None and last.type in OPERATORS:
        return QueryError(message, len(text), Mend(at(last), len(text), ""))
    if last is not None and last.type == "LPAR":
        return QueryError(message, len(text), Mend(at(last), len(text), ""))
    return QueryError(message, len(text), Mend(len(text), len(text), ")"))


# -- slips that would be read as something else


def several(field: Field, token: Token) -> QueryError:
    """`host:web1,web2`: a list, or a text with a comma?"""
    values = [part for part in SEPARATORS.split(token) if part]
    listed = f"{field.name}:({', '.join(values)})"
    whole = in_quotes(token)
    better = f"({', '.join(values)})" if len(values) > 1 else whole
    return QueryError(
        f"For any of several values write {listed}; "
        f"one value with such a sign is quoted: {field.name}:{whole}.",
        at(token) + len(SEPARATORS.split(token)[0]),
        Mend(at(token), at(token) + len(token), better),
    )


SEPARATORS = re.compile(r"[,|]")


def check_negated(head: Token, value: Token) -> None:
    """`host:!web1`: the sign stands before the field."""
    if value[0] != "!" or len(value) == 1:
        return
    better = f"-{head}{value[1:]}"
    raise QueryError(
        f"Write {better} to leave these out; "
        f"to search for the sign itself, quote it: {head}{in_quotes(value)}.",
        at(value),
        Mend(at(head), at(value) + len(value), better),
    )


def in_quotes(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def flags(token: Token) -> QueryError:
    """`/x/g`: case never counts, and there is nothing else to set."""
    end = token.rindex("/") + 1
    return QueryError(
        "After a regular expression stands nothing but i, which always holds; "
        f"to search for the text itself, quote it: {in_quotes(token)}.",
        at(token) + end,
        Mend(at(token) + end, at(token) + len(token), ""),
    )


# What is a flag, rather than the last part of a path such as /bin/su.
FLAGGED = re.compile(r"/[^/]+/(?:[gimsuxy]|gi|ig|im|mi|is|si|ims|gim|igm)")


def check_flags(token: Token) -> None:
    if FLAGGED.fullmatch(token):
        raise flags(token)


def check_words(seen: list[Token]) -> None:
    """Small `and`, `or`, `not` beside a field are meant as operators."""
    if not any(token.type == "FIELD" for token in seen):
        return
    for place, token in enumerate(seen):
        if token.type == "WORD" and token in SMALL and is_beside_field(seen, place):
            raise small(token)


def small(token: Token) -> QueryError:
    better, start = SMALL[token], at(token)
    return QueryError(
        f"{better} is written in capitals; "
        f'to search for the word itself, quote it: "{token}".',
        start,
        Mend(start, start + len(token), better),
    )


def is_beside_field(seen: list[Token], place: int) -> bool:
    after = seen[place + 1].type if place + 1 < len(seen) else ""
    before = [token.type for token in seen[max(place - 2, 0) : place]]
    if after in {"FIELD", "_MINUS", "_BANG"}:
        return True
    return bool(after) and (before[:1] == ["FIELD"] or before[-1:] == ["RPAR"])


def check_typographic(token: Token) -> None:
    """Quotes of a word processor are no quotes here."""
    if token[0] in TYPOGRAPHIC:
        message = 'Quote with ", not with typographic quotes.'
        raise QueryError(message, at(token), Straight(at(token)))


def check_quotes(token: Token) -> None:
    check_typographic(token)
    if token[0] == "'" and token[1:].strip("'") != "":
        start = at(token)
        message = "Quote with \", not with '."
        raise QueryError(message, start, Straight(start))


class Straight(Mend):
    """The quoted text that begins at `start`, in straight quotes."""

    def __init__(self, start: int) -> None:
        super().__init__(start, start, '"')

    def apply(self, query: str) -> str | None:
        closing = "'" if query[self.start] == "'" else TYPOGRAPHIC
        end = self.start + 1
        while end < len(query) and query[end] not in closing:
            end += 1
        inner = query[self.start + 1 : end].replace("\\", "\\\\").replace('"', '\\"')
        return f'{query[: self.start]}"{inner}"{query[end + 1 :]}'
