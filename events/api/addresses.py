"""What is known of an address, and its names."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from events import addresses, resolving
from events.api.answers import BadRequest, answers, failure, reply
from events.api.parameters import span
from sensors import access, networks
from sensors.networks import Network
from sensors.views.session import user_of

LONGEST = 60  # characters of an address


@answers
def address(request: HttpRequest, ip: str) -> HttpResponse:
    """GET /api/v1/addresses/IP?start=&end=: the last 24 hours unless said."""
    one = single(ip)
    within = span(request.GET, timezone.now())
    return reply(addresses.known(one, access.scope(request.user), within))


@answers
def resolve(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/resolve?ip=: the names of an address by reverse DNS."""
    one = single(request.GET.get("ip", ""))
    if not resolving.may_ask(user_of(request).pk):
        most = f"At most {resolving.MOST} names a minute are looked up; wait a little."
        return failure(429, most)
    ip = networks.shown(str(one))
    return reply({"ip": ip, **resolving.names(ip)})


def single(text: str) -> Network:
    """One address. BadRequest for anything else."""
    try:
        found = networks.parse(text) if len(text) <= LONGEST else None
    except ValueError:
        found = None
    if found is None or found.num_addresses != 1:
        raise BadRequest(f"{text[:LONGEST]!r} is not an address.")
    return found
