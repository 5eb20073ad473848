"""The destinations section of the sensor page.

The sensor page fetches it by htmx and swaps it whole after each action; without
scripts the same views make a page of their own. The figures are fetched every three
seconds by themselves, so that a form being filled in stays.
"""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from exporters import destinations, probe, status
from exporters.forms import DestinationForm
from exporters.models import Destination
from exporters.transports import TRANSPORTS
from sensors import access, audit, changes
from sensors.models import Role, Sensor
from sensors.views.session import user_of

Notice = tuple[str, str]  # the class of its colour, the sentence


def seen(request: HttpRequest, sensor: int) -> Sensor:
    """404 for a sensor that the user may not see."""
    return get_object_or_404(access.sensors(request.user), pk=sensor)


def administered(request: HttpRequest, sensor: int) -> Sensor:
    """403 besides for one that the user may only see."""
    found = seen(request, sensor)
    access.check(request.user, Role.ADMINISTRATOR, found.domain)
    return found


def named(request: HttpRequest, sensor: int, pk: int) -> Destination:
    found = administered(request, sensor)
    return get_object_or_404(found.destinations.select_related("status"), pk=pk)


def section(
    request: HttpRequest,
    sensor: Sensor,
    form: DestinationForm | None = None,
    notice: Notice | None = None,
    about: Destination | None = None,
) -> HttpResponse:
    """The whole section; `form` is open, `notice` stands with `about` or on top."""
    context = {
        "sensor": sensor,
        "figures": figures_of(sensor),
        "may_change": access.may(request.user, Role.ADMINISTRATOR, sensor.domain),
        "form": form,
        "notice": notice,
        "about": about,
        "promises": [(kind.label, kind.promise) for kind in TRANSPORTS.values()],
    }
    part = "section" if "HX-Request" in request.headers else "page"
    code = 422 if form is not None and form.errors else 200
    return render(request, f"exporters/{part}.html", context, status=code)


def figures_of(sensor: Sensor) -> list[status.Figures]:
    shown = sensor.destinations.select_related("status")
    return status.figures(destinations.raw_connection(), shown)


def listed(request: HttpRequest, sensor: int) -> HttpResponse:
    """GET: the section. POST: adds a destination."""
    if request.method != "POST":
        return section(request, seen(request, sensor))
    found = administered(request, sensor)
    return saved(request, found, Destination(sensor=found))


@require_safe
def figures(request: HttpRequest, sensor: int) -> HttpResponse:
    found = figures_of(seen(request, sensor))
    return render(request, "exporters/figures.html", {"figures": found})


@require_safe
def new(request: HttpRequest, sensor: int) -> HttpResponse:
    found = administered(request, sensor)
    return section(request, found, DestinationForm(instance=Destination(sensor=found)))


def edited(request: HttpRequest, sensor: int, pk: int) -> HttpResponse:
    """GET: the section with its form. POST: saves it."""
    found = named(request, sensor, pk)
    if request.method == "POST":
        return saved(request, found.sensor, found)
    return section(request, found.sensor, DestinationForm(instance=found))


@transaction.atomic
def saved(
    request: HttpRequest, sensor: Sensor, destination: Destination
) -> HttpResponse:
    is_new = destination.pk is None
    before = audit.values(destination)
    form = DestinationForm(request.POST, instance=destination)
    if not form.is_valid():
        return section(request, sensor, form)
    if is_new:
        changes.create(user_of(request), destination)
        destinations.begin(destination)
    else:
        changes.save(user_of(request), destination, before)
    notice = ("success", f"{destination} is saved and in force.")
    return section(request, sensor, notice=notice, about=destination)


@require_POST
@transaction.atomic
def switched(request: HttpRequest, sensor: int, pk: int) -> HttpResponse:
    """On, when it was off, and off, when it was on."""
    found = named(request, sensor, pk)
    before = audit.values(found)
    found.enabled = not found.enabled
    changes.save(user_of(request), found, before)
    return section(request, found.sensor)


@require_POST
@transaction.atomic
def skipped(request: HttpRequest, sensor: int, pk: int) -> HttpResponse:
    """What waits is not sent: it goes on from now."""
    found = named(request, sensor, pk)
    before = audit.values(found)
    found.begun = timezone.now()
    destinations.begin(found)
    changes.save(user_of(request), found, before)
    notice = ("success", f"{found} goes on with events from now on.")
    return section(request, found.sensor, notice=notice, about=found)


@require_POST
def deleted(request: HttpRequest, sensor: int, pk: int) -> HttpResponse:
    found = named(request, sensor, pk)
    name = str(found)
    changes.delete(user_of(request), found)
    return section(request, found.sensor, notice=("success", f"{name} is deleted."))


@require_POST
def tested(request: HttpRequest, sensor: int, pk: int) -> HttpResponse:
    """Sends one event, now, and says what happened."""
    found = named(request, sensor, pk)
    user = user_of(request)
    went_out, sentence = probe.send(found, user.username, timezone.now())
    domain = found.sensor.domain
    audit.record(user, "destination tested", found, domain, result=sentence)
    notice = ("success" if went_out else "error", sentence)
    return section(request, found.sensor, notice=notice, about=found)
