"""What `manage.py parse --report` prints: how much of the lines was understood.

For each format and device: how many lines had a header, a host, a time and facts. Cases
with `expect` are scored as well, twice: with all formats, and with the general finder
alone, as it would be if nobody had ever seen that device. What the first has before the
second is what the formats are worth; how the second does tells of unknown devices.

*Leave one out* is fairer to formats that many devices share: for each device only that
content format is switched off that reads the most of its lines, and the other formats
and the general finder do what they can.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from typing import Any

from ingest import evaluation, parsers, text
from ingest.evaluation import Setting, known, objects
from ingest.parsers import chain

FACTS = ("src_ip", "src_port", "dst_ip", "dst_port", "protocol", "user", "action")
UNKNOWN = "-"


@dataclass
class Counts:
    """Of the lines of one device; `right` and `alone` are of `expected`."""

    lines: int = 0
    header: int = 0
    host: int = 0
    time: int = 0
    facts: int = 0
    expected: int = 0
    right: int = 0
    alone: int = 0

    def add(self, case: dict[str, Any], found: Any, alone: Any) -> None:
        self.lines += 1
        self.header += found["severity"] is not None or found["app"] is not None
        self.host += found["hostname"] is not None
        self.time += found["timestamp"] is not None
        self.facts += any(found[name] is not None for name in FACTS)
        expected = case.get("expect") or {}
        wanted = {name: expected[name] for name in FACTS if expected.get(name)}
        self.expected += len(wanted)
        self.right += hits(wanted, found)
        self.alone += hits(wanted, alone)


Key = tuple[str, str]  # format and device
Case = tuple[dict[str, Any], bytes]
Table = dict[Key, Counts]


def hits(wanted: dict[str, Any], found: dict[str, Any]) -> int:
    return sum(plain(found[name]) == plain(value) for name, value in wanted.items())


def plain(value: object) -> str:
    """Without case, and a user without the domain before it."""
    return str(value).lower().rpartition("\\")[2]


def of_lines(lines: Iterable[bytes], setting: Setting, left_out: bool = False) -> Table:
    """The table of lines that nothing is known of: by application."""
    return of([({}, line) for line in lines], setting, left_out)


def of_cases(texts: Iterable[str], setting: Setting, left_out: bool = False) -> Table:
    """The table of cases, by their `format` and `device`; WrongCase."""
    return of(list(known(texts)), setting, left_out)


def of(cases: list[Case], setting: Setting, left_out: bool) -> Table:
    """`left_out`: alone is without the device's own format, else without all."""
    every = list(objects([line for _, line in cases], setting, setting.contents))
    keys = [key(case, one) for (case, _), one in zip(cases, every, strict=True)]
    lines = [line for _, line in cases]
    if left_out:
        alone = without_own(lines, keys, setting)
    else:
        alone = list(objects(lines, setting, ()))
    table: Table = {}
    rows = zip(keys, cases, every, alone, strict=True)
    for name, (case, _), found, other in rows:
        table.setdefault(name, Counts()).add(case, found, other)
    return table


def key(case: dict[str, Any], found: dict[str, Any]) -> Key:
    device = str(case.get("device") or found["app"] or UNKNOWN)
    return str(case.get("format") or UNKNOWN), device


def without_own(
    lines: list[bytes], keys: list[Key], setting: Setting
) -> list[dict[str, Any]]:
    """What is read of each line without the format of its device."""
    own = own_formats(read_by(lines, setting), keys)
    found: dict[int, dict[str, Any]] = {}
    for name in sorted(set(own.values())):
        places = [at for at, one in enumerate(keys) if own[one] == name]
        left = tuple(form for form in setting.contents if form.name != name)
        read = objects([lines[at] for at in places], setting, left)
        found |= dict(zip(places, read, strict=True))
    return [found[at] for at in range(len(lines))]


def own_formats(names: list[str], keys: list[Key]) -> dict[Key, str]:
    """The content format that reads the most lines of each device; empty for none."""
    counted: dict[Key, Counter[str]] = {}
    for name, device in zip(names, keys, strict=True):
        counted.setdefault(device, Counter())[name] += bool(name)
    return {
        device: name if often else ""
        for device, counts in counted.items()
        for name, often in counts.most_common(1)
    }


def read_by(lines: list[bytes], setting: Setting) -> list[str]:
    """The content format that understands each line; empty for none."""
    found = [""] * len(lines)
    for start in range(0, len(lines), evaluation.BATCH):
        batch = evaluation.frame(lines[start : start + evaluation.BATCH], setting)
        frame = chain.first(text.decode(batch.with_row_index("row")), parsers.HEADERS)
        for name, rows in chain.formats_of(frame, setting.contents):
            for row in rows:
                found[start + row] = name
    return found


def printed(table: Table, left_out: bool = False) -> Iterable[str]:
    """The table as text, the largest first within each format, and the sum."""
    *names, alone = [field.name for field in fields(Counts)]
    names.append("without" if left_out else alone)
    yield row(("format", "device", *names))
    order = sorted(table, key=lambda key: (key[0], -table[key].lines, key[1]))
    for key in order:
        yield row((*key, *astuple(table[key])))
    sums = map(sum, zip(*(astuple(one) for one in table.values()), strict=True))
    yield row(("all", f"{len(table)} devices", *sums))


def row(cells: Iterable[object]) -> str:
    form, device, *counts = map(str, cells)
    return f"{form[:18]:18} {device[:28]:28}" + "".join(f"{n:>9}" for n in counts)
