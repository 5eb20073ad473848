"""What the Historical page was asked: range of time, query, view of the result, page.

Everything comes from a GET, so that an address is a search. Times without an offset
are read in the zone that is active, the user's. A submitted form has fields of its own
(`was`, `when`), which `HistoryForm` turns into those of an address.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from events import moments
from events.moments import YEARS, MomentError, earlier
from events.overview import groups
from events.places import CUSTOM, DEFAULT
from events.query import naming
from events.query.parsing import MAX_LENGTH
from events.walk import Span


@dataclass(frozen=True)
class Preset:
    label: str
    start: Callable[[datetime], datetime]
    end: Callable[[datetime], datetime | None] = lambda now: None


def last(**length: float) -> Callable[[datetime], datetime]:
    return lambda now: earlier(now, timedelta(**length))


def midnight(now: datetime, days: int = 0) -> datetime:
    """The beginning of the day in the zone of `now`, or of one before."""
    day = now.date() - timedelta(days=days)
    return datetime.combine(day, time(), tzinfo=now.tzinfo)


PRESETS = {
    "15m": Preset("15 min", last(minutes=15)),
    "1h": Preset("1 h", last(hours=1)),
    "4h": Preset("4 h", last(hours=4)),
    "24h": Preset("24 h", last(hours=24)),
    "7d": Preset("7 d", last(days=7)),
    "30d": Preset("30 d", last(days=30)),
    "today": Preset("Today", midnight),
    "yesterday": Preset("Yesterday", lambda now: midnight(now, 1), midnight),
}
TABLES = ("events", "flows")
BY = {"type": "Type", "rank": "Rank", "sensor": "Sensor", "class": "Class"}
COMPARE = {"": "Nothing", "day": "A day before", "week": "A week before"}
MOST_GROUPED = 4  # columns
CONDENSED = {"events": ",".join(groups.CONDENSED), "flows": ",".join(groups.OF_FLOWS)}
# Columns that rows can be grouped by, and their names in a heading.
GROUPABLE = {
    "events": {
        "src": "Source", "dst": "Destination", "dport": "Destination port",
        "sport": "Source port", "type": "Type", "event": "Event",
        "signature": "Rule", "host": "Host", "app": "Application", "user": "User",
        "action": "Action", "proto": "Protocol", "sensor": "Sensor", "rank": "Rank",
        "severity": "Severity", "facility": "Facility", "source": "Sent by",
        "class": "Class", "message": "Message",
    },
    "flows": {
        "src": "Source", "dst": "Destination", "dport": "Destination port",
        "sport": "Source port", "proto": "Protocol", "app": "Application",
        "state": "State", "sensor": "Sensor", "source": "Sent by",
    },
}  # fmt: skip
ORDERS = ("-count", "count", "-last", "last", "-first", "first")
COLUMN = re.compile(r"[a-z_]{1,20}(\.[\w.-]{1,60})?")
MOST_COLUMNS = 40


def choices(names: Any) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


class HistoryForm(forms.Form):
    """`start` is inclusive, `end` exclusive; either alone is open to one side."""

    q = forms.CharField(required=False, max_length=MAX_LENGTH)
    range = forms.ChoiceField(required=False, choices=choices((*PRESETS, CUSTOM)))
    start = forms.DateTimeField(required=False)
    end = forms.DateTimeField(required=False)
    table = forms.ChoiceField(required=False, choices=choices(TABLES))
    group = forms.CharField(required=False, max_length=120)
    order = forms.ChoiceField(required=False, choices=choices(ORDERS))
    sort = forms.CharField(required=False, max_length=30)
    by = forms.ChoiceField(required=False, choices=choices(BY))
    compare = forms.ChoiceField(required=False, choices=choices(COMPARE))
    columns = forms.CharField(required=False, max_length=1_000)
    # Of a submitted form: the range that was shown, and what now stands in the box.
    was = forms.ChoiceField(required=False, choices=choices((*PRESETS, CUSTOM)))
    when = forms.CharField(required=False, max_length=moments.LONGEST)

    def __init__(self, given: Mapping[str, str], now: datetime | None = None) -> None:
        """A preset was pressed: the times that stand beside it are not asked for."""
        self.now = timezone.localtime(now)
        preset = given.get("range") in PRESETS
        nothing = {"start": "", "end": "", "when": ""}
        super().__init__({**given, **nothing} if preset else given)

    def clean_start(self) -> datetime | None:
        return in_reach(self.cleaned_data["start"])

    def clean_end(self) -> datetime | None:
        return in_reach(self.cleaned_data["end"])

    def clean_columns(self) -> str:
        names = [name for name in self.cleaned_data["columns"].split(",") if name]
        wrong = [name for name in names if not COLUMN.fullmatch(name)]
        if wrong or len(names) > MOST_COLUMNS:
            raise forms.ValidationError("The columns are not ones that can be shown.")
        return ",".join(names)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if given.get("was") and not given.get("range"):
            self.settle(given)
        start, end = given.get("start"), given.get("end")
        if start and end and start >= end:
            self.add_error("end", "The end must be after the start.")
        self.check_group(given)
        return given

    def settle(self, given: dict[str, Any]) -> None:
        """The range of a submitted form: what was written in the box if it was
        changed, else the one that was shown."""
        written = given.get("when", "").strip()
        before = Span(given.get("start"), given.get("end"))
        if written == words(before):
            given["range"] = given["was"]
        elif written:
            try:
                span = moments.read(written, self.now)
            except MomentError as error:
                self.add_error("when", str(error))
                return
            given |= {"range": CUSTOM, "start": span.start, "end": span.end}
        else:
            given["range"] = DEFAULT
        if given["range"] != CUSTOM:
            given |= {"start": None, "end": None}

    def check_group(self, given: dict[str, Any]) -> None:
        names = grouped(given)
        known = groupable(given.get("table") or TABLES[0], names)
        wrong = [name for name in names if name not in known]
        if wrong:
            self.add_error("group", f"Rows cannot be grouped by {wrong[0][:20]}.")
        if len(names) > MOST_GROUPED:
            self.add_error("group", f"Group by at most {MOST_GROUPED} columns.")


def in_reach(time: datetime | None) -> datetime | None:
    if time and time.year not in YEARS:
        raise forms.ValidationError(f"Years go from {YEARS[0]} to {YEARS[-1]}.")
    return time


def flattened(given: QueryDict) -> dict[str, str]:
    """Each parameter once; the columns of a group may come one by one."""
    names = [name for name in given.getlist("group") if name]
    one = {name: str(value) for name, value in given.items()}
    return one | ({"group": ",".join(dict.fromkeys(names))} if names else {})


def groupable(table: str, columns: Iterable[str]) -> dict[str, str]:
    """What rows can be grouped by, keys of `data` among these columns too."""
    keys = (name for name in columns if table == TABLES[0] and naming.member(name))
    return GROUPABLE[table] | {name: name.removeprefix("data.") for name in keys}


def grouped(given: Mapping[str, Any]) -> list[str]:
    """The columns that rows are grouped by; none: the rows themselves are shown."""
    return [name for name in (given.get("group") or "").split(",") if name]


def chosen(given: Mapping[str, object]) -> str:
    """The range that is meant: a preset's name or `custom`."""
    named = given.get("range")
    if named:
        return str(named)
    return CUSTOM if given.get("start") or given.get("end") else DEFAULT


def span(form: HistoryForm) -> Span:
    """The range of time of a valid form, both ends in the zone of its `now`. What ends
    now has no row that is dated later, and what has no start goes back a day, so that
    rows, figures and files are of one range."""
    given = form.cleaned_data
    start, end = given["start"], given["end"]
    if not is_custom(form):
        preset = PRESETS[chosen(given)]
        start, end = preset.start(form.now), preset.end(form.now)
    end = end or max(form.now, start)
    start = start or end - timedelta(hours=24)
    zone = form.now.tzinfo
    return Span(start.astimezone(zone), end.astimezone(zone))


def is_custom(form: HistoryForm) -> bool:
    return chosen(form.cleaned_data) == CUSTOM


def ends_now(form: HistoryForm) -> bool:
    given = form.cleaned_data
    return not (
        given["end"] if is_custom(form) else PRESETS[chosen(given)].end(form.now)
    )


def words(within: Span) -> str:
    zone = timezone.get_current_timezone()
    local = [end and end.astimezone(zone) for end in (within.start, within.end)]
    return moments.words(Span(*local))
