"""What may stand at a place of a query: fields with their meaning, values that exist,
words. Pure: values come from a `Source`.

The text may be unfinished or wrong, so it is only scanned here, never parsed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from events.query.aliases import ALIASES
from events.query.fields import FIELDS, Field, Kind
from events.query.folding import fold
from events.query.naming import find
from events.query.sql import MADE
from events.tables import Table
from events.terms import in_quotes, quoted

MOST = 12
MOST_FIELDS = 60


@dataclass(frozen=True)
class Suggestion:
    """`text` replaces what stands there; `kind` is field, value or word."""

    text: str
    label: str
    about: str
    kind: str


@dataclass(frozen=True)
class Completion:
    """The suggestions replace `start:end` of the query."""

    start: int
    end: int
    suggestions: tuple[Suggestion, ...] = ()


class Source(Protocol):
    """Values that exist, the most frequent first, each with a word about it."""

    def values(self, field: Field, like: str) -> Iterable[tuple[str, str]]: ...

    def keys(self, like: str) -> Iterable[str]: ...


PIECE = r'\\[!-/:-@\[-^`{-~]|"(?:\\.|[^"\\])*(?:"|$)'
RUN = re.compile(rf'(?:{PIECE}|[^\s()"])+', re.DOTALL)
ITEM = re.compile(rf'(?:{PIECE}|[^\s()",])+', re.DOTALL)
HEAD = re.compile(
    r'((?:[A-Za-z_@]+)(?:\.(?:[^."\s:()<>=]+|"(?:\\.|[^"\\])*"))*)(?::|(?=[<>]))([<>]=?)?',
    re.DOTALL,
)


@dataclass(frozen=True)
class Place:
    """The run of text at a place, the field whose list it is in, and whether a term
    stands before it."""

    start: int
    end: int
    field: str = ""
    follows: bool = False


def place(text: str, at: int) -> Place:
    lists: list[str] = []
    follows, last = False, ""
    cursor = 0
    while cursor < at or (cursor == at < len(text) and not text[at].isspace()):
        found = (ITEM if lists and lists[-1] else RUN).match(text, cursor)
        if found:
            if found.end() >= at:
                return Place(cursor, found.end(), lists[-1] if lists else "", follows)
            last, cursor, follows = found[0], found.end(), True
            continue
        if cursor >= at:
            break
        if text[cursor] == "(":
            lists.append(last[:-1] if last.endswith(":") else "")
            follows = False
        elif text[cursor] == ")" and lists:
            lists.pop()
        last = ""
        cursor += 1
    return Place(at, at, lists[-1] if lists else "", follows)


def complete(text: str, at: int, source: Source, table: Table) -> Completion:
    """What may stand at the offset `at`."""
    here = place(text, at)
    if here.field:
        return of_value(here.field, here.start, here.end, text[here.start : at], source)
    signs = len(text[here.start : at]) - len(text[here.start : at].lstrip("-!"))
    start = here.start + signs
    written = text[start:at]
    head = HEAD.match(written)
    if head:
        begin = start + head.end()
        return of_value(head[1], begin, here.end, text[begin:at], source)
    between = words(written, here.follows and not signs)
    named = fields(written, source, table)
    found = (*between, *named) if written.isupper() else (*named, *between)
    return Completion(start, max(here.end, start), found)


# -- fields


def fields(written: str, source: Source, table: Table) -> list[Suggestion]:
    if '"' in written and not written.lower().startswith("data."):
        return []
    if written.lower().startswith("data."):
        return keys(written[5:].strip('"'), source)
    like = fold(written)
    there = [field for field in FIELDS.values() if has_values(field, table)]
    found = [suggested(field) for field in there if field.name.startswith(like)]
    if "data.".startswith(like):
        found.append(OTHER)
    if written:
        found += called_otherwise(like, there)
    return found[: MOST if written else MOST_FIELDS]


OTHER = Suggestion("data.", "data.…", "any other key of the record", "field")


def has_values(field: Field, table: Table) -> bool:
    made = {name for where, name in MADE if where == table.name}
    return any(name in table.schema or name in made for name in field.read(table.name))


def suggested(field: Field, about: str = "") -> Suggestion:
    return Suggestion(f"{field.name}:", field.name, about or field.about, "field")


def called_otherwise(written: str, there: list[Field]) -> Iterator[Suggestion]:
    """Fields by the names that other tools have for them, or by what they mean."""
    known = {field.name: field for field in there}
    seen = {name for name in known if name.startswith(written)}
    for alias, name in ALIASES.items():
        if alias.startswith(written) and name in known and name not in seen:
            seen.add(name)
            yield suggested(known[name], f"{known[name].about} ({alias})")
    for field in there:
        if len(written) > 2 and field.name not in seen and written in fold(field.about):
            yield suggested(field)


def keys(written: str, source: Source) -> list[Suggestion]:
    """Keys of `data` that records have."""
    return [
        Suggestion(f"data.{named}:", f"data.{key}", "key of the record", "field")
        for key in source.keys(written)
        for named in [key if find(f"data.{key}") else in_quotes(key)]
    ][:MOST]


# -- words

WORDS = (
    ("AND", "both must match; the same as a space"),
    ("OR", "either may match"),
    ("NOT", "what follows must not match; the same as -"),
)


def words(written: str, follows: bool) -> list[Suggestion]:
    """Operators: between terms, or where one begins to write them."""
    return [
        Suggestion(f"{word} ", word, about, "word")
        for word, about in WORDS
        if (written and word.startswith(written.upper()) and (follows or word == "NOT"))
        or (not written and follows)
    ]


# -- values

TIMES = (
    ("-15m", "since 15 minutes ago"),
    ("-1h", "since an hour ago"),
    ("-24h", "since a day ago"),
    ("-7d", "since 7 days ago"),
    ("today", "since midnight UTC"),
    ("yesterday", "the day before, UTC"),
    ("-7d..-1d", "from 7 days ago to a day ago"),
)
SHAPES: dict[Kind, tuple[tuple[str, str], ...]] = {
    Kind.TIME: (*TIMES, (">", "after"), ("<", "before")),
    Kind.DURATION: ((">", "longer than: 90s, 5m, 2h"), ("<", "shorter than")),
    Kind.NUMBER: ((">", "above"), ("<", "below"), (">=", "at least")),
}
ANY = Suggestion("*", "*", "has a value", "value")


def of_value(
    name: str, start: int, end: int, written: str, source: Source
) -> Completion:
    field = find(name)
    if field is None:
        return Completion(start, end)
    found = [*named(field, written), *shapes(field, written)]
    found += there(field, written, source)
    if not written:
        found.append(ANY)
    return Completion(start, end, tuple(dict.fromkeys(found))[:MOST])


def named(field: Field, written: str) -> Iterator[Suggestion]:
    """Names of numbers."""
    like = fold(written)
    for name in sorted(field.shown, key=lambda name: not name.startswith(like)):
        if like in name:
            yield Suggestion(name, name, f"{field.name} {field.names[name]}", "value")


def shapes(field: Field, written: str) -> Iterator[Suggestion]:
    """How a value of this kind may be written."""
    if field.shown:
        return
    for text, about in SHAPES.get(field.kind, ()):
        if text.startswith(written) and text != written:
            kind = "word" if text[0] in "<>" else "value"
            yield Suggestion(text, text, about, kind)


def there(field: Field, written: str, source: Source) -> Iterator[Suggestion]:
    """Values that exist; those that begin as it is written come first."""
    if field.shown or field.kind in {Kind.CONTENT, Kind.TIME, Kind.DURATION}:
        return
    like = fold(bare(written))
    found = [pair for pair in source.values(field, like) if like in fold(pair[0])]
    found.sort(key=lambda pair: not fold(pair[0]).startswith(like))
    for value, about in found:
        yield Suggestion(quoted(value), value, about, "value")


def bare(written: str) -> str:
    """What is written of a value, without its quotes and stars."""
    if written.startswith('"'):
        return re.sub(r"\\(.)", r"\1", written[1:].removesuffix('"'))
    return written.strip("*")
