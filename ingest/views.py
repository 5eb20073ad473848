"""The Sources page and the ledger's API."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from events.api.answers import answers, failure, reply
from ingest import books, sniffing
from ingest import folder as folders
from ingest.identity import CA
from ingest.ledger import Account
from ingest.models import SourceHabit
from ingest.rejections import REASONS
from ingest.silence import shown
from ingest.silence.shown import Shown
from sensors import access
from sensors.models import Role
from sensors.views.session import user_of

STALE_SECONDS = 15
SHOWN = 500  # rows of the page; the API has all


@answers
def ledger(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/ledger"""
    return reply(books.as_json(books.read(request.user)))


@answers
@access.require(Role.ADMINISTRATOR)
def authority(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/ca.pem: what senders need to trust our certificate."""
    try:
        content = (settings.TLS_DIR / CA).read_bytes()
    except OSError:
        return failure(404, "There is no CA yet: nothing has listened with TLS.")
    answer = HttpResponse(content, content_type="application/x-pem-file")
    answer["Content-Disposition"] = 'attachment; filename="mssweb-ca.pem"'
    return answer


@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    return render(request, "ingest/sources.html", context(request))


@require_GET
def sources_table(request: HttpRequest) -> HttpResponse:
    """The part of the page that is fetched again every few seconds."""
    return render(request, "ingest/sources_table.html", context(request))


@require_POST
def source_rest(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Mutes a source, retires it, or watches it again."""
    visible = access.sensors(request.user)
    habit = get_object_or_404(SourceHabit, pk=pk, sensor__in=visible.values("pk"))
    sensor = visible.get(pk=habit.sensor)
    access.check(request.user, Role.ADMINISTRATOR, sensor.domain)
    if action not in shown.RESTS:
        raise Http404("There is no such action.")
    shown.rest(user_of(request), habit, sensor, action)
    return redirect("sources")


def context(request: HttpRequest) -> dict[str, Any]:
    """What both show: the ledger as this user may see it."""
    found = books.read(request.user)
    names = books.origins()
    known = journals()
    listed = found.accounts[:SHOWN]
    habits = shown.of(one.source for one in listed)
    scope = access.scope(request.user, Role.ADMINISTRATOR)
    return {
        "rows": [row(one, names, habits) for one in listed],
        "administered": scope,
        "more": len(found.accounts) - SHOWN,
        "total": found.total,
        "rejected": reasons(found.total),
        "made": found.made,
        "drops": sorted(found.kernel_drops.items()),
        "troubles": [text for journal in known for text in journal["troubles"]],
        # Ports and fill tell of other people's sensors.
        "journals": known if request.user.is_superuser else [],
        "host": request.get_host().rsplit(":", 1)[0].strip("[]"),
        "port": settings.SYSLOG_PORT,
        "http_port": settings.HTTP_PORT,
        "tls_port": settings.SYSLOG_TLS_PORT,
        "may_configure": access.may(request.user, Role.ADMINISTRATOR),
    }


def row(
    account: Account, names: dict[int, str], habits: dict[str, list[Shown]]
) -> dict[str, Any]:
    mine = habits.get(account.source, [])
    return {
        "account": account,
        "habits": [one for one in mine if one.sensor in account.sensors],
        "sensor": books.sensor_names(account, names),
        "rejected": reasons(account),
    }


def reasons(account: Account) -> list[tuple[str, int]]:
    found = account.rejected.items()
    return sorted((REASONS.get(reason, reason), count) for reason, count in found)


def journals() -> list[dict[str, Any]]:
    """How full each journal is, and what its two processes have to say."""
    found = []
    for folder in folders.journals(settings.JOURNAL_DIR):
        receive = folders.read_json(folder / folders.RECEIVE)
        ingest = folders.read_json(folder / folders.INGEST)
        # What an earlier setting left behind is no fault.
        if not receive or (folder.name == sniffing.NAME and not settings.SNIFF):
            continue
        troubles = [
            silence(receive, f"Nothing is received into journal {folder.name}"),
            silence(ingest, f"Nothing is stored from journal {folder.name}"),
            receive.get("trouble"),
            ingest.get("trouble"),
        ]
        limit = receive.get("max_bytes") or 1
        found.append(
            {
                "name": folder.name,
                "bytes": receive.get("bytes", 0),
                "limit": limit,
                "percent": min(100, round(100 * receive.get("bytes", 0) / limit)),
                "connections": receive.get("connections", 0),
                "listeners": receive.get("listeners", []),
                "troubles": [text for text in troubles if text],
            }
        )
    return found


def silence(status: dict[str, Any], what: str) -> str | None:
    """A sentence when the process that writes the status no longer does."""
    try:
        at = datetime.fromisoformat(status["at"])
    except (KeyError, ValueError):
        return f"{what}: its process has not reported yet."
    seconds = (timezone.now() - at).total_seconds()
    if seconds < STALE_SECONDS:
        return None
    return f"{what}: its process has been silent since {at:%Y-%m-%d %H:%M:%S} UTC."
