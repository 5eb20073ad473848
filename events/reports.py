"""Reports: what a search found at one moment, kept and shared with whoever may see it.

A report belongs to the sensors that it was read from: those of one domain, or all that
its author may see.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import orjson
from django.db import transaction
from django.db.models import QuerySet

from events import origins, rows, search
from events.models import Report
from events.overview import run
from events.overview.asked import Asked, Overview
from events.overview.fields import DEFAULT_FIELDS
from events.overview.steps import steps
from events.query import Sensors, parse, reading
from events.search import Search
from events.tables import EVENTS, TABLES, Table
from events.walk import Span
from sensors import access, audit
from sensors.models import Domain, Role, User

LIMIT = 500  # reports of one user
ROWS = 500
SECONDS = 10.0  # for the figures, and again for the rows
BUCKETS = 96
VALUES = 10  # of a facet
LONGEST_TITLE, LONGEST_NOTE = 120, 5_000
LONGEST_TEXT = 2_000  # characters of a message, or of `data`, in a row
USUAL_SPAN = timedelta(hours=24)


class WrongReport(ValueError):
    """It cannot be made; the message is one sentence."""


@dataclass(frozen=True)
class Wish:
    """What a report shall be of; `domain` None: all that the author may see."""

    title: str
    note: str
    query: str
    table: Table
    span: Span
    domain: Domain | None = None


def visible(user: User) -> QuerySet[Report]:
    """Those whose every sensor the user may see, the latest first."""
    scope = sorted(access.scope(user))
    return Report.objects.filter(sensors__contained_by=scope).order_by("-pk")


def listed(user: User) -> QuerySet[Report]:
    return visible(user).select_related("domain").defer("rows", "figures")


def may_delete(user: User, report: Report) -> bool:
    if report.user_id == user.pk or user.is_superuser:
        return True
    domain = report.domain
    return domain is not None and access.may(user, Role.ADMINISTRATOR, domain)


def create(user: User, wish: Wish, now: datetime) -> Report:
    """WrongReport, QueryError; PoolTimeout or OperationalError without the store."""
    names = in_reach(user, wish.domain)
    if user.reports.count() >= LIMIT:
        raise WrongReport(f"You keep {LIMIT} reports, the most there can be.")
    report = snapshot(wish, names, now)
    report.user, report.by = user, user.username
    with transaction.atomic():
        report.save()
        audit.record(user, "report made", report, wish.domain, **told(report))
    return report


def in_reach(user: User, domain: Domain | None) -> Sensors:
    found = access.sensors(user)
    if domain is not None:
        found = found.filter(domain=domain)
    names = origins.names(found.values_list("pk", flat=True))
    if not names:
        raise WrongReport("There is no sensor that you may see.")
    return names


def snapshot(wish: Wish, names: Sensors, now: datetime) -> Report:
    end = wish.span.end or now
    start = wish.span.start or min(end, now) - USUAL_SPAN
    node, table = parse(wish.query), wish.table
    figures = counted(Asked(node, names, Span(start, end), table), start, end)
    scope = frozenset(names)
    asked = Search(node, scope, Span(start, end), ROWS, table=table, seconds=SECONDS)
    found = [shown(row, names, table) for row in search.run(asked).rows]
    return Report(
        at=now,
        title=checked(wish.title.strip(), LONGEST_TITLE, "title") or "Report",
        note=checked(wish.note.strip(), LONGEST_NOTE, "note"),
        table=table.name,
        query=wish.query,
        reading=reading(node, table.name),
        start=start,
        end=end,
        sensors=sorted(scope),
        domain=wish.domain,
        total=figures["total"],
        estimated=figures["estimated"] or not figures["done"],
        figures=orjson.dumps(figures).decode(),
        rows=rows.dumps(found).decode(),
    )


def checked(text: str, most: int, name: str) -> str:
    if len(text) > most:
        raise WrongReport(f"The {name} has at most {most} characters.")
    if "\0" in text:
        raise WrongReport(f"The {name} has a null character.")
    return text


def counted(asked: Asked, start: datetime, end: datetime) -> dict[str, Any]:
    """The last line of an overview, exact as far as the time allows."""
    wanted = Overview(
        asked,
        steps(start, end, BUCKETS),
        fields=DEFAULT_FIELDS[asked.table.name],
        values=VALUES,
        exact=True,
    )
    *_, last = run.lines(wanted, seconds=SECONDS)
    return last


def shown(row: dict[str, Any], names: Sensors, table: Table) -> dict[str, Any]:
    """A row as the API gives it; texts that are long are cut."""
    data = row["data"]
    short = {"data": None if data is not None and len(data) > LONGEST_TEXT else data}
    if table is not EVENTS:
        return rows.flow(row | short, names)
    return rows.event(row | short | {"message": row["message"][:LONGEST_TEXT]}, names)


@transaction.atomic
def delete(user: User, report: Report) -> None:
    audit.record(user, "report deleted", report, report.domain, **told(report))
    report.delete()


def told(report: Report) -> dict[str, Any]:
    return {
        "query": report.query,
        "table": report.table,
        "start": report.start,
        "end": report.end,
    }


def live_address(report: Report) -> str:
    """The query string that searches the same range again."""
    values = {
        "q": report.query,
        "table": report.table if TABLES[report.table] is not EVENTS else "",
        "start": report.start.isoformat(),
        "end": report.end.isoformat(),
    }
    return urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True)
class Bar:
    """A bucket of the histogram; `height` of 100, `x` and `width` of 1000."""

    at: datetime
    count: int
    x: float
    width: float
    height: float

    @property
    def y(self) -> float:
        return 100 - self.height


def bars(histogram: dict[str, Any]) -> list[Bar]:
    """Pure: the sums of all series."""
    counts = [sum(found) for found in zip(*series(histogram), strict=True)]
    if not counts:
        return []
    start, most = datetime.fromisoformat(histogram["start"]), max(counts)
    width = 1000 / len(counts)
    return [
        Bar(
            start + timedelta(seconds=histogram["step"] * place),
            count,
            round(place * width, 2),
            round(width * 0.86, 2),
            round(100 * count / most, 2) if most else 0,
        )
        for place, count in enumerate(counts)
    ]


def series(histogram: dict[str, Any]) -> list[list[int]]:
    return [one["counts"] for one in histogram["series"]]
