"""The Real-Time page: a frame; its rows come by WebSocket (`events/consumers.py`)."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from events.query.fields import FIELDS
from sensors import access


@require_safe
def realtime(request: HttpRequest) -> HttpResponse:
    context = {
        "query": request.GET.get("q", ""),
        "fields": FIELDS.values(),
        "log_host": urlsplit(f"//{request.get_host()}").hostname,
        "log_port": settings.SYSLOG_PORT,
        "sees_nothing": not access.scope(request.user),
    }
    return render(request, "events/realtime.html", context)
