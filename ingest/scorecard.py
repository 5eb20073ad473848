"""What `manage.py parse --report` prints: how much of the lines was understood.

For each format and device: how many lines had a header, a host, a time and facts. Cases
with `expect` are scored as well, twice: with all formats, and with the general finder
alone, as it would be if nobody had ever seen that device. What the first has before the
second is what the formats are worth; how the second does tells of unknown devices.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from typing import Any

from ingest.evaluation import Setting, known, objects

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


Table = dict[tuple[str, str], Counts]


def hits(wanted: dict[str, Any], found: dict[str, Any]) -> int:
    return sum(plain(found[name]) == plain(value) for name, value in wanted.items())


def plain(value: object) -> str:
    """Without case, and a user without the domain before it."""
    return str(value).lower().rpartition("\\")[2]


def of_lines(lines: Iterable[bytes], setting: Setting) -> Table:
    """The table of lines that nothing is known of: by application."""
    return of([({}, line) for line in lines], setting)


def of_cases(texts: Iterable[str], setting: Setting) -> Table:
    """The table of cases, by their `format` and `device`; WrongCase."""
    return of(list(known(texts)), setting)


def of(cases: list[tuple[dict[str, Any], bytes]], setting: Setting) -> Table:
    lines = [line for _, line in cases]
    both = objects(lines, setting), objects(lines, setting, ())
    table: Table = {}
    for (case, _), found, alone in zip(cases, *both, strict=True):
        device = str(case.get("device") or found["app"] or UNKNOWN)
        key = str(case.get("format") or UNKNOWN), device
        table.setdefault(key, Counts()).add(case, found, alone)
    return table


def printed(table: Table) -> Iterable[str]:
    """The table as text, the largest first within each format, and the sum."""
    names = [field.name for field in fields(Counts)]
    yield row(("format", "device", *names))
    order = sorted(table, key=lambda key: (key[0], -table[key].lines, key[1]))
    for key in order:
        yield row((*key, *astuple(table[key])))
    sums = map(sum, zip(*(astuple(one) for one in table.values()), strict=True))
    yield row(("all", f"{len(table)} devices", *sums))


def row(cells: Iterable[object]) -> str:
    form, device, *counts = map(str, cells)
    return f"{form[:18]:18} {device[:28]:28}" + "".join(f"{n:>9}" for n in counts)
