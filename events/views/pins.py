"""The page of pinned events; whole without a script."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from events import pins
from events.models import Pin
from events.pins import NoEvent, WrongPin
from events.views.zones import zone_of
from sensors.models import User
from sensors.views.session import user_of

ROWS = 100


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    found = Paginator(pins.visible(user_of(request)), ROWS)
    page = found.get_page(request.GET.get("page"))
    kept = list(page.object_list)
    stored = pins.stored(kept)
    context = {
        "page": page,
        "pins": [shown(pin, pin.event in stored) for pin in kept],
        "longest": pins.LONGEST_NOTE,
        "most": pins.LIMIT,
    }
    with timezone.override(zone_of(request)):
        return render(request, "events/pins.html", context)


def shown(pin: Pin, stored: bool) -> dict[str, object]:
    return {"pin": pin, "row": pins.row(pin), "json": pin.row, "stored": stored}


@require_POST
def changed(request: HttpRequest, number: int) -> HttpResponse:
    """The forms of this page and of the event's: `do` is `pin`, `note` or `unpin`."""
    try:
        change(user_of(request), number, request.POST)
    except NoEvent:
        raise Http404 from None
    except WrongPin as error:
        messages.error(request, str(error))
    back = request.POST.get("back")
    return redirect("event", number) if back == "event" else redirect("pins")


def change(user: User, number: int, given: dict[str, str]) -> None:
    if given.get("do") == "unpin":
        pins.remove(user, number)
    else:
        pins.keep(user, number, given.get("note"))
