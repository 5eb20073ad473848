"""Why an event has the fields that it has: which format read its line, and from where.

Pure. Each place is proved, not guessed: the stretch of the line that looks like a value
is exchanged for another of its kind, the changed line is read by the same parsers, and
only where the field becomes what was put there did it come from there. Where no single
place gives a value, a word counts without which the field would be another (*due to*).
All changed lines are read as one batch.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from events import highlights
from events.described import shown as in_words
from events.rewriting import ROW
from ingest import named, parsers, pipeline, reasons, reparsing
from ingest import text as texts
from ingest.probes import EXPLAINED, Try, rotated, tried
from ingest.reparsing import Settings
from ingest.salvage import FAULTS

LONGEST = 65_536  # characters of a line in which places are looked for
MOST_READ = 4 << 20  # characters of all changed lines
MOST_WORDS = 60
FEW = 3  # words to which a field may be due
WORDED = ("proto", "user", "action", "signature", "app", "severity", "host")
WORD = re.compile(r"[A-Za-z][A-Za-z_\-]{1,30}")

Found = tuple[bool, list[tuple[int, int]]]  # whether exactly there, else due to


@dataclass(frozen=True)
class Field:
    """One column: today's value, what is stored, where it came from."""

    name: str
    value: Any
    stored: Any
    how: str  # a few words; empty: it stands at its places
    places: list[tuple[int, int]] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        return bool(self.value != self.stored)

    @property
    def shown(self) -> str:
        return as_text(self.name, self.value)

    @property
    def shown_stored(self) -> str:
        return as_text(self.name, self.stored)

    @property
    def is_time(self) -> bool:
        return isinstance(self.value, datetime)

    @property
    def where(self) -> str:
        """`characters 5–20`: the first and last one, counted from 1."""
        if not self.places:
            return ""
        each = [
            f"{start + 1}–{end}" if end > start + 1 else f"{end}"
            for start, end in self.places
        ]
        word = "character" if "–" not in each[0] and len(each) == 1 else "characters"
        return f"{word} {', '.join(each)}"


@dataclass(frozen=True)
class Explanation:
    """`text` is the line as parsers see it; places count its characters."""

    text: str
    header: str
    content: str  # empty: the general finder alone
    fields: list[Field]
    assumed: list[str]
    differs: list[str]  # columns that are stored otherwise
    members: list[str]  # of `data`, the same


def explain(row: pl.DataFrame, today: Settings) -> Explanation:
    """Of one stored row (`rewriting.ROW`)."""
    frame, _ = reparsing.attached(row, today)
    text = texts.decode(frame)["text"][0]
    now = reparsing.salvaged(row, today)
    read = (now if now.height else row).row(0, named=True)
    stored = row.row(0, named=True)
    stamp = stamp_of(row, today)
    found = proved(row, today, text, read, stamp)
    fields = [
        described(name, read, stored, found.get(name))
        for name in ("received", *EXPLAINED, "inbound", "sensor", "source")
        if read[name] is not None or stored[name] is not None
    ]
    changes = reparsing.again(row, today)[1]
    data = reparsing.value(read["data"]) or {}
    assumed = list(reasons.assumptions(read, data, stamp))
    differs = list(changes.columns), unlike(data, reparsing.value(stored["data"]))
    return Explanation(text, *named.formats(text), fields, assumed, *differs)


def unlike(new: Any, old: Any) -> list[str]:
    """The members that only one of them has, or both with another value."""
    both = [one if isinstance(one, dict) else {} for one in (new, old)]
    names = sorted(both[0].keys() | both[1].keys())
    return [name for name in names if both[0].get(name) != both[1].get(name)]


def stamp_of(row: pl.DataFrame, today: Settings) -> str | None:
    """What was read as the time, as it stands in the line."""
    try:
        frame = dated(row, today)
    except FAULTS:
        return None
    found: str | None = frame["stamp"][0]
    return found


