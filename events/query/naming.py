"""Names as they stand in a query → fields: our own, other tools', keys of `data`."""

import re
from functools import lru_cache

from events.query.aliases import ALIASES
from events.query.fields import FIELDS, LATER, Field, Kind

KEY = re.compile(r'\.(?:([^."\s:()<>=]+)|"((?:\\.|[^"\\])*)")', re.DOTALL)
KEYS = re.compile(f"(?:{KEY.pattern})+", re.DOTALL)
ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def find(name: str) -> Field | None:
    """The field of this name or alias; None when there is none."""
    lower = name.lower()
    lower = ALIASES.get(lower, lower)
    return FIELDS.get(lower) or LATER.get(lower) or member(name)


def known(name: str) -> Field:
    """The field of a name that stands in a tree."""
    found = find(name)
    if found is None:
        raise KeyError(name)
    return found


@lru_cache(maxsize=1024)
def member(name: str) -> Field | None:
    """`data.KEY`, `data.KEY.INNER`, `data."any key"`.

    Keys with dots are common: `data.a.b` reads b within a, and the key a.b as well.
    """
    start, rest = name[:4], name[4:]
    if start.lower() != "data" or not KEYS.fullmatch(rest):
        return None
    found = list(KEY.finditer(rest))
    keys = tuple(key(one) for one in found)
    plain = len(keys) > 1 and all(one[1] is not None for one in found)
    paths = (keys, (".".join(keys),)) if plain else (keys,)
    return Field(f"data{rest}", Kind.DATA, (), f"data{rest}", paths=paths)


def key(found: re.Match[str]) -> str:
    return found[1] if found[1] is not None else ESCAPE.sub(r"\1", found[2])
