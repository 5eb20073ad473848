"""Alerts of OSSEC and Wazuh: what `csyslogd` sends in its four formats, and alerts.log.

(ossec-hids 4.2 and Wazuh 4.14, `src/os_csyslogd/alert.c`; the CEF form is `cef`.) An
alert carries the log line that raised it, as `inner`. The agent that saw the line is
the host, not the manager that relayed it. Values are not escaped in the plain forms, so
each ends only where the next known name begins.
"""

import re
from collections.abc import Iterator
from typing import Any

import polars as pl

from ingest.parsers import facts_of, rowwise
from ingest.parsers.format import Format
from ingest.parsers.rowwise import Fields, number

OPTIONS = (
    r"classification|srcip|srccity|dstip|dstcity|user|Previous MD5|Current MD5"
    r"|Previous SHA1|Current SHA1|Previous SHA256|Current SHA256|Size changed"
    r"|User ownership|Group ownership|Permissions changed"
)
# What a form begins with is found first: looked for from each of many beginnings, the
# rest would be read again and again.
DEFAULT_START = re.compile(r"Alert Level: [0-9]+; Rule: [0-9]+ - ")
# The location ends at the first `; `: what comes later an attacker may have written.
DEFAULT = re.compile(
    r"Alert Level: (?P<level>[0-9]+); Rule: (?P<rule>[0-9]+) - (?P<description>.*?);"
    r" Location: (?P<location>.*?);(?P<rest>(?: .*)?)$",
    re.DOTALL,
)
OPTION = re.compile(rf" (?P<name>{OPTIONS}): (?P<value>[^;]*);")
SPLUNK = re.compile(
    r"crit=(?P<level>[0-9]+) id=(?P<rule>[0-9]+) (?P<rest>description=\".*)", re.DOTALL
)
MESSAGE = ', message="'  # the last field; nothing in it is a field
NAME = re.compile(r"(?:^|, |,| )([a-z0-9_]{2,20})=\"")
# A quote ends a value only before the next name or the end; no value has two lines.
VALUE_END = re.compile(r"\"(?=, ?[a-z0-9_]+=| [a-z]+=|,?$)|\n")
BARE = re.compile(r", (src_port|dst_port|file|acct)=([^\s\",]+)")
ALERTS_LOG_START = re.compile(r"\*\* Alert [0-9]{9,10}\.[0-9]+:(?: mail)? *- ")
ALERTS_LOG = re.compile(
    r"\*\* Alert (?P<stamp>[0-9]{9,10}\.[0-9]+):(?: mail)? *- (?P<groups>[^\n]*)\n"
    r"(?P<date>[0-9]{4} \w{3} [0-9]{1,2} [0-9:]{8}) (?P<location>[^\n]*)\n"
    r"Rule: (?P<rule>[0-9]+) \(level (?P<level>[0-9]+)\) -> '(?P<description>[^\n]*)'\n"
    r"(?P<rest>.*)",
    re.DOTALL,
)
NAMED_LINE = re.compile(r"(Src IP|Src Port|Dst IP|Dst Port|User): ([^\n]*)\n")
LOCATION = re.compile(r"\((?P<agent>.*)\) (?P<address>[^ ]*)->(?P<file>.*)", re.DOTALL)
PLACE = re.compile(r"(?P<agent>[^ >]+)->(?P<file>.*)", re.DOTALL)

FACTS = {
    "src": ("srcip", "src_ip", "Src IP"),
    "dst": ("dstip", "dst_ip", "Dst IP"),
    "sport": ("srcport", "src_port", "Src Port"),
    "dport": ("dstport", "dst_port", "Dst Port"),
    "proto": ("protocol",),
    "user": ("user", "acct", "dstuser", "srcuser", "User"),
    "action": ("action",),
}


def read(message: str) -> Fields | None:
    for known in (read_default, read_splunk, read_json, read_alerts_log):
        found = known(message)
        if found is not None:
            return found
    return None


def read_default(message: str) -> Fields | None:
    start = DEFAULT_START.search(message)
    found = start and DEFAULT.match(message, start.start())
    if not found:
        return None
    rest, values = found["rest"], {}
    while option := OPTION.match(rest):
        values[option["name"]] = option["value"]
        rest = rest[option.end() :]
    return alert(found, values, values.get("classification"), rest.removeprefix(" "))


