"""The Hosts page: names that logs came with, where they are, and the fix if unknown."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from events import hostlist
from events.models import HostsLeftOut
from events.views.zones import zone_of
from sensors import access, changes, hosts
from sensors.forms.device import HostTableForm
from sensors.models import Role, Sensor
from sensors.views.sensor import administered
from sensors.views.session import user_of

SHOWN, LONGEST = 300, 100


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    return page(request)


@require_POST
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """A name gets its address in the sensor's host table."""
    name, address = request.POST.get("name", ""), request.POST.get("address", "")
    try:
        with changes.alone():
            hosts.choose(user_of(request), administered(request, pk), name, address)
    except ValueError as error:
        messages.error(request, f"Nothing is saved: {error}")
    else:
        messages.success(request, f"{name} is at {address}. New lines are read so.")
    return redirect("hosts")


@require_POST
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole host table of a sensor."""
    with changes.alone():
        sensor = administered(request, pk)
        form = HostTableForm(request.POST, prefix=str(pk))
        if not form.is_valid():
            return page(request, form)
        if hosts.replace(user_of(request), sensor, form.cleaned_data["text"]):
            messages.success(request, f"The host table of {sensor} is in force.")
        else:
            messages.info(request, "Nothing was changed.")
    return redirect("hosts")


def page(request: HttpRequest, form: HostTableForm | None = None) -> HttpResponse:
    wanted = request.GET.get("q", "")[:LONGEST]
    sensors = {sensor.pk: sensor for sensor in access.sensors(request.user)}
    own = access.scope(request.user, Role.ADMINISTRATOR)
    found = hostlist.rows(sensors, wanted)
    context = {
        "rows": [
            (host, sensors[host.sensor], host.sensor in own) for host in found[:SHOWN]
        ],
        "total": len(found),
        "more": len(found) - SHOWN,
        "unsure": sum(host.is_unsure for host in found),
        "wanted": wanted,
        "tables": [
            (sensor, table_form(sensor, form))
            for pk, sensor in sensors.items()
            if pk in own
        ],
        "left_out": HostsLeftOut.objects.filter(sensor__in=sensors),
        "tab": "hosts",
    }
    with timezone.override(zone_of(request)):
        return render(request, "events/hosts.html", context)


def table_form(sensor: Sensor, form: HostTableForm | None) -> HostTableForm:
    if form is not None and form.prefix == str(sensor.pk):
        return form
    text = hosts.text_of(hosts.entries(sensor))
    return HostTableForm(initial={"text": text}, prefix=str(sensor.pk))
