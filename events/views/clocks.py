"""The Clocks page: how late stamps come, their zones, and the fix if one is wrong."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from events import clocklist
from events.models import Clock
from events.views.zones import zone_of
from sensors import access, audit, changes, zones
from sensors.forms.device import ClockForm
from sensors.models import ClockSetting, Role
from sensors.views.sensor import administered
from sensors.views.session import user_of

SHOWN, LONGEST = 300, 100
MENDS = "What comes next is read so; script/manage reparse mends what is stored."


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    return page(request)


@require_POST
@changes.alone()
def clock(request: HttpRequest, pk: int) -> HttpResponse:
    """How a clock is read from now on: `do` is `set`, or `reset` to go by the sensor
    and by what is learned."""
    seen = access.scope(request.user)
    found = get_object_or_404(Clock, pk=pk, sensor__in=seen)
    sensor = administered(request, found.sensor)
    names = {"sensor": sensor, "peer": found.peer, "host": found.host}
    kept = ClockSetting.objects.filter(**names).first()
    if request.POST.get("do") == "reset":
        if kept:
            changes.delete(user_of(request), kept)
            messages.success(request, f"The clock of {kept} is read as before. {MENDS}")
        return redirect("clocks")
    before = audit.values(kept) if kept else {}
    form = ClockForm(request.POST, instance=kept or ClockSetting(**names))
    if not form.is_valid():
        return page(request, found.pk, form)
    made = form.save(commit=False)
    if kept:
        changes.save(user_of(request), made, before)
    else:
        changes.create(user_of(request), made)
    messages.success(request, f"The clock of {made} is set. {MENDS}")
    return redirect("clocks")


def page(
    request: HttpRequest, edited: int | None = None, form: ClockForm | None = None
) -> HttpResponse:
    """`?edit=` names the clock whose row is a form."""
    wanted = request.GET.get("q", "")[:LONGEST]
    if form is None and request.GET.get("edit", "").isdecimal():
        edited = int(request.GET["edit"][:18])
    own = access.scope(request.user, Role.ADMINISTRATOR)
    found = clocklist.rows(access.sensors(request.user), wanted)
    context = {
        "rows": [
            (one, one.sensor.pk in own, edited_form(one, edited, form))
            for one in found[:SHOWN]
        ],
        "total": len(found),
        "more": len(found) - SHOWN,
        "trouble": sum(bool(one.trouble) for one in found),
        "wanted": wanted,
        "zones": zones.names(),
        "tab": "clocks",
    }
    with timezone.override(zone_of(request)):
        return render(request, "events/clocks.html", context)


def edited_form(
    one: clocklist.Reading, edited: int | None, form: ClockForm | None
) -> ClockForm | None:
    if one.clock.pk != edited:
        return None
    return form or ClockForm(instance=one.setting or ClockSetting())
