"""JSON and XML records of any program: what their keys are called says what they hold.

Names are compared without case and signs, by the last parts of their path:
`winlog.event_data.IpAddress` is `ipaddress`, `source.ip` is `sourceip`. An object that
was cut off gives the members that are whole. Winlogbeat, NXLog, Elastic's ECS, Suricata
and Zeek are read by this.
"""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import polars as pl
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from ingest.parsers import names, rowwise
from ingest.parsers.format import Format
from ingest.parsers.rowwise import Fields

MOST_MEMBERS = 500
LONGEST = 262_144  # characters of one record
DEEPEST = 12
KEY_AND_VALUE = {"key", "value"}
START = re.compile(
    r"^[^{<]{0,200}?(\{\s*\"|<\?xml|<[A-Za-z][A-Za-z0-9:]*[\s>])", re.DOTALL
)
# A member that is whole, and what may follow it.
WHOLE = re.compile(r"[\"0-9}\]el]\s*,\s*\"(?![,}\]:])")


def read(message: str) -> Fields | None:
    found = START.match(message)
    if not found or len(message) > LONGEST:
        return None
    text = message[found.start(1) :]
    record, cut = of_json(text) if text[0] == "{" else (of_xml(text), False)
    if not record:
        return None
    members = list(flat(record))
    paths, values = tuple(path for path, _ in members), [value for _, value in members]
    columns = names.columns(paths, values)
    data: Fields = {"fields": record} | ({"parse": "truncated"} if cut else {})
    return columns | {"data": data}


def of_json(text: str) -> tuple[dict[str, Any] | None, bool]:
    """The object, and whether it was cut off."""
    for candidate, cut in candidates(text.strip()):
        try:
            given = rowwise.loads(candidate)
        except ValueError:
            continue
        return (given if isinstance(given, dict) else None), cut
    return None, False


def candidates(text: str) -> Iterator[tuple[str, bool]]:
    yield text, False
    end = text.rfind("}")
    if end > 0 and end + 1 < len(text):
        yield text[: end + 1], False
    if end < len(text) - 1 or text.count("{") > text.count("}"):
        yield from mended(text)


def mended(text: str) -> Iterator[tuple[str, bool]]:
    """The text up to its last whole members, closed."""
    ends = [found.start() + 1 for found in WHOLE.finditer(text)]
    for end in reversed(ends[-20:]):
        head = text[:end]
        yield head + closing(head), True


def closing(text: str) -> str:
    """The brackets that are open at the end of a piece of JSON."""
    opened: list[str] = []
    quoted = escaped = False
    for sign in text:
        if escaped:
            escaped = False
        elif quoted:
            escaped, quoted = sign == "\\", sign != '"'
        elif sign == '"':
            quoted = True
        elif sign in "{[":
            opened.append("}" if sign == "{" else "]")
        elif sign in "}]" and opened:
            opened.pop()
    return ('"' if quoted else "") + "".join(reversed(opened))


def of_xml(text: str) -> dict[str, Any] | None:
    try:
        # Behind the record a relay may have left an escaped line end: `#015`.
        root = ElementTree.fromstring(text[: text.rfind(">") + 1].strip())
    except (ParseError, DefusedXmlException, ValueError):
        return None
    return {bare(root.tag): as_value(root, 0)}


def as_value(element: Element, depth: int) -> Any:
    """An element as an object: attributes, and children by name (`<Data Name=…>`)."""
    children = list(element)[:MOST_MEMBERS] if depth < DEEPEST else []
    text = (element.text or "").strip()
    if not children and not element.attrib:
        return text
    found: dict[str, Any] = {bare(key): value for key, value in element.attrib.items()}
    for child in children:
        name, value = bare(child.tag), as_value(child, depth + 1)
        if name == "Data" and isinstance(value, dict) and "Name" in value:
            name, value = str(value["Name"]), value.get("text", "")
        found.setdefault(name, value)
    return found | {"text": text} if text else found


def bare(tag: str) -> str:
    return tag.rpartition("}")[2]


def flat(
    value: Any, path: tuple[str, ...] = (), lists: int = 0
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Path and value of every member, lists by their first entry."""
    if isinstance(value, dict) and len(path) < DEEPEST:
        if value.keys() == KEY_AND_VALUE:
            value = {str(value["key"]): value["value"]}
        for key, inner in value.items():
            yield from flat(inner, (*path, str(key)), lists)
    elif isinstance(value, list) and lists < DEEPEST:
        named = (
            value and isinstance(value[0], dict) and value[0].keys() == KEY_AND_VALUE
        )
        for inner in value[:MOST_MEMBERS] if named else value[:1]:
            yield from flat(inner, path, lists + 1)
    elif value is not None and not isinstance(value, dict | list):
        yield path, value


CLAIMS = pl.col("message").str.contains(
    r"^[^{<]{0,200}(?:\{\s*\"|<\?xml|<[A-Za-z][A-Za-z0-9:]*[ >])"
)
WORDS = ('{"', '{ "', "{  ", "{\n", "</", "/>")
FORMAT = Format("objects", CLAIMS, lambda lines: rowwise.parse(lines, read), WORDS)
