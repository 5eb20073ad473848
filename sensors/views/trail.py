"""The audit page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sensors import access, trail, visible
from sensors.forms.trail import TrailForm
from sensors.models import Role
from sensors.views.session import user_of


@require_safe
@access.require(Role.ADMINISTRATOR)
def audit(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form = TrailForm(request.GET, user=user)
    form.full_clean()
    found = trail.chosen(trail.entries(user), form.chosen())
    rows, older = trail.page(found, number(request.GET.get("before", "")))
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "form": form,
        "entries": [
            (entry, visible.text(entry.target), trail.lines(entry.detail))
            for entry in rows
        ],
        "query": query.urlencode(),
        "older": older,
        "paged": "before" in request.GET,
    }
    return render(request, "sensors/audit.html", context)


def number(text: str) -> int | None:
    """An entry's id as a page names it; None when it is no such number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
