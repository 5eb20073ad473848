"""The records of downloads: asked for, fetched once, followed, in the trail.

Analysts download; a file holds events of the domains in which its user is one. A record
waits until its file is fetched. While the file is written it gives a sign of
life every few seconds; without one it counts as failed, whatever its state says.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from events.walk import Span
from exporters.models import Download
from sensors import access, audit
from sensors.models import Domain, Role, User

State = Download.State

AT_ONCE = 2  # of one user
KEPT = 50  # records of one user
UNFETCHED = timedelta(minutes=1)  # how long a record waits for its file to be fetched
SILENT = timedelta(minutes=1)  # without a sign of life it has failed


class TooMany(Exception):
    """Two are running; the message is a sentence for the user."""


@dataclass(frozen=True)
class Order:
    """What a file shall hold."""

    kind: str
    table: str
    query: str
    span: Span
    columns: list[str]
    gzip: bool
    bom: bool


@transaction.atomic
def create(user: User, order: Order, now: datetime) -> Download:
    """TooMany when two of the user's are running."""
    User.objects.select_for_update().get(pk=user.pk)
    refuse_more(user, now)
    forget_old(user)
    return Download.objects.create(
        user=user,
        at=now,
        updated=now,
        kind=order.kind,
        table=order.table,
        query=order.query,
        start=order.span.start,
        end=order.span.end,
        columns=order.columns,
        gzip=order.gzip,
        bom=order.bom,
    )


def scope(user: User) -> frozenset[int]:
    """The sensors whose events the user may download."""
    return access.scope(user, Role.ANALYST)


def refuse_more(user: User, now: datetime) -> None:
    """Files that nobody has fetched do not count."""
    if running(user, now).count() >= AT_ONCE:
        raise TooMany("Two of your downloads are running: wait for one, or stop it.")


def running(user: User, now: datetime) -> QuerySet[Download]:
    return user.downloads.filter(state=State.RUNNING, updated__gt=now - SILENT)


def forget_old(user: User) -> None:
    newest = user.downloads.order_by("-pk").values("pk")[: KEPT - 1]
    alive = Q(state=State.RUNNING)
    user.downloads.exclude(pk__in=list(newest.values_list("pk", flat=True))).exclude(
        alive
    ).delete()


@transaction.atomic
def claim(user: User, pk: int, now: datetime) -> Download | None:
    """The record, now running and in the trail; None when it does not wait."""
    User.objects.select_for_update().get(pk=user.pk)
    refuse_more(user, now)
    mine = Download.objects.filter(user=user, pk=pk, state=State.WAITING)
    if not mine.update(state=State.RUNNING, updated=now):
        return None
    found = Download.objects.select_related("user").get(pk=pk)
    record("download started", found)
    return found


def note(download: Download, rows: int, progress: float) -> bool:
    """A sign of life; False when the user has stopped it."""
    going = Download.objects.filter(pk=download.pk, state=State.RUNNING)
    values = {"rows": rows, "progress": progress, "updated": timezone.now()}
    return bool(going.update(**values))


@transaction.atomic
def finish(download: Download, state: State, reason: str, rows: int) -> None:
    """The end, once; a file that its user has stopped stays stopped."""
    mine = Download.objects.filter(pk=download.pk)
    mine.filter(state=State.RUNNING).update(state=state, reason=reason)
    done = {"progress": 1.0} if state == State.DONE else {}
    mine.update(rows=rows, updated=timezone.now(), **done)
    record("download ended", download, rows=rows, state=state, reason=reason)


def stop(user: User, pk: int) -> bool:
    """Whether there was one to stop; its file ends a moment later."""
    going = user.downloads.filter(pk=pk, state__in=(State.WAITING, State.RUNNING))
    return bool(going.update(state=State.STOPPED, reason="You stopped it."))


def seen_state(download: Download, now: datetime) -> tuple[str, str]:
    """State and reason as the user sees them."""
    if download.state == State.RUNNING and download.updated < now - SILENT:
        return State.FAILED, "The server ended while the file was written."
    if download.state == State.WAITING and download.at < now - UNFETCHED:
        return State.STOPPED, "The file was not fetched."
    return download.state, download.reason


def record(action: str, download: Download, **more: Any) -> None:
    """An entry in the trail, in the domain where all rows are from one."""
    user = download.user
    domains = list(access.domains(user)[:2])
    one: Domain | None = domains[0] if len(domains) == 1 else None
    detail = {
        "format": download.kind,
        "query": download.query,
        "start": download.start,
        "end": download.end,
        "columns": download.columns,
    }
    audit.record(user, action, f"{download.table} {download}", one, **detail, **more)
