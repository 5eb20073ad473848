"""`GET /healthz`: 200 when every part is up, 503 that names what is not.

It needs no log-in and therefore tells nothing but names.
"""

from collections.abc import Callable

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mssweb import journals


def database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()  # else the next request finds the broken one
        return False
    return True


def redis_answers() -> bool:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2
        ) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


PARTS: dict[str, Callable[[], bool]] = {
    "web": lambda: True,  # it answers
    "database": database,
    "redis": redis_answers,
    "receive": lambda: journals.alive(settings.JOURNAL_DIR, "receive"),
    "ingest": lambda: journals.alive(settings.JOURNAL_DIR, "ingest"),
}


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    parts = {name: "up" if works() else "down" for name, works in PARTS.items()}
    down = [name for name, state in parts.items() if state == "down"]
    body = {"ok": not down, "parts": parts, "down": down}
    return JsonResponse(body, status=503 if down else 200)
