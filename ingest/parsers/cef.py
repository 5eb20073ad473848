"""CEF, the Common Event Format, behind whatever header (ArcSight's standard, v27).

`CEF:0|vendor|product|version|class|name|severity|key=value key=value …`. A key stands
at the start or after white space; a value runs to the next key, so it may hold spaces
and even `=`. Of keys that come twice the last is kept in `data`, but a fact is what the
device said first: text that an attacker wrote comes later, in a message.
"""

import re
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from ingest.parsers import facts_of, ossec, rowwise
from ingest.parsers.format import Format
from ingest.parsers.rowwise import Fields

FIELD = r"(?:\\.|[^\\|])*"
# Some relays take `CEF:` off.
START = re.compile(
    r"CEF: ?(?P<version>[0-9]{1,3}(?:\.[0-9]+)?)\|"
    r"|\A\s*(?P<bare>[01])\|(?=(?:[^|]*\|){5}(?:[0-9]{1,2}|[A-Z][a-zA-Z-]+)\|)"
)
SPLIT = re.compile(rf"({FIELD})(\||$)", re.DOTALL)
NAMES = (
    "device_vendor",
    "device_product",
    "device_version",
    "signature_id",
    "name",
    "severity",
)
KEY = re.compile(r"(?:^|\s)([A-Za-z0-9_.\-\[\]]{1,128})=")
ESCAPE = re.compile(r"\\([\\=|nr])")
ESCAPED = {"n": "\n", "r": "\r"}
# OSSEC quotes a log line at the end, Wazuh may add hashes behind it.
ALERTS = {"OSSEC HIDS", "Wazuh"}
QUOTED_LINE = re.compile(
    r"(?:^| )msg=(.*?)"
    r"(?: (?:cs[23]Label=(?:Old|New)MD5|oldFileHash=|fhash=|fileHash=).*)?$",
    re.DOTALL,
)
FREE_TEXT = {"msg", "message", "reason", "rawEvent"}

FACTS = {
    "src": ("src", "sourceAddress", "c6a2"),
    "dst": ("dst", "destinationAddress", "c6a3"),
    "sport": ("spt", "sourcePort"),
    "dport": ("dpt", "destinationPort"),
    "proto": ("proto", "transportProtocol"),
    "user": ("suser", "sourceUserName", "duser", "destinationUserName"),
    "action": ("act", "deviceAction", "outcome"),
    "device": ("dvchost", "dvhost", "deviceHostName", "MachineName", "ComputerName"),
    # Where no device has a name, the machine that the event is about.
    "endpoint": ("shost", "sourceHostName", "dhost", "destinationHostName"),
}
STAMPS: tuple[str, ...] = (
    *("start", "startTime", "rt", "deviceReceiptTime", "end", "endTime"),
    *("event_timestamp", "Date"),
)
# Devices put names of their own before it: `FTNTFGTeventtime`, `ad.eventtime`.
EVENT_TIME = "eventtime"
LONGEST_ZONE = 64  # characters
# A certificate's name of the device: `CN=gate-1,O=management.example`.
COMMON_NAME = re.compile(r"(?i:CN)=([A-Za-z0-9_.\-]+),")
MACHINE = re.compile(r"[A-Za-z0-9_.\-]+\Z")


def read(message: str) -> Fields | None:
    start = START.search(message)
    if not start:
        return None
    header, rest = split(message, start.end())
    if not header:
        return None
    values = merged(extensions(rest))
    cef = {
        "version": version(start["version"] or start["bare"]),
        **header,
        "extensions": values,
    }
    found = columns(header.get("signature_id", ""), values)
    found["data"] = {"cef": cef, "labels": labels(values)}
    if header.get("device_product") not in ALERTS:
        return found
    alert = alerted(header, values, rest)
    given = {name: value for name, value in found.items() if value}
    # The quoted line has its own time and hosts.
    given.pop("endpoint", None)
    given["receipt"] = given.pop("stamp", None)
    return alert | given | {"data": found["data"] | alert["data"]}


