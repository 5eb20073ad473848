"""Windows events as Snare and its likes send them: fields separated by tabs.

`MSWinEventLog`, criticality, log, counter, time, event id, source, user, kind of SID,
type, computer, category, data, text (rsyslog's `mmsnareparse` reads the same). A relay
may have written the tabs as `#011`, `\\011` or `\\t`. The text is English, `Label:
value`, in sections whose headings have no value.
"""

import re
from datetime import datetime

from ingest.parsers import facts_of, rowwise
from ingest.parsers.format import Format
from ingest.parsers.rowwise import Fields

TABS = re.compile(r"#011|\\011|\\t")
START = re.compile(r"MSWinEventLog[\t ]+")
FIELDS = (
    "criticality",
    "log",
    "counter",
    "time",
    "event_id",
    "source",
    "user",
    "sid_type",
    "type",
    "computer",
    "category",
)
KEPT = tuple(name for name in FIELDS if name not in ("counter", "time"))
# What is before is looked at, not taken: a long run of blanks would be tried at each.
LABEL = re.compile(r"(?:^|(?<=\s\s)|(?<=\t))([A-Z][A-Za-z /\-]{1,40}?):(?=\s|$)")
FACTS = {
    "src": ("Network Information Source Network Address", "Source Network Address",
            "Client Address", "Source Address", "Caller Address"),
    "sport": ("Source Port", "Client Port"),
    "dst": ("Destination Address",),
    "dport": ("Destination Port",),
    "proto": ("Protocol",),
    "user": ("New Logon Account Name", "Target Account Account Name",
             "Account For Which Logon Failed Account Name",
             "Account Whose Credentials Were Used Account Name",
             "Account Information Account Name", "Subject Account Name",
             "Account Name", "User Name", "Logon Account"),
}  # fmt: skip
OUTCOMES = {"Success Audit": "success", "Failure Audit": "failure"}


def read(message: str) -> Fields | None:
    text = TABS.sub("\t", message) if "\t" not in message else message
    found = START.search(text)
    if not found:
        return None
    parts = text[found.end() :].split("\t")
    if len(parts) > 1 and parts[1].lstrip().startswith("{"):
        return of_json("\t".join(parts[1:]))
    if len(parts) < len(FIELDS):
        return None
    fields = dict(zip(FIELDS, parts, strict=False))
    named = labelled(" ".join(parts[len(FIELDS) :]))
    columns = facts_of.columns(named, FACTS)
    user = facts_of.text(fields["user"])
    windows: Fields = {name: fields[name] for name in KEPT}
    windows["event_time_local"] = local_time(fields["time"])
    return columns | {
        "device": fields["computer"],
        "user": columns.get("user") or user,
        "action": OUTCOMES.get(fields["type"]),
        "signature": fields["event_id"],
        "stamp": windows["event_time_local"],
        "data": {"windows": windows, "fields": named},
    }


def of_json(text: str) -> Fields | None:
    try:
        given = rowwise.loads(text.strip())
    except ValueError:
        return None
    return {"data": {"windows": given}} if isinstance(given, dict) else None


def local_time(text: str) -> str | None:
    """`Fri Sep 17 08:31:22 2021` as ISO 8601, without a zone as it was written."""
    try:
        return datetime.strptime(text.strip(), "%a %b %d %H:%M:%S %Y").isoformat()  # noqa: DTZ007
    except ValueError:
        return None


def labelled(text: str) -> dict[str, str]:
    """The values by label, and by section and label."""
    labels = list(LABEL.finditer(text))
    ends = [label.start() for label in labels[1:]] + [len(text)]
    section = ""
    found: dict[str, str] = {}
    for label, end in zip(labels, ends, strict=False):
        value = text[label.end() : end].strip()
        if not value:
            section = label[1]
            continue
        value = re.split(r"\s{2,}|\t", value, maxsplit=1)[0]
        found.setdefault(f"{section} {label[1]}".strip(), value)
        found.setdefault(label[1], value)
    return found


WORDS = ("MSWinEventLog",)
FORMAT = Format("snare", None, lambda lines: rowwise.parse(lines, read), WORDS)
