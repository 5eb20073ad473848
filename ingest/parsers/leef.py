"""LEEF 1.0 and 2.0 of QRadar: `LEEF:2.0|vendor|product|version|event|delimiter|k=v…`.

Attributes are separated by a tab, in 2.0 by the named character (itself or `0x5E`).
Some senders use `|` or, wrongly, spaces.
"""

import re

import polars as pl

from ingest.parsers import facts_of, rowwise
from ingest.parsers.format import Format
from ingest.parsers.rowwise import Fields

START = re.compile(r"LEEF:(?P<leef_version>[0-9]+(?:\.[0-9]+)?)\|")
NAMES = ("vendor_name", "product_name", "product_version", "event_id")
DELIMITER = re.compile(r"(?P<delimiter>0?x[0-9A-Fa-f]{1,4}|[^\sA-Za-z0-9=]|\\t)?\|")
HEXADECIMAL = re.compile(r"0?x([0-9A-Fa-f]{1,4})")
SURROGATES = range(0xD800, 0xE000)
KEY = re.compile(r"(?:^|\s)([A-Za-z0-9_.\-]{1,64})=")
FACTS = {
    "src": ("src", "identSrc", "srcIP"),
    "dst": ("dst", "dstIP"),
    "sport": ("srcPort",),
    "dport": ("dstPort",),
    "proto": ("proto", "protocol"),
    "user": ("usrName", "identUsrName", "accountName", "SourceUser"),
    "action": ("action", "Action", "act"),
    "device": ("identHostName", "devName", "dvchost", "resource"),
    "stamp": ("devTime",),
}


def read(message: str) -> Fields | None:
    found = START.search(message)
    if not found:
        return None
    fields = message[found.end() :].split("|", len(NAMES))
    if len(fields) < len(NAMES):
        return None
    leef = {
        "leef_version": found["leef_version"],
        **dict(zip(NAMES, fields, strict=False)),
    }
    rest = fields[len(NAMES)] if len(fields) > len(NAMES) else ""
    delimiter = "\t"
    if found["leef_version"].startswith("2"):
        named = DELIMITER.match(rest)
        if named:
            leef["leef_delimiter"] = delimiter = character(named["delimiter"] or "")
            rest = rest[named.end() :]
    values = attributes(rest, delimiter or "\t")
    return facts_of.columns(values, FACTS) | {
        "signature": fields[3].strip(),
        "data": {"leef": leef | values},
    }


def character(text: str) -> str:
    """The delimiter that is named; the usual one for a number of no character."""
    named = HEXADECIMAL.fullmatch(text)
    if not named:
        return "\t" if text == "\\t" else text
    code = int(named[1], 16)
    return "\t" if not code or code in SURROGATES else chr(code)


def attributes(text: str, delimiter: str) -> dict[str, str]:
    if delimiter not in text:
        others = [other for other in ("\t", "|", "^") if other in text]
        if not others:
            return spaced(text)
        delimiter = others[0]
    pairs = (part.partition("=") for part in text.split(delimiter))
    return {key.strip(): value for key, sign, value in pairs if sign and key.strip()}


def spaced(text: str) -> dict[str, str]:
    """Attributes that only spaces separate: a value runs to the next key."""
    keys = list(KEY.finditer(text))
    ends = [key.start() for key in keys[1:]] + [len(text)]
    return {key[1]: text[key.end() : end] for key, end in zip(keys, ends, strict=False)}


CLAIMS = pl.col("message").str.contains(r"LEEF:[0-9]")
WORDS = ("LEEF:",)
FORMAT = Format("leef", CLAIMS, lambda lines: rowwise.parse(lines, read), WORDS)
