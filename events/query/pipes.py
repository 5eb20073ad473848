"""Pipes of Splunk, Loki and KQL: refused, with what there is instead."""

import re

from lark import Token

from events.query.given import at
from events.query.tree import Mend, QueryError

PIPE = re.compile(r"\|(?!\|)\s*(?P<command>[a-z]*)", re.IGNORECASE)
COUNTING = frozenset({
    "stats", "count", "top", "rare", "chart", "timechart", "summarize", "groupby",
    "group", "dedup", "uniq", "distinct", "eventstats", "tstats", "transaction",
})  # fmt: skip
LISTING = frozenset({
    "head", "tail", "limit", "take", "sort", "order", "table", "fields", "project",
    "rename", "eval", "extend", "keep", "drop", "select", "reverse", "sortby",
})  # fmt: skip
# Of Loki and Splunk; apart from the sign only, `xml|json` is a text.
PARSING = frozenset({
    "json", "logfmt", "unpack", "pattern", "regexp", "line_format", "label_format",
    "decolorize", "spath", "extract", "xmlkv", "parse",
})  # fmt: skip
FILTERING = frozenset({"where", "search", "grep", "filter", "regex", "rex"})
COMMANDS = COUNTING | LISTING | FILTERING
WHERE_INSTEAD = (
    (COUNTING, "Group by and the facets of the Historical page count."),
    (LISTING, "The Historical page sorts by any heading and has columns to choose."),
    (PARSING, "A record is parsed already; its keys are data.KEY."),
    (FILTERING, "Write the condition after a space: all terms must match."),
)


def check(text: str, last: Token) -> None:
    """`| stats count by src`, `denied |head`."""
    found = PIPE.search(last)
    if last.type != "WORD" or not found:
        return
    start = at(last) + found.start()
    command = (found["command"] or following(text, start + 1)).lower()
    if last != "|" and command not in COMMANDS:
        return
    if command not in COMMANDS | PARSING:
        message = (
            'Write OR between terms; to search for the sign itself, quote it: "|".'
        )
        raise QueryError(message, start, Mend(start, start + 1, "OR"))
    said = [sentence for names, sentence in WHERE_INSTEAD if command in names]
    raise QueryError(
        f'There are no pipes here. {said[0]} To search for the text, quote it: "|".',
        start,
        mended(text, start, command),
    )


def following(text: str, start: int) -> str:
    found = re.compile(r"\s*([A-Za-z_]*)").match(text, start)
    return found[1] if found else ""


def mended(text: str, start: int, command: str) -> Mend:
    """A condition stays; what counts or lists goes, up to the next pipe."""
    if command in FILTERING:
        cut = re.compile(rf"\|\s*{command}\s*", re.IGNORECASE).match(text, start)
        return Mend(start, cut.end() if cut else start + 1, "")
    before = len(text[:start].rstrip())
    after = text.find("|", start + 1)
    return Mend(before, len(text) if after < 0 else after, "" if after < 0 else " ")
