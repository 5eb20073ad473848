"""The trail as administrators read it: bound by their domains, filtered, in pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from sensors import access, visible
from sensors.models import AuditEntry, Role, User

PAGE = 50


@dataclass(frozen=True)
class Filter:
    """None or empty: any."""

    user: str = ""
    action: str = ""
    domain: int | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class Line:
    """One thing an entry tells: a field that changed, or a plain value."""

    name: str
    new: str
    old: str | None = None


def entries(user: User) -> QuerySet[AuditEntry]:
    """Superusers read all; administrators what concerns their domains."""
    found = AuditEntry.objects.select_related("domain")
    if user.is_superuser:
        return found
    own = access.domains(user, Role.ADMINISTRATOR).values_list("pk", flat=True)
    return found.filter(domain_id__in=list(own))


def chosen(found: QuerySet[AuditEntry], by: Filter) -> QuerySet[AuditEntry]:
    conditions: dict[str, object] = {
        "user": by.user,
        "action": by.action,
        "domain_id": by.domain,
        "at__gte": by.start,
        "at__lt": by.end,
    }
    return found.filter(**{key: what for key, what in conditions.items() if what})


def page(
    found: QuerySet[AuditEntry], before: int | None
) -> tuple[list[AuditEntry], int | None]:
    """A page, newest first, of what is older than the entry `before`; and the next."""
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: PAGE + 1])
    more = len(rows) > PAGE
    return rows[:PAGE], rows[PAGE - 1].pk if more else None


def lines(detail: Mapping[str, Any]) -> list[Line]:
    """What an entry tells, with every value as text."""
    differs = detail.get("changes")
    told = [
        Line(visible.text(name), readable(value))
        for name, value in detail.items()
        if name != "changes"
    ]
    if isinstance(differs, dict):
        told += [line_of(name, pair) for name, pair in differs.items()]
    return told


def line_of(name: str, pair: Any) -> Line:
    if not isinstance(pair, list) or len(pair) != 2:
        return Line(visible.text(name), readable(pair))
    return Line(visible.text(name), readable(pair[1]), readable(pair[0]))


def readable(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, list):
        return ", ".join(map(readable, value))
    return visible.text(str(value))
