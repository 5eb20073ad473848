"""Reports: the list, one report as a page and as a file, making and deleting."""

import hashlib
from base64 import b64encode
from functools import cache
from typing import Any

import orjson
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from events import pools, reports
from events.api.answers import BadRequest
from events.models import Report
from events.query import QueryError
from events.reports import Wish, WrongReport
from events.views import asked
from sensors import access
from sensors.models import Domain, User
from sensors.views.session import user_of

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """GET lists; POST makes one of an address of the Historical page."""
    user = user_of(request)
    if request.method == "POST":
        return made(request, user)
    page = Paginator(reports.listed(user), PAGE).get_page(request.GET.get("page"))
    return render(request, "events/reports.html", {"page": page})


def made(request: HttpRequest, user: User) -> HttpResponse:
    try:
        report = reports.create(user, wish(request, user), timezone.now())
    except (BadRequest, WrongReport, QueryError) as error:
        messages.error(request, f"No report was made. {error}")
        return redirect("reports")
    except pools.AWAY:
        messages.error(request, "No report was made: the store does not answer.")
        return redirect("reports")
    return redirect("report", report.pk)


def wish(request: HttpRequest, user: User) -> Wish:
    given = request.POST
    found = asked.read(request, given.get("address", ""), timezone.now())
    return Wish(
        title=given.get("title", ""),
        note=given.get("note", ""),
        query=found.query,
        table=found.table,
        span=found.span,
        domain=domain_of(user, given.get("domain", "")),
    )


def domain_of(user: User, name: str) -> Domain | None:
    """Empty: all that the user may see."""
    if not name:
        return None
    found = access.domains(user).filter(name=name).first()
    if found is None:
        raise BadRequest("There is no such domain.")
    return found


def found_for(user: User, pk: int) -> Report:
    report = reports.visible(user).select_related("domain").filter(pk=pk).first()
    if report is None:
        raise Http404(f"report {pk}")
    return report


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    report = found_for(user, pk)
    more = {
        "live": reports.live_address(report),
        "may_delete": reports.may_delete(user, report),
    }
    return render(request, "events/report.html", context(report) | more)


def context(report: Report) -> dict[str, Any]:
    figures = orjson.loads(report.figures)
    facets = [
        (name, facet) for name, facet in figures["facets"].items() if facet["values"]
    ]
    found = orjson.loads(report.rows)
    return {
        "report": report,
        "bars": reports.bars(figures["histogram"]),
        "series": [
            (one["label"], sum(one["counts"])) for one in figures["histogram"]["series"]
        ],
        "facets": facets,
        "rows": found,
    }


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """One HTML file that needs nothing else and runs nothing."""
    report = found_for(user_of(request), pk)
    style = sheet()
    policy = f"default-src 'none'; style-src 'sha256-{digest(style)}'"
    more = {"style": style, "policy": policy}
    text = render_to_string("events/report_file.html", context(report) | more)
    name = f"report-{report.pk}-{report.at:%Y%m%d}.html"
    return HttpResponse(
        text,
        headers={
            "Content-Security-Policy": f"{policy}; sandbox; frame-ancestors 'none'",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


@cache
def sheet() -> str:
    """Tokens and the style sheet of reports, as they stand in the file."""
    css = settings.BASE_DIR / "static/css"
    return "\n".join((css / name).read_text() for name in ("tokens.css", "report.css"))


def digest(style: str) -> str:
    return b64encode(hashlib.sha256(style.encode()).digest()).decode()


@require_POST
def deleted(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    report = found_for(user, pk)
    if not reports.may_delete(user, report):
        raise PermissionDenied("Only its author or an administrator can delete it.")
    reports.delete(user, report)
    messages.success(request, f"The report {report.title} was deleted.")
    return redirect("reports")
