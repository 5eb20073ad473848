"""What stands around the rows of the Historical page: tabs, ranges, headings, and the
state that the page's script begins with. Pure."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from events import places
from events.history import (
    BY,
    COMPARE,
    CONDENSED,
    PRESETS,
    HistoryForm,
    chosen,
    groupable,
    grouped,
    words,
)
from events.places import as_text
from events.walk import Span


@dataclass(frozen=True)
class Choice:
    """A link among several; `current` is the one that is shown."""

    name: str
    label: str
    href: str
    current: bool


@dataclass(frozen=True)
class Head:
    """The heading of a column; pressed, it sorts by it. `order` is what aria-sort
    says."""

    name: str
    label: str
    href: str = ""
    order: str = ""


# Class of the cell, heading, column to sort by.
EVENT_HEADS = (
    ("time", "Time", "time"), ("sensor", "Sensor", "sensor"), ("rank", "Rank", "rank"),
    ("src", "Source", "src"), ("dir", "", ""), ("dst", "Destination", "dst"),
    ("type", "Type", "type"), ("message", "Message", "message"),
    ("app", "Application", "app"), ("class", "Class", "cls"),
)  # fmt: skip
FLOW_HEADS = (
    ("end", "End", "end"), ("start", "Start", "start"), ("sensor", "Sensor", "sensor"),
    ("src", "Source", "src"), ("dir", "", ""), ("dst", "Destination", "dst"),
    ("proto", "Protocol", "proto"), ("app", "Application", "app"),
    ("state", "State", "state"), ("bytes_out", "Bytes out", "bytes_out"),
    ("bytes_in", "Bytes in", "bytes_in"), ("packets_out", "Packets out", "packets_out"),
    ("packets_in", "Packets in", "packets_in"),
)  # fmt: skip
HEADS = {"events": EVENT_HEADS, "flows": FLOW_HEADS}
CARRIED = ("table", "order", "sort", "by", "compare", "columns")  # by the form
TIME = {"events": "time", "flows": "end"}
# First pressed, these sort the largest first.
LARGEST_FIRST = {
    "time", "start", "end", "rank", "bytes_out", "bytes_in", "packets_out",
    "packets_in",
}  # fmt: skip


def frame(form: HistoryForm, shown: Span) -> dict[str, Any]:
    """The context of a valid form beside its rows."""
    asked = form.cleaned_data
    return {
        "asked": asked,
        "table": table_of(asked),
        "within": shown,
        "when": words(shown),
        "exact": {"start": as_text(shown.start), "end": as_text(shown.end)},
        "carried": {name: asked[name] for name in CARRIED if asked[name]},
        "presets": presets(asked),
        "tabs": tabs(asked),
        "layouts": layouts(asked),
        "links": links(asked, shown),
        "heads": heads(asked),
        "grouped": grouped(asked),
        "is_condensed": asked["group"] == CONDENSED[table_of(asked)],
        "slots": slots(asked),
        "groupable": columns_of(asked),
        "series": choices(asked, "by", series(asked), by(asked)),
        "comparisons": choices(asked, "compare", COMPARE, ""),
        "state": state(asked, shown),
    }


def table_of(asked: dict[str, Any]) -> str:
    return asked.get("table") or "events"


def series(asked: dict[str, Any]) -> dict[str, str]:
    """What the graph can be coloured by: of flows, only the sensor tells anything."""
    return BY if table_of(asked) == "events" else {"sensor": BY["sensor"]}


def by(asked: dict[str, Any]) -> str:
    known = series(asked)
    return asked["by"] if asked["by"] in known else next(iter(known))


def presets(asked: dict[str, Any]) -> list[tuple[str, str, bool]]:
    now = chosen(asked)
    return [(name, one.label, name == now) for name, one in PRESETS.items()]


def tabs(asked: dict[str, Any]) -> list[Choice]:
    """The other table knows other columns: order and grouping begin anew."""
    new = {"group": "", "sort": "", "order": "", "columns": "", "by": ""}
    return [
        Choice(
            name,
            label,
            places.address(asked, table=name, **new),
            name == table_of(asked),
        )
        for name, label in (("events", "Events"), ("flows", "Flows"))
    ]


def layouts(asked: dict[str, Any]) -> list[Choice]:
    condensed = CONDENSED[table_of(asked)]
    now = ",".join(grouped(asked))
    named = (("rows", "Rows", ""), ("condensed", "Condensed", condensed))
    return [
        Choice(name, label, places.address(asked, group=group), now == group)
        for name, label, group in named
    ]


def columns_of(asked: dict[str, Any]) -> dict[str, str]:
    """What rows can be grouped by, the keys among the columns that are shown too."""
    shown = asked["columns"].split(",")
    return groupable(table_of(asked), [*shown, *grouped(asked)])


def slots(asked: dict[str, Any]) -> list[str]:
    """The column in each of the four places of the grouping."""
    return [*grouped(asked), "", "", "", ""][:4]


def choices(
    asked: dict[str, Any], name: str, labels: dict[str, str], usual: str
) -> list[Choice]:
    now = asked.get(name) if asked.get(name) in labels else usual
    return [
        Choice(value, label, places.address(asked, **{name: value}), value == now)
        for value, label in labels.items()
    ]


def links(asked: dict[str, Any], shown: Span) -> dict[str, str]:
    return {
        "earlier": places.at(asked, places.shifted(shown, -1)),
        "later": places.at(asked, places.shifted(shown, 1)),
        "wider": places.at(asked, places.widened(shown)),
        "week": places.address(asked, range="7d", start="", end=""),
        "live": "?" + urlencode({"q": asked["q"]}) if asked["q"] else "",
    }


def heads(asked: dict[str, Any]) -> list[Head]:
    table = table_of(asked)
    now = asked.get("sort") or f"-{TIME[table]}"
    return [
        Head(name, label, *sorting(asked, column, now, TIME[table]))
        for name, label, column in HEADS[table]
    ]


def sorting(
    asked: dict[str, Any], column: str, now: str, usual: str
) -> tuple[str, str]:
    """The link of a heading and how it is sorted now."""
    if not column:
        return "", ""
    if now.lstrip("-") == column:
        other = column if now.startswith("-") else f"-{column}"
        order = "descending" if now.startswith("-") else "ascending"
    else:
        other, order = f"-{column}" if column in LARGEST_FIRST else column, ""
    return places.address(asked, sort="" if other == f"-{usual}" else other), order


def state(asked: dict[str, Any], shown: Span) -> dict[str, Any]:
    """What the script needs to ask the API for the same."""
    return {
        "q": asked["q"],
        "table": table_of(asked),
        "by": by(asked),
        "compare": asked["compare"],
        "group": grouped(asked),
        "order": asked["order"] or "-count",
        "sort": asked["sort"],
        "columns": [name for name in asked["columns"].split(",") if name],
        "range": chosen(asked),
        "start": as_text(shown.start),
        "end": as_text(shown.end),
        "groupable": columns_of(asked),
    }
