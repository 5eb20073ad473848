"""The Real-Time page: a frame; its rows come by WebSocket (`events/consumers.py`)."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from events.query.fields import FIELDS
from events.views.opening import opens_default
from sensors import access, preferences
from sensors.views.session import user_of

CAPS = (1_000, 5_000, 10_000)  # rows that the page keeps
PREFERENCES = ("columns.realtime", "clock", "graphs", "queries")


@require_safe
@opens_default("realtime")
def realtime(request: HttpRequest) -> HttpResponse:
    context = {
        "caps": CAPS,
        "fields": FIELDS.values(),
        "log_host": urlsplit(f"//{request.get_host()}").hostname,
        "log_port": settings.SYSLOG_PORT,
        "preferences": preferences.some(user_of(request), PREFERENCES),
        "sees_nothing": not access.scope(request.user),
    }
    return render(request, "events/realtime.html", context)
