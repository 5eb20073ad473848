"""The user's pinned events."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from events import pins, rows
from events.api import bodies
from events.api.answers import BadRequest, answers, errors_as_json, failure, reply
from events.models import Pin
from events.pins import NoEvent, WrongPin
from sensors.models import User
from sensors.views.session import user_of


@answers
def listed(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/pins; `only=ids` is what a table needs to mark its rows."""
    user = user_of(request)
    if only := request.GET.get("only", ""):
        if only != "ids":
            raise BadRequest(f"only must be ids, not {only[:40]!r}.")
        return reply({"ids": pins.ids(user)})
    found = list(pins.visible(user))
    stored = pins.stored(found)
    return reply({"results": [shown(pin, pin.event in stored) for pin in found]})


@require_http_methods(["PUT", "DELETE"])
@errors_as_json
def one(request: HttpRequest, number: int) -> HttpResponse:
    """PUT pins the event, `{"note": "…"}` is optional; DELETE unpins it."""
    user = user_of(request)
    if request.method == "PUT":
        return kept(user, number, bodies.fields(request))
    pins.remove(user, number)
    return HttpResponse(status=204)


def kept(user: User, number: int, given: dict[str, Any]) -> HttpResponse:
    note = bodies.text(given, "note") if "note" in given else None
    try:
        return reply(shown(pins.keep(user, number, note)))
    except NoEvent:
        return failure(404, f"There is no event {number}.")
    except WrongPin as error:
        return failure(400, str(error))


def shown(pin: Pin, stored: bool = True) -> dict[str, Any]:
    return {
        "event": pin.event,
        "note": pin.note,
        "at": rows.moment(pin.at),
        "stored": stored,
        "row": pins.row(pin),
    }
