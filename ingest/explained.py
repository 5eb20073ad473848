"""How one event was read: the page, its part of the event's page, the API; and reading
it again by today's parsers, for administrators."""

import psycopg
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from events import database, described, origins, rewriting
from events.api.answers import answers, failure, reply
from events.cursors import LAST_ID
from events.overview.streaming import MOST_OF_ONE, TooMany, Turn
from ingest import explaining, reparsing
from ingest.explaining import Explanation
from ingest.reparsing import Settings
from sensors import access, audit
from sensors.access import AnyUser
from sensors.models import Role
from sensors.views.session import user_of

PARTS = {"message": "Message", "head": "Header", "data": "Data"}
LABELS = described.FIELD_LABELS | PARTS
BUSY = f"At most {MOST_OF_ONE} lines are explained for you at once; try again."
MOST_MEMBERS = 8  # that are named
WAIT = "5s"  # for a segment that is being counted or rewritten


@require_safe
def explanation(request: HttpRequest, number: int) -> HttpResponse:
    """A page of its own, or the part that the event's page loads."""
    try:
        found = explained(request.user, number)
    except TooMany:
        return render(
            request, "ingest/explanation_busy.html", {"most": BUSY}, status=429
        )
    if found is None:
        raise Http404
    page = {
        "number": number,
        "found": found,
        "line": explaining.marked(found),
        "fields": [(LABELS[one.name], one) for one in found.fields],
        "differs": differing(found),
        "sensor": origins.names(access.scope(request.user))[sensor_of(found)],
        "may_reparse": may_reparse(request.user, found),
    }
    is_part = request.headers.get("HX-Request")
    return render(request, f"ingest/explanation{'_part' if is_part else ''}.html", page)


@answers
def as_api(request: HttpRequest, number: int) -> HttpResponse:
    """GET /api/v1/events/ID/explain"""
    try:
        found = explained(request.user, number)
    except TooMany:
        return failure(429, BUSY)
    if found is None:
        return failure(404, "There is no such event, or it is no received line.")
    return reply(explaining.as_json(number, found))


@require_POST
def reparse(request: HttpRequest, number: int) -> HttpResponse:
    """Today's reading is stored, under the same id; into the trail."""
    scope = access.scope(request.user, Role.ADMINISTRATOR)
    try:
        columns = rewritten(number, scope)
    except psycopg.errors.LockNotAvailable:
        why = "Nothing is changed: events of this time are being counted. Try again."
        messages.error(request, why)
        return redirect("event", number)
    if columns is None:
        raise Http404
    if columns:
        detail = ", ".join(columns)
        audit.record(user_of(request), "reparse", f"event {number}", columns=detail)
        changed = ", ".join(LABELS[name] for name in columns)
        messages.success(request, f"The line was read again. Changed: {changed}.")
    else:
        messages.success(request, "The line was read again; nothing is different.")
    return redirect("event", number)


def explained(user: AnyUser, number: int) -> Explanation | None:
    """None for what is no line, or not of a sensor that the user sees; TooMany."""
    if number > LAST_ID:
        return None
    turn = Turn(f"explanations of {user.pk}")
    try:
        with database.connect() as connection:
            found = rewriting.one(connection, number, access.scope(user))
        return explaining.explain(found.rows, Settings.load()) if found else None
    finally:
        turn.end()


def differing(found: Explanation) -> list[str]:
    """What is stored otherwise; of `data` also which members."""
    members = ", ".join(found.members[:MOST_MEMBERS])
    if len(found.members) > MOST_MEMBERS:
        members += f" and {len(found.members) - MOST_MEMBERS} more"
    said = LABELS | {"data": f"{LABELS['data']} ({members})"}
    return [said[name] for name in found.differs]


def sensor_of(found: Explanation) -> int:
    return next(int(one.stored) for one in found.fields if one.name == "sensor")


def may_reparse(user: AnyUser, found: Explanation) -> bool:
    return sensor_of(found) in access.scope(user, Role.ADMINISTRATOR)


def rewritten(number: int, scope: frozenset[int]) -> list[str] | None:
    """The columns that have changed; None where there is no such line."""
    today = Settings.load()
    with database.connect() as connection:
        connection.execute(f"SET lock_timeout = '{WAIT}'")
        at = next(iter(rewriting.stretches(connection, number, number)), None)
        if at is None or number > LAST_ID:
            return None
        with rewriting.transaction(connection):
            rows = rewriting.read(connection, at, rewriting.of(scope)).rows
            if rows.is_empty():
                return None
            new, changes = reparsing.again(rows, today)
            columns = list(changes.columns)
            done = rewriting.write(connection, at.segment, new, columns)
    return columns if done else []
