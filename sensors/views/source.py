"""A sensor's sources: rows of its page, added, changed and removed one by one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from sensors import audit, changes
from sensors.forms.sensor import SourceForm
from sensors.models import Sensor, Source
from sensors.views.sensor import EDITED, administered, sensor_page
from sensors.views.session import user_of


@require_POST
def source_new(request: HttpRequest, pk: int) -> HttpResponse:
    sensor = administered(request, pk)
    source = Source(sensor=sensor)
    return save(request, sensor, source)


@require_POST
def source(request: HttpRequest, pk: int, source: int) -> HttpResponse:
    sensor = administered(request, pk)
    return save(request, sensor, get_object_or_404(sensor.sources, pk=source))


@changes.alone()
def save(request: HttpRequest, sensor: Sensor, source: Source) -> HttpResponse:
    user = user_of(request)
    before = audit.values(source) if source.pk else {}
    ids = EDITED if source.pk else "source_%s"
    form = SourceForm(request.POST, instance=source, user=user, auto_id=ids)
    if not form.is_valid():
        return sensor_page(request, sensor, source_form=form)
    if source.pk:
        changes.save(user, source, before)
    else:
        changes.create(user, source)
    messages.success(request, f"Source {source} is saved and in force.")
    return to_sources(sensor)


@require_POST
def source_delete(request: HttpRequest, pk: int, source: int) -> HttpResponse:
    sensor = administered(request, pk)
    found = get_object_or_404(sensor.sources, pk=source)
    changes.delete(user_of(request), found)
    messages.success(request, f"Source {found} is removed.")
    return to_sources(sensor)


def to_sources(sensor: Sensor) -> HttpResponse:
    return redirect(reverse("sensor", args=[sensor.pk]) + "#sources")
