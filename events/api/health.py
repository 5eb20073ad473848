"""The health of the sensors that one may see."""

from django.http import HttpRequest, HttpResponse

from events.api.answers import answers, reply
from events.api.parameters import number
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
    minutes = number(request.GET, "minutes", DEFAULT_MINUTES, 1, MOST_MINUTES)
    return reply(health.series(scope, minutes))
