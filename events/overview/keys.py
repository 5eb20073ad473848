"""What rows can be grouped by, beside the facets: messages, their kind, keys of `data`.

`event` is the kind of a message: what a rule says as it is, a log line with every word
that varies as `#` (one with a digit or `@`), so that lines condense that differ in
nothing else.

A group's query finds just its rows. Some keys begin with a letter that says what they
were made of, which their query must ask for; `shown` leaves it out.
"""

import re

import polars as pl
from psycopg import sql

from events.overview.asked import Asked
from events.overview.fields import FACETS, Facet, as_text, expression, named
from events.overview.fields import names as facets
from events.query import Fragment
from events.query.fields import FACILITIES, Field
from events.query.folding import ALONE
from events.query.naming import member
from events.query.sql import steps
from events.tables import EVENTS, FLOWS, Table
from events.terms import fitting, quoted, term

FACILITY = Facet("facility", "facility", named("facility", dict(enumerate(FACILITIES))))
SHOWN = {**FACETS, "facility": FACILITY}  # facilities are not counted at ingest
EVENT = "event"
DATA = "data."
LONGEST = 200  # characters of a message that tell it from others
LONGEST_KIND = 100  # the same of a kind, and how many words of it vary
MOST_VARYING = 8
# İ and the sign of Kelvin are letters of a word because they fold to one.
WORD = "A-Za-z0-9_.:#@İ\u212a-"
VARYING = f"[{WORD}]*[0-9#@][{WORD}]*"
KIND = (
    f"CASE WHEN e.signature IS NULL THEN 'l' || left(regexp_replace(e.message,"
    f" '{VARYING}', '#', 'g'), {LONGEST_KIND})"
    f" ELSE 'r' || left(e.message, {LONGEST}) END"
)
SHORT = f"left(e.message, {LONGEST})"
OWN = (DATA, EVENT)  # keys that begin with a letter of ours

# The same in the query language, where a character has no case.
IN_WORD = r"\w.:#@İ\u212A"
ANY_VARYING = rf"[{IN_WORD}-]*[\d#@][{IN_WORD}-]*"
# The rest of a word that does not vary and was cut.
REST = rf"[A-Za-z_.:İ\u212A-]*(?:[^{IN_WORD}-]|$)"
SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}/ ]")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
LAST_WORD = re.compile(rf"[{WORD}]\Z")


def names(table: Table) -> list[str]:
    """The columns that rows of the table can be grouped by, beside keys of `data`."""
    if table is EVENTS:
        return [*facets(table), "facility", "message", EVENT, "source"]
    return [*facets(table), "state", "source"]


def is_key(table: Table, name: str) -> bool:
    return name in names(table) or (table is not FLOWS and member(name) is not None)


def key(asked: Asked, name: str, changed: bool) -> Fragment:
    """The column as text."""
    if name in MADE:
        return Fragment(sql.SQL(MADE[name]))
    if name == "domain":
        return domain(asked)
    if found := member(name):
        return of_data(found)
    column = SHOWN[name].column if name in SHOWN else name
    text = as_text(column, expression(asked.table, column, changed))
    return Fragment(sql.SQL("{}").format(text))


MADE = {"message": SHORT, EVENT: KIND}


def domain(asked: Asked) -> Fragment:
    numbers = sorted(asked.sensors)
    names = [asked.sensors[number][1] for number in numbers]
    text = sql.SQL("(%s::text[])[array_position(%s::int[], e.sensor)]")
    return Fragment(text, (names, numbers))


# v: a value, o: a list or an object, which no term can ask for.
OF_DATA = sql.SQL(
    "(SELECT CASE WHEN jsonb_typeof(d.j) IN ('object', 'array') THEN 'o' ELSE 'v' END"
    " || (d.j #>> '{{}}') FROM (SELECT coalesce({paths}) AS j) d)"
)


def of_data(field: Field) -> Fragment:
    """The first of the places where the key may be."""
    paths = sql.SQL(", ").join(
        sql.SQL("nullif(e.data{}, 'null')").format(steps(path)) for path in field.paths
    )
    params = tuple(part for path in field.paths for part in path)
    return Fragment(OF_DATA.format(paths=paths), params)


def alike(name: str, value: pl.Expr) -> pl.Expr:
    """What is the same for all values that are one group: as the query language
    compares, without case."""
    for character, lower in ALONE.items():
        value = value.str.replace_all(character, lower, literal=True)
    value = value.str.to_lowercase()
    return value.str.extract(FEW) if name == EVENT else value


# A kind as far as its last word that varies and counts, or the whole of it.
FEW = rf"^((?:r(?s:.*))|(?:[^#]*#){{{MOST_VARYING}}}|(?s:.*))"


def shown(asked: Asked, name: str, value: str | None) -> str | int | None:
    if value is None:
        return None
    if name in SHOWN:
        return SHOWN[name].show(value, asked.sensors).value
    return value[1:] if name.startswith(OWN) else value


def query(asked: Asked, by: tuple[str, ...], values: tuple[str | None, ...]) -> str:
    """The terms that find the rows of a group; empty where no terms do."""
    found = [terms(asked, *each) for each in zip(by, values, strict=True)]
    every = [term for terms in found for term in terms]
    return " ".join(dict.fromkeys(every)) if all(found) else ""


def terms(asked: Asked, name: str, value: str | None) -> list[str]:
    """What finds just this value; empty where nothing does."""
    if value is None:
        return [f"NOT {name}:*"]
    if name == EVENT:
        return of_kind(value)
    found = one(asked, name, value)
    return [found] if found else []


def one(asked: Asked, name: str, value: str) -> str | None:
    if name in SHOWN:
        return SHOWN[name].show(value, asked.sensors).query
    if name == "message":
        return of_message(value)
    if name.startswith(DATA):
        made_of, text = value[0], value[1:]
        return fitting(name, quoted(text)) if made_of == "v" else None
    return term(name, value)


def of_message(value: str) -> str | None:
    end = "" if len(value) >= LONGEST else "$"
    return fitting("message", f"/^{escaped(value)}{end}/")


def of_kind(value: str) -> list[str]:
    made_of, text = value[0], value[1:]
    if made_of == "r":
        found, rule = of_message(text), "signature:*"
    else:
        found, rule = of_log(text), "NOT signature:*"
    return [rule, found] if found else []


def of_log(kind: str) -> str | None:
    """Messages of the kind: what stands between the words that vary, and those."""
    parts = kind.split("#", MOST_VARYING)
    if len(parts) > MOST_VARYING:
        parts[-1], end = "", ""
    elif len(kind) < LONGEST_KIND:
        end = "$"
    else:
        end = REST if parts[-1] and LAST_WORD.search(kind) else ""
    return fitting("message", f"/^{ANY_VARYING.join(map(escaped, parts))}{end}/")


def escaped(text: str) -> str:
    """The text in a regular expression between slashes."""
    text = SPECIAL.sub(lambda found: "\\" + found[0] if found[0] != " " else " ", text)
    text = CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    return text[:-1] + "\\ " if text.endswith(" ") else text
