"""Downloads of everything that matches, `/api/v1/downloads`."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from events import rows
from events.api import bodies
from events.api.answers import BadRequest, errors_as_json, failure, reply
from events.api.parameters import span
from events.query import parse
from events.search import Search
from events.tables import EVENTS, TABLES, Table
from events.views import asked
from events.views.asked import Asked
from events.walk import Span
from exporters import downloads, streaming, writing
from exporters.downloads import Order, TooMany
from exporters.models import Download
from exporters.writing import FILES
from sensors import access
from sensors.models import Role
from sensors.views.session import user_of

RECENT = 20
MOST_COLUMNS = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@errors_as_json
def listed(request: HttpRequest) -> HttpResponse:
    """GET gives one's newest; POST asks for a file and says where to fetch it."""
    user, now = user_of(request), timezone.now()
    if request.method != "POST":
        found = user.downloads.order_by("-pk")[:RECENT]
        return reply({"results": [shown(one, now) for one in found]})
    access.check(user, Role.ANALYST)
    wanted = order(request, bodies.fields(request), now)
    try:
        made = downloads.create(user, wanted, now)
    except TooMany as error:
        return failure(429, str(error))
    return reply(
        {
            "id": made.pk,
            "file": address(made),
            "without": access.lacking(user, Role.ANALYST),
        },
        201,
    )


def order(request: HttpRequest, given: dict[str, Any], now: datetime) -> Order:
    kind = bodies.text(given, "format", "csv")
    if kind not in FILES:
        raise BadRequest(f"format must be one of {', '.join(FILES)}.")
    what = asked_for(request, given, now)
    parse(what.query)
    if what.table is not EVENTS and not FILES[kind].whole:
        raise BadRequest("Flows are downloaded as CSV or JSON lines.")
    return Order(
        kind,
        what.table.name,
        what.query,
        what.span,
        columns(given, kind, what.table),
        bodies.flag(given, "gzip"),
        bodies.flag(given, "bom"),
    )


def asked_for(request: HttpRequest, given: dict[str, Any], now: datetime) -> Asked:
    """What `address`, an address of the Historical page, asks for; else `q`, `start`,
    `end` and `table` as elsewhere in the API."""
    if "address" in given:
        return asked.read(request, bodies.text(given, "address"), now)
    table = bodies.text(given, "table", EVENTS.name)
    if table not in TABLES:
        raise BadRequest("table must be events or flows.")
    times = {name: bodies.text(given, name) for name in ("start", "end")}
    return Asked(bodies.text(given, "q"), TABLES[table], span(times, now))


def columns(given: dict[str, Any], kind: str, table: Table) -> list[str]:
    """Those that were chosen, each once; empty: all of them."""
    chosen = list(dict.fromkeys(bodies.texts(given, "columns")))
    if not FILES[kind].whole:
        return []
    known = writing.columns(table)
    wrong = [name for name in chosen if name not in known and not is_member(name)]
    if wrong:
        raise BadRequest(f"There is no column {wrong[0][:40]!r}.")
    if len(chosen) > MOST_COLUMNS:
        raise BadRequest(f"At most {MOST_COLUMNS} columns can be chosen.")
    return chosen


def is_member(name: str) -> bool:
    """A key of `data`, as `data.url`."""
    return name.startswith("data.") and 5 < len(name) <= 100 and "\0" not in name


@never_cache
@require_http_methods(["GET", "HEAD", "DELETE"])
@errors_as_json
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says how far it is; DELETE stops it."""
    user = user_of(request)
    found = user.downloads.filter(pk=pk).first()
    if found is None:
        return failure(404, f"There is no download {pk}.")
    if request.method == "DELETE":
        downloads.stop(user, pk)
        return HttpResponse(status=204)
    return reply(shown(found, timezone.now()))


@never_cache
@require_GET  # a HEAD would take the file
@errors_as_json
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file itself, once."""
    user, now = user_of(request), timezone.now()
    if not user.downloads.filter(pk=pk).exists():
        return failure(404, f"There is no download {pk}.")
    try:
        download = downloads.claim(user, pk, now)
    except TooMany as error:
        return failure(429, str(error))
    if download is None:
        return failure(409, "This file was fetched already; ask for it anew.")
    return streamed(download, downloads.scope(user), now)


def streamed(
    download: Download, scope: frozenset[int], now: datetime
) -> StreamingHttpResponse:
    within = Span(download.start, download.end)
    found = Search(parse(download.query), scope, within, table=TABLES[download.table])
    media = "application/gzip" if download.gzip else FILES[download.kind].media
    return StreamingHttpResponse(
        streaming.chunks(streaming.begin(download, found, now)),
        headers={
            "Content-Type": media,
            "Content-Disposition": f'attachment; filename="{filename(download, now)}"',
        },
    )


def filename(download: Download, now: datetime) -> str:
    ends = [f"{at:%Y%m%dT%H%MZ}" for at in (download.start, download.end or now) if at]
    packed = ".gz" if download.gzip else ""
    return f"{'-'.join([download.table, *ends])}.{FILES[download.kind].suffix}{packed}"


def address(download: Download) -> str:
    return reverse("api-download-file", args=[download.pk])


def shown(download: Download, now: datetime) -> dict[str, Any]:
    state, reason = downloads.seen_state(download, now)
    return {
        "id": download.pk,
        "at": rows.moment(download.at),
        "format": download.kind,
        "table": download.table,
        "q": download.query,
        "start": rows.moment(download.start),
        "end": rows.moment(download.end),
        "gzip": download.gzip,
        "rows": download.rows,
        "total": download.rows if state == Download.State.DONE else None,
        "progress": round(download.progress, 3),
        "state": state,
        "reason": reason,
    }