def dated(row: pl.DataFrame, today: Settings) -> pl.DataFrame:
    frame, _ = reparsing.attached(row, today)
    known = parsers.CONTENTS, today.known
    return pipeline.dated_lines(frame, today.retention, None, *known)


def described(
    name: str, read: dict[str, Any], stored: dict[str, Any], found: Found | None
) -> Field:
    places = sorted(found[1]) if found else []
    how = reasons.words_for(name, read, found and found[0])
    return Field(name, read[name], stored[name], how, places)


# -- places, proved by exchange


def proved(
    row: pl.DataFrame,
    today: Settings,
    text: str,
    read: dict[str, Any],
    stamp: str | None,
) -> dict[str, Found]:
    """The places of each column that has any."""
    if len(text) > LONGEST:
        return {}
    tries = bounded(text, tried(text, read, stamp))
    became = after(row, today, text, tries)
    found: dict[str, Found] = {}
    for one, value in zip(tries, became, strict=True):
        if value is not None and value[one.column] == one.expected:
            found.setdefault(one.column, (True, []))[1].append((one.start, one.end))
    return due(row, today, text, read, found) | found


def due(
    row: pl.DataFrame,
    today: Settings,
    text: str,
    read: dict[str, Any],
    found: dict[str, Found],
) -> dict[str, Found]:
    """The few words without which a column would be another."""
    open_ = [name for name in WORDED if read[name] is not None and name not in found]
    words = list(WORD.finditer(text))[:MOST_WORDS] if open_ else []
    tries = [Try("", *word.span(), rotated(word[0])) for word in words]
    tries = bounded(text, tries)
    became = after(row, today, text, tries)
    places: dict[str, Found] = {}
    for name in open_:
        changed = [
            (one.start, one.end)
            for one, value in zip(tries, became, strict=True)
            if value is not None and value[name] != read[name]
        ]
        if 0 < len(changed) <= FEW:
            places[name] = (False, changed)
    return places


def bounded(text: str, tries: list[Try]) -> list[Try]:
    return tries[: max(1, MOST_READ // (len(text) + 1))]


def after(
    row: pl.DataFrame, today: Settings, text: str, tries: list[Try]
) -> list[dict[str, Any] | None]:
    """What each changed line is read as; None where it cannot be."""
    if not tries:
        return []
    changed = [text[: one.start] + one.probe + text[one.end :] for one in tries]
    rows = pl.concat([row] * len(tries)).with_columns(
        id=pl.int_range(len(tries), dtype=pl.Int64),
        head=pl.lit(None, pl.String),
        raw=pl.Series([one.encode() for one in changed], dtype=pl.Binary),
    )
    made = reparsing.salvaged(rows.select(list(ROW)), today)
    by_id = {one["id"]: one for one in made.iter_rows(named=True)}
    return [by_id.get(number) for number in range(len(tries))]


# -- for pages and the API


def as_json(event: int, one: Explanation) -> dict[str, Any]:
    """For the API; ARCHITECTURE.md, Explanations."""
    return {
        "event": event,
        "text": one.text,
        "header": one.header,
        "content": one.content or None,
        "fields": [
            {
                "name": it.name,
                "value": plain(it.value),
                "stored": plain(it.stored),
                "differs": it.differs,
                "how": it.how,
                "places": [list(place) for place in it.places],
            }
            for it in one.fields
        ],
        "assumed": one.assumed,
        "differs": one.differs,
    }


def as_text(name: str, value: Any) -> str:
    """As the page of the event shows it."""
    return "nothing" if value is None else in_words(name, plain(value))


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value


def marked(one: Explanation) -> list[highlights.Piece]:
    """The line in pieces; one that gave several fields names them all."""
    columns: dict[tuple[int, int], list[str]] = {}
    for it in one.fields:
        for place in it.places:
            columns.setdefault(place, []).append(it.name)
    taken: list[highlights.Place] = []
    for start, end in sorted(columns):
        if not taken or start >= taken[-1].end:
            names = " ".join(columns[start, end])
            taken.append(highlights.Place(start, end, names))
    return highlights.in_pieces(one.text, taken)
