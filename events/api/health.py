"""The health of the sensors that one may see."""

from django.http import HttpRequest, HttpResponse

from events.api.answers import BadRequest, answers, reply
from sensors import access, health

DEFAULT_MINUTES, MOST_MINUTES = 60, 24 * 60


@answers
def sensors(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/health/sensors?minutes=

    Sensors that one machine serves share its memory and CPU, so they show the same.
    `received` and `dropped` are log frames a second; `dropped` has the rejected ones
    and the kernel's drops, which are those of all sensors of the machine.
    """
    scope = access.scope(request.user)
    return reply(health.series(scope, minutes(request.GET.get("minutes", ""))))


def minutes(text: str) -> int:
    if not text:
        return DEFAULT_MINUTES
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadRequest(f"minutes must be a number, not {text[:40]!r}.")
    if not 1 <= int(text) <= MOST_MINUTES:
        raise BadRequest(f"minutes must be between 1 and {MOST_MINUTES}.")
    return int(text)