def alerted(header: dict[str, str], values: dict[str, str], rest: str) -> Fields:
    """What OSSEC or Wazuh says in CEF: an alert, the quoted line at its end."""
    parts = {
        "level": header.get("severity", ""),
        "rule": header.get("signature_id", ""),
        "description": header.get("name", ""),
        "location": values.get("cs1", ""),
    }
    quoted = QUOTED_LINE.search(rest)
    groups = values.get("cat") or values.get("classification")
    return ossec.alert(parts, {}, groups, quoted[1].strip() if quoted else "")


def split(text: str, at: int) -> tuple[dict[str, str], str]:
    """The header's fields and the extension; fields may be missing at its end."""
    header: dict[str, str] = {}
    for name in NAMES:
        field = SPLIT.match(text, at)
        if field is None or (not field[2] and KEY.match(field[1])):
            break
        header[name] = unescaped(field[1])
        at = field.end()
    return header, text[at:]


def version(text: str) -> int | str:
    return int(text) if text.isdigit() else text


def extensions(text: str) -> list[tuple[str, str]]:
    """Keys and values, in order."""
    keys = list(KEY.finditer(text))
    ends = [key.start() for key in keys[1:]] + [len(text)]
    return [
        (key[1], unescaped(text[key.end() : end].strip()))
        for key, end in zip(keys, ends, strict=False)
    ]


def merged(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Of a key that comes twice the last value, but what stands behind free text, where
    a log line may be quoted unescaped, replaces nothing."""
    found: dict[str, str] = {}
    quoted = False
    for key, value in pairs:
        if not quoted or not found.get(key):
            found[key] = value
        quoted = quoted or key in FREE_TEXT
    return found


def unescaped(text: str) -> str:
    """Without escapes; an unknown one stays as it is."""
    if "\\" not in text:
        return text
    return ESCAPE.sub(lambda found: ESCAPED.get(found[1], found[1]), text)


def labels(values: dict[str, str]) -> dict[str, str]:
    """Custom fields under the names that the device gives them."""
    return {
        label: values[key]
        for name, label in values.items()
        if name.endswith("Label") and (key := name[:-5]) in values and label
    }


def columns(signature: str, values: dict[str, str]) -> Fields:
    found = facts_of.columns(values, FACTS)
    if not MACHINE.match(found.get("endpoint") or ""):
        found["endpoint"] = None
    named = COMMON_NAME.match(values.get("originsicname", "").lstrip("\\"))
    device = found.get("device") or (named and named[1])
    return found | {
        "device": device,
        "signature": signature,
        "stamp": event_time(values),
        "receipt": values.get("art"),
    }


@lru_cache(maxsize=5_000)
def zoned(stamp: str, zone: str) -> str:
    """The stamp with the zone, `Europe/Moscow` as the offset that it has then."""
    if "/" not in zone:
        return f"{stamp} {zone}"
    try:
        local = datetime.strptime(stamp.partition(".")[0], "%b %d %Y %H:%M:%S")  # noqa: DTZ007
        return f"{stamp} {local.replace(tzinfo=ZoneInfo(zone)):%z}"
    except (ValueError, OSError, OverflowError, ZoneInfoNotFoundError):
        return stamp


def event_time(values: dict[str, str]) -> str | None:
    """The first that is exact, of the device's own times; else the first."""
    given = [values[key] for key in STAMPS if values.get(key)]
    given += [
        value for key, value in values.items() if key.lower().endswith(EVENT_TIME)
    ]
    given = [one for one in given if rowwise.STAMP.match(one)]
    zone = values.get("dtz", "")
    if 0 < len(zone) <= LONGEST_ZONE:
        given = [one if one.isdigit() else zoned(one, zone) for one in given]
        given = [one for one in given if rowwise.STAMP.match(one)]
    return next(filter(rowwise.EXACT.match, given), next(iter(given), None))


CLAIMS = pl.col("message").str.contains(r"CEF: ?[0-9]|^\s*[01]\|[A-Z]")
WORDS = ("CEF:", "0|", "1|")
FORMAT = Format("cef", CLAIMS, lambda lines: rowwise.parse(lines, read), WORDS)