def read_splunk(message: str) -> Fields | None:
    found = SPLUNK.search(message)
    if not found:
        return None
    head, _, log = found["rest"].partition(MESSAGE)
    values = dict(quoted(head)) | dict(BARE.findall(head))
    parts = found.groupdict() | {
        "description": values.get("description", ""),
        "location": values.get("component", ""),
    }
    line = log.rstrip().removesuffix('"')
    return alert(parts, values, values.get("classification"), line)


def quoted(text: str) -> Iterator[tuple[str, str]]:
    """Names and values of `name="value"`, in order."""
    at = 0
    while name := NAME.search(text, at):
        end = VALUE_END.search(text, name.end())
        if not end:
            return
        if end[0] == '"':
            yield name[1], text[name.end() : end.start()]
        at = end.end()


def read_json(message: str) -> Fields | None:
    start = message.find("{")
    if start < 0:
        return None
    try:
        given = rowwise.loads(message[start:])
    except ValueError:
        return None
    if not isinstance(given, dict):
        return None
    return of_manager(given) if "crit" in given else of_wazuh(given)


def of_manager(given: dict[str, Any]) -> Fields | None:
    parts = {
        "level": given["crit"],
        "rule": given.get("id", ""),
        "description": given.get("description", ""),
        "location": as_text(given.get("component")),
    }
    values = {name: value for name, value in given.items() if name not in parts}
    log = str(given.get("message", ""))
    return alert(parts, values, given.get("classification"), log)


def of_wazuh(given: dict[str, Any]) -> Fields | None:
    """The object of alerts.json, which Wazuh sends whole."""
    rule = given.get("rule")
    if not isinstance(rule, dict) or "id" not in rule:
        return None
    agent, data = (as_object(given.get(name)) for name in ("agent", "data"))
    parts = {
        "level": rule.get("level", ""),
        "rule": rule["id"],
        "description": rule.get("description", ""),
        "location": as_text(given.get("location")),
    }
    log = str(given.get("full_log", ""))
    found = alert(parts, data, None, log)
    found["data"]["ossec"] |= {"groups": rule.get("groups"), "agent": agent}
    found["data"]["ossec"] |= {"mitre": rule.get("mitre"), "fields": data or None}
    found["host"] = as_text(agent.get("name")) or found.get("host")
    found["stamp"] = str(given.get("timestamp", "")).replace("T", " ")
    return found


def as_object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def as_text(value: Any) -> str:
    """A member that should be text, whatever somebody sent in its place."""
    return value if isinstance(value, str) else ""


def read_alerts_log(message: str) -> Fields | None:
    found = of_alerts_log(message)
    if not found:
        return None
    rest, values = found["rest"], {}
    while line := NAMED_LINE.match(rest):
        values[line[1]] = line[2]
        rest = rest[line.end() :]
    alerted = alert(found, values, found["groups"], rest.rstrip("\n"))
    return alerted | {"stamp": found["stamp"].partition(".")[0]}


def of_alerts_log(message: str) -> re.Match[str] | None:
    """The first alert that is whole; of each line only the first beginning can be."""
    at = 0
    while start := ALERTS_LOG_START.search(message, at):
        found = ALERTS_LOG.match(message, start.start())
        if found:
            return found
        at = message.find("\n", start.end())
        if at < 0:
            return None
    return None


def alert(parts: Any, values: dict[str, Any], groups: object, log: str) -> Fields:
    """The event of an alert; `parts` has level, rule, description and location."""
    ossec = {
        "rule_id": number(parts["rule"]),
        "level": number(parts["level"]),
        "description": parts["description"],
        "location": parts["location"],
        "classification": groups,
        "log": log,
    }
    agent, address = seen_by(parts["location"])
    data = {"ossec": ossec} | ({"agent_ip": address} if address else {})
    return facts_of.columns(values, FACTS) | {
        "host": agent,
        "signature": str(parts["rule"]),
        "inner": log,
        "data": data,
    }


def seen_by(location: str) -> tuple[str | None, str | None]:
    """Name and address of the agent: `(web1) 10.0.0.5->/var/log/auth.log`."""
    found = LOCATION.match(location)
    if found:
        return found["agent"], facts_of.address(found["address"])
    found = PLACE.match(location)
    return (found["agent"], None) if found else (None, None)


CLAIMS = pl.col("message").str.contains(
    r"Alert Level: [0-9]|crit=[0-9]+ id=|\*\* Alert [0-9]|\"crit\" ?:|\"rule\" ?: ?\{"
)
WORDS = ("Alert Level: ", "** Alert ", "crit=", '"crit"', '"rule"')
FORMAT = Format("ossec", CLAIMS, lambda lines: rowwise.parse(lines, read), WORDS)
