"""The list of sensors and a sensor's configuration."""

from django.contrib import messages
from django.db.models import Count, ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from sensors import access, audit, changes, claims, host, zones
from sensors.forms.sensor import SenderForm, SensorForm, SourceForm
from sensors.models import Role, Sensor, Source
from sensors.views.session import user_of

EDITED = "edited_%s"


@require_safe
def sensors(request: HttpRequest) -> HttpResponse:
    found = access.sensors(request.user).annotate(source_count=Count("sources"))
    return render(request, "sensors/sensors.html", {"sensors": found})


def sensor_new(request: HttpRequest) -> HttpResponse:
    access.check(request.user, Role.ADMINISTRATOR)
    if request.method == "POST":
        return sensor_create(request)
    return new_page(request, SensorForm(user=user_of(request)))


@changes.alone()
def sensor_create(request: HttpRequest) -> HttpResponse:
    form = SensorForm(request.POST, user=user_of(request))
    if not form.is_valid():
        return new_page(request, form)
    made = form.save(commit=False)
    claims.yield_default(made)
    changes.create(user_of(request), made)
    messages.success(request, f"{made} is saved and in force.")
    return redirect("sensor", made.pk)


def new_page(request: HttpRequest, form: SensorForm) -> HttpResponse:
    return render(request, "sensors/sensor.html", offers() | {"form": form})


def offers() -> dict[str, object]:
    """What the form's fields suggest."""
    return {"zones": zones.names(), "interfaces": host.interfaces()}


def administered(request: HttpRequest, pk: int) -> Sensor:
    """404 for a sensor that the user may not even see, 403 for one seen only."""
    found = get_object_or_404(access.sensors(request.user), pk=pk)
    access.check(request.user, Role.ADMINISTRATOR, found.domain)
    return found


def sensor(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method == "POST":
        return sensor_save(request, pk)
    return sensor_page(request, get_object_or_404(access.sensors(request.user), pk=pk))


@changes.alone()
def sensor_save(request: HttpRequest, pk: int) -> HttpResponse:
    found = administered(request, pk)
    before = audit.values(found)
    form = SensorForm(request.POST, instance=found, user=user_of(request))
    if not form.is_valid():
        return sensor_page(request, Sensor.objects.get(pk=pk), form)
    claims.yield_default(found)
    if changes.save(user_of(request), found, before):
        messages.success(request, f"{found} is saved and in force.")
    else:
        messages.info(request, "Nothing was changed.")
    return redirect("sensor", pk)


def sensor_page(
    request: HttpRequest,
    found: Sensor,
    form: SensorForm | None = None,
    source_form: SourceForm | None = None,
    sender_form: SenderForm | None = None,
    sender_token: str = "",
) -> HttpResponse:
    """Read-only for those who are not administrators of the domain.

    `?edit=` names the source whose row is a form; `sender_token` is the text of a token
    that was made just now.
    """
    user = user_of(request)
    adding = source_form is not None and source_form.instance.pk is None
    context = {
        "sensor": found,
        "may_change": access.may(user, Role.ADMINISTRATOR, found.domain),
        "form": form or SensorForm(instance=found, user=user),
        "source_form": source_form if adding else SourceForm(user=user),
        "sources": [
            (source, edited(request, source, source_form))
            for source in found.sources.all()
        ],
        "sender_form": sender_form or SenderForm(),
        "sender_token": sender_token,
        "senders": found.tokens.filter(revoked=None),
    }
    return render(request, "sensors/sensor.html", offers() | context)


def edited(
    request: HttpRequest, source: Source, form: SourceForm | None
) -> SourceForm | None:
    """The form in the source's row: the one with errors, or the one asked for."""
    if form is not None and form.instance.pk == source.pk:
        return form
    if request.GET.get("edit", "") != str(source.pk):
        return None
    return SourceForm(instance=source, user=user_of(request), auto_id=EDITED)


@require_POST
def sensor_delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = administered(request, pk)
    why = ""
    if found.is_default:
        why = "it is the default sensor; make another one the default first"
    else:
        try:
            changes.delete(user_of(request), found)
        except ProtectedError as error:
            why = str(error.args[0])
    if why:
        messages.error(request, f"{found} cannot be deleted: {why}.")
        return redirect("sensor", pk)
    messages.success(request, f"{found} is deleted.")
    return redirect("sensors")
