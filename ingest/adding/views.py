"""The page *Add a source* and its light; for administrators, as sources are."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ingest import books
from ingest.adding import arrivals, devices, place
from ingest.adding.arrivals import Waiting
from ingest.adding.snippet import TOKEN, WITH_CA, WITH_TOKEN, Way, fill
from sensors import access, changes, networks
from sensors.forms.sensor import SenderForm
from sensors.models import Role, SenderToken, Sensor
from sensors.views.session import user_of

LONGEST_HOST = 253
LONGEST_REJECTED = 4_000  # characters of the counts that a page asks with
OLDEST = dt.timedelta(days=1)


@require_http_methods(["GET", "HEAD", "POST"])
@access.require(Role.ADMINISTRATOR)
@never_cache
def source_add(request: HttpRequest) -> HttpResponse:
    """POST makes a token of the sensor, which the lines then show this once."""
    sensor = chosen(request)
    if request.method != "POST":
        return page(request, sensor)
    return page(request, sensor, *made(request, sensor))


@require_safe
@access.require(Role.ADMINISTRATOR)
@never_cache
def source_arrivals(request: HttpRequest) -> HttpResponse:
    """The light, asked for every two seconds until it is green; 204 while it is as it
    was, so that nothing is read out twice."""
    waiting = Waiting(chosen(request), device(request)[0], *since(request))
    found = arrivals.look(request.user, waiting)
    if request.GET.get("said") == found.words:
        return HttpResponse(status=204)
    before = request.GET.get("rejected", "")[:LONGEST_REJECTED]
    query = again(request, waiting, before, found.words)
    context = {"arrival": found, "again": query}
    return render(request, "ingest/adding_light.html", context)


def chosen(request: HttpRequest) -> Sensor:
    """The sensor that is asked for, else the default one, or the first that the user
    administers."""
    mine = access.sensors(request.user, Role.ADMINISTRATOR)
    asked = request.GET.get("sensor", "")
    if asked.isdecimal() and len(asked) < 10:
        mine = mine.filter(pk=int(asked))
    found = mine.order_by("-is_default", "domain__name", "name").first()
    if found is None:
        raise Http404("There is no such sensor.")
    return found


@changes.alone()
def made(request: HttpRequest, sensor: Sensor) -> tuple[str, SenderForm | None]:
    """The text of a new token, or the form with what is wrong."""
    token = SenderToken(sensor=sensor)
    form = SenderForm(request.POST, instance=token)
    if not form.is_valid():
        return "", form
    text = token.issue()
    changes.create(user_of(request), token)
    return text, None


def page(
    request: HttpRequest,
    sensor: Sensor,
    token: str = "",
    form: SenderForm | None = None,
) -> HttpResponse:
    kind = devices.kind_of(request.GET.get("kind", ""))
    open_ = place.ports(sensor, kind.ways)
    way = kind.way(request.GET.get("way", ""), open_)
    port = open_.get(way.transport)
    host, hosts, wrong_host = host_of(request)
    known = place.certified()
    source, wrong_device = device(request)
    waiting = Waiting(sensor, source, timezone.now(), {})
    accounts = arrivals.mine(books.read(request.user).accounts, waiting)
    arrival = arrivals.waits(source)
    context = {
        "sensor": sensor,
        "sensors": access.sensors(request.user, Role.ADMINISTRATOR),
        "groups": devices.GROUPS,
        "kind": kind,
        "way": way,
        "host": host,
        "asked_host": request.GET.get("host", "")[:LONGEST_HOST] or host,
        "hosts": hosts,
        "wrong_host": wrong_host,
        "port": port,
        "text": fill(
            way.text, host, port, token or TOKEN, way.ca, place.peer(host, known)
        ),
        "needs_ca": way.transport in WITH_CA,
        "lacks_name": way.transport in WITH_CA and not place.is_certified(host, known),
        "needs_token": way.transport in WITH_TOKEN,
        "token": token,
        "sender_form": form or SenderForm(initial={"name": kind.name}),
        "device": request.GET.get("device", ""),
        "wrong_device": wrong_device,
        "is_claimed": is_claimed(sensor, way, port),
        "arrival": arrival,
        "again": again(request, waiting, arrivals.packed(accounts), arrival.words),
    }
    return render(request, "ingest/adding.html", context)


def host_of(request: HttpRequest) -> tuple[str, list[str], str]:
    """The address to paste, those that one may choose, and what is wrong with it."""
    opened = request.get_host().rsplit(":", 1)[0].strip("[]")
    offered = place.addresses(opened)
    asked = request.GET.get("host", "")
    try:
        return (place.checked(asked) if asked else offered[0]), offered, ""
    except ValueError as error:
        return offered[0], offered, str(error)


def device(request: HttpRequest) -> tuple[str, str]:
    """The address that one waits for, as peers are known; what is wrong with it."""
    text = request.GET.get("device", "").strip()[:100]
    if not text:
        return "", ""
    try:
        found = networks.parse(text)
    except ValueError as error:
        return "", str(error)
    if found.num_addresses > 1:
        return "", "Write one address, not a network."
    return networks.shown(str(found)), ""


def is_claimed(sensor: Sensor, way: Way, port: int | None) -> bool:
    """Whether its lines reach the sensor without a source that names the address."""
    return sensor.is_default or way.transport in WITH_TOKEN or port == sensor.port


def since(request: HttpRequest) -> tuple[dt.datetime, dict[str, int]]:
    """When the page was opened, and what had been rejected by then."""
    now = timezone.now()
    try:
        at = dt.datetime.fromisoformat(request.GET.get("since", ""))
        at = max(now - OLDEST, min(now, at if at.tzinfo else at.replace(tzinfo=dt.UTC)))
    except (ValueError, OverflowError):
        at = now - OLDEST
    try:
        found = orjson.loads(request.GET.get("rejected", "")[:LONGEST_REJECTED])
    except ValueError:
        found = {}
    counts = found.items() if isinstance(found, dict) else ()
    return at, {reason: n for reason, n in counts if isinstance(n, int)}


def again(request: HttpRequest, waiting: Waiting, before: str, said: str) -> str:
    """The query with which the light is asked again."""
    asked: dict[str, Any] = {
        "sensor": waiting.sensor.pk,
        "device": request.GET.get("device", "")[:100],
        "since": waiting.since.isoformat(),
        "rejected": before,
        "said": said,
    }
    return urlencode(asked)
