"""Every route as every role: what belongs to a foreign domain stays out of reach.

A new route needs a line in ROUTES (or SOCKETS); the first test fails until it is there.
"""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import pytest
from channels.testing import WebsocketCommunicator
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mssweb import calls
from mssweb.asgi import application
from sensors.models import ApiToken, User
from tests import routes, worlds
from tests.worlds import PEER, SECRET, World

# Who may call a route on things of the own domain: this role and those above it.
ROLES = ("anonymous", "stranger", "viewer", "analyst", "administrator", "superuser")
ANONYMOUS, STRANGER, VIEWER, ANALYST, ADMINISTRATOR, SUPERUSER = ROLES
NOBODY = "nobody"  # the method is not there
OWNER = "owner"  # the thing is personal: the viewer of the world has it


class Rule(NamedTuple):
    get: str
    post: str
    # Which thing of a world each argument of the address names.
    arguments: dict[str, str] = {}  # noqa: RUF012  (never changed)


SENSOR = {"sensor": "sensor"}
DESTINATION = {"sensor": "sensor", "pk": "destination"}
ROUTES = {
    # name: who may GET, who may POST, what the address names
    "healthz": Rule(ANONYMOUS, NOBODY),
    "login": Rule(ANONYMOUS, ANONYMOUS),
    "logout": Rule(NOBODY, STRANGER),
    # -- events: every page is bound to the sensors that one may see
    "realtime": Rule(STRANGER, NOBODY),
    "history": Rule(STRANGER, NOBODY),
    "history-rows": Rule(STRANGER, NOBODY),
    "event": Rule(VIEWER, NOBODY, {"number": "event"}),
    "pins": Rule(STRANGER, NOBODY),
    "pin": Rule(NOBODY, VIEWER, {"number": "event"}),
    "api-pins": Rule(STRANGER, NOBODY),
    "api-pin": Rule(NOBODY, NOBODY, {"number": "event"}),  # PUT and DELETE
    "api-event-line": Rule(VIEWER, NOBODY, {"number": "event"}),
    "api-address": Rule(STRANGER, NOBODY, {"ip": "ip"}),
    "api-resolve": Rule(STRANGER, NOBODY),
    "api-events": Rule(STRANGER, NOBODY),
    "api-overview": Rule(STRANGER, NOBODY),
    "api-groups": Rule(STRANGER, NOBODY),
    "api-query": Rule(STRANGER, NOBODY),
    "api-top": Rule(STRANGER, NOBODY),
    "api-event": Rule(VIEWER, NOBODY, {"number": "event"}),
    "api-around": Rule(VIEWER, NOBODY, {"number": "event"}),
    "api-nearest": Rule(STRANGER, NOBODY),
    "api-flows": Rule(STRANGER, NOBODY),
    "api-flow": Rule(VIEWER, NOBODY, {"uid": "flow"}),
    "api-health-sensors": Rule(STRANGER, NOBODY),
    "api-searches": Rule(STRANGER, STRANGER),
    "api-search": Rule(NOBODY, NOBODY, {"pk": "search"}),
    "hosts": Rule(STRANGER, NOBODY),
    "host-choose": Rule(NOBODY, ADMINISTRATOR, {"pk": "sensor"}),
    "host-table": Rule(NOBODY, ADMINISTRATOR, {"pk": "sensor"}),
    "clocks": Rule(STRANGER, NOBODY),
    "clock": Rule(NOBODY, ADMINISTRATOR, {"pk": "clock"}),
    "reports": Rule(STRANGER, STRANGER),
    "report": Rule(VIEWER, NOBODY, {"pk": "report"}),
    "report-file": Rule(VIEWER, NOBODY, {"pk": "report"}),
    "report-delete": Rule(NOBODY, ADMINISTRATOR, {"pk": "report"}),
    "explanation": Rule(VIEWER, NOBODY, {"number": "event"}),
    "event-reparse": Rule(NOBODY, ADMINISTRATOR, {"number": "event"}),
    "api-event-explain": Rule(VIEWER, NOBODY, {"number": "event"}),
    "sources": Rule(STRANGER, NOBODY),
    "sources_table": Rule(STRANGER, NOBODY),
    "source_rest": Rule(NOBODY, ADMINISTRATOR, {"pk": "habit", "action": "action"}),
    "source_add": Rule(ADMINISTRATOR, ADMINISTRATOR),
    "source_arrivals": Rule(ADMINISTRATOR, NOBODY),
    "api_ledger": Rule(STRANGER, NOBODY),
    "api-ca": Rule(ADMINISTRATOR, NOBODY),
    # -- the own account
    "account": Rule(STRANGER, STRANGER),
    "password": Rule(STRANGER, STRANGER),
    "token_new": Rule(NOBODY, STRANGER),
    "token_revoke": Rule(NOBODY, OWNER, {"pk": "token"}),
    "api-preference": Rule(STRANGER, NOBODY, {"name": "preference"}),
    # -- users, domains, members
    "users": Rule(SUPERUSER, NOBODY),
    "user_new": Rule(SUPERUSER, SUPERUSER),
    "user": Rule(SUPERUSER, SUPERUSER, {"pk": "user"}),
    "user_password": Rule(NOBODY, SUPERUSER, {"pk": "user"}),
    "domains": Rule(ADMINISTRATOR, SUPERUSER),
    "domain": Rule(ADMINISTRATOR, SUPERUSER, {"pk": "domain"}),
    "domain_delete": Rule(NOBODY, SUPERUSER, {"pk": "domain"}),
    "member_new": Rule(NOBODY, ADMINISTRATOR, {"pk": "domain"}),
    "member": Rule(NOBODY, ADMINISTRATOR, {"pk": "domain", "member": "member"}),
    "member_delete": Rule(NOBODY, ADMINISTRATOR, {"pk": "domain", "member": "member"}),
    # -- sensors and sources
    "sensors": Rule(STRANGER, NOBODY),
    "sensor_new": Rule(ADMINISTRATOR, ADMINISTRATOR),
    "sensor": Rule(VIEWER, ADMINISTRATOR, {"pk": "sensor"}),
    "sensor_delete": Rule(NOBODY, ADMINISTRATOR, {"pk": "sensor"}),
    "source_new": Rule(NOBODY, ADMINISTRATOR, {"pk": "sensor"}),
    "source": Rule(NOBODY, ADMINISTRATOR, {"pk": "sensor", "source": "source"}),
    "source_delete": Rule(NOBODY, ADMINISTRATOR, {"pk": "sensor", "source": "source"}),
    "sender_new": Rule(NOBODY, ADMINISTRATOR, {"pk": "sensor"}),
    "sender_revoke": Rule(NOBODY, ADMINISTRATOR, {"pk": "sensor", "token": "sender"}),
    "audit": Rule(ADMINISTRATOR, NOBODY),
    # -- destinations: a section of the sensor page
    "destinations": Rule(VIEWER, ADMINISTRATOR, SENSOR),
    "destination_figures": Rule(VIEWER, NOBODY, SENSOR),
    "destination_new": Rule(ADMINISTRATOR, NOBODY, SENSOR),
    "destination": Rule(ADMINISTRATOR, ADMINISTRATOR, DESTINATION),
    "destination_switch": Rule(NOBODY, ADMINISTRATOR, DESTINATION),
    "destination_skip": Rule(NOBODY, ADMINISTRATOR, DESTINATION),
    "destination_delete": Rule(NOBODY, ADMINISTRATOR, DESTINATION),
    "destination_test": Rule(NOBODY, ADMINISTRATOR, DESTINATION),
    # -- the description of the API
    "description": Rule(STRANGER, NOBODY),
    "api-openapi": Rule(STRANGER, NOBODY),
    # -- downloads
    "api-downloads": Rule(STRANGER, ANALYST),
    "api-download": Rule(OWNER, NOBODY, {"pk": "download"}),
    "api-download-file": Rule(OWNER, NOBODY, {"pk": "download"}),
}
# The address of each WebSocket: whoever is logged in may open it.
SOCKETS = ["/ws/live"]

# Right for every form of the product: what is refused is not refused for its values.
FORM = {
    "name": "harmless", "domain": "", "zone": "UTC", "home_net": "10.0.0.0/8",
    "network": "203.0.113.1", "username": "harmless", "role": "viewer",
    "is_active": "on", "host": "127.0.0.1", "port": "9", "transport": "udp",
    "format": "syslog",
}  # fmt: skip
REFUSED = {401, 403, 404, 405}


class Ours(NamedTuple):
    """What a test needs: both worlds, and the session of each role in the first."""

    own: World
    foreign: World
    people: dict[str, User]
    sessions: dict[str, str]

    def client(self, role: str) -> Client:
        client = Client()
        if role in self.sessions:
            client.cookies["sessionid"] = self.sessions[role]
        return client


@pytest.fixture
def ours(empty_store: None) -> Ours:
    worlds.make_authority()
    own = worlds.make("own", "ordinary", "192.0.2.1")
    foreign = worlds.make("foreign", SECRET, PEER)
    people = dict(own.people)
    people[STRANGER] = User.objects.create_user("stranger", password="x")
    people[SUPERUSER] = User.objects.create_superuser("super", password="x")
    sessions = {role: session_of(user) for role, user in people.items()}
    return Ours(own, foreign, people, sessions)


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves no trace, so that each request meets the same."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def address(name: str, rule: Rule, world: World) -> str:
    things = {key: getattr(world, thing) for key, thing in rule.arguments.items()}
    return reverse(name, kwargs={key: identity(it) for key, it in things.items()})


def readable(place: str, values: dict[str, str]) -> dict[str, str]:
    """Those of the values that a GET of this address reads; a call of the API refuses
    others, and would tell nothing for that reason alone."""
    described = calls.operation(resolve(place).route, "GET")
    known = values if described is None else calls.parameters(described)
    return {name: value for name, value in values.items() if name in known}


def identity(thing: Any) -> Any:
    return getattr(thing, "pk", thing)


def refused(response: Any) -> bool:
    to_login = response.status_code == 302 and "/login/?next=" in response["Location"]
    return to_login or response.status_code in REFUSED


def tells(response: Any) -> bool:
    """Whether an answer has anything of the foreign world."""
    text = b"".join(response).decode() + str(response.headers)
    return SECRET in text or PEER in text


def names_a_thing(name: str, rule: Rule, ours: Ours) -> bool:
    """Whether the address is of something that only the foreign world has."""
    return address(name, rule, ours.own) != address(name, rule, ours.foreign)


def allowed(role: str, least: str) -> bool:
    if least in (NOBODY, OWNER):
        return least == OWNER and role == VIEWER
    return ROLES.index(role) >= ROLES.index(least)


def test_every_route_is_declared() -> None:
    assert {route.name for route in routes.pages()} == set(ROUTES)
    assert {route.address for route in routes.sockets()} == set(SOCKETS)
    for route in routes.pages():
        assert route.arguments == set(ROUTES[route.name].arguments), route.name


@pytest.mark.parametrize("role", ROLES)
def test_in_the_own_domain_each_role_may_what_the_table_says(
    ours: Ours, role: str
) -> None:
    wrong = []
    for name, rule in ROUTES.items():
        for method, least in (("get", rule.get), ("post", rule.post)):
            with undone():
                call = getattr(ours.client(role), method)
                response = call(address(name, rule, ours.own))
            right = refused(response) != allowed(role, least)
            if not right or response.status_code == 500:
                wrong.append(f"{method} {name}: {response.status_code}")
    assert wrong == []


@pytest.mark.parametrize("role", ROLES[:-1])
def test_a_foreign_domain_is_out_of_reach(ours: Ours, role: str) -> None:
    before = ours.foreign.rows()
    for name, rule in ROUTES.items():
        for method in ("get", "post"):
            with undone():
                call = getattr(ours.client(role), method)
                place = address(name, rule, ours.foreign)
                values = readable(place, FORM) if method == "get" else FORM
                response = call(place, values)
                changed = method == "post" and ours.foreign.rows() != before
                assert not changed, f"{method} {name} as {role}"
            said = f"{method} {name} as {role}: {response.status_code}"
            assert not tells(response), said
            assert refused(response) or not names_a_thing(name, rule, ours), said


def test_anonymous_gets_the_log_in_and_the_health_only() -> None:
    open_to_all = {name for name, rule in ROUTES.items() if rule.get == ANONYMOUS}
    assert open_to_all == {"login", "healthz"}


def test_a_token_sees_what_its_user_sees(ours: Ours) -> None:
    apis = {name: rule for name, rule in ROUTES.items() if name.startswith("api")}
    for role, user in ours.people.items():
        if user.is_superuser:
            continue
        bearer = {"Authorization": f"Bearer {ApiToken.issue(user)[1]}"}
        for name, rule in apis.items():
            foreign = Client().get(address(name, rule, ours.foreign), headers=bearer)
            assert not tells(foreign), f"{name} as {role}"
            own = Client().get(address(name, rule, ours.own), headers=bearer)
            assert refused(own) != allowed(role, rule.get), f"{name} as {role}"


# Queries that match the foreign events, without their secret word.
QUERIES = st.sampled_from(
    ["", "*", "type:log", "speaks", "host:q*", "user:*", "not x", "10.0.0.1", "rank:0"]
)
WORLD = st.sampled_from(["own", "foreign"])


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_mixture_of_arguments_gives_what_is_foreign(ours: Ours, data: Any) -> None:
    """Addresses and forms that name things of both domains."""
    name = data.draw(st.sampled_from(sorted(ROUTES)))
    rule, role = ROUTES[name], data.draw(st.sampled_from(ROLES[:-1]))
    picked = {
        key: identity(getattr(getattr(ours, data.draw(WORLD)), thing))
        for key, thing in rule.arguments.items()
    }
    numbers = st.sampled_from([identity(ours.foreign.domain), ours.foreign.event, 0])
    extra = {
        key: str(data.draw(numbers))
        for key in ("domain", "sensor", "edit", "before", "cursor", "pk", "user")
    }
    asked = extra | {"q": data.draw(QUERIES), "range": "24h"}
    method = data.draw(st.sampled_from(["get", "post"]))
    before = ours.foreign.rows()
    with undone():
        call = getattr(ours.client(role), method)
        place = reverse(name, kwargs=picked)
        values = readable(place, asked) if method == "get" else FORM | asked
        response = call(place, values)
        assert ours.foreign.rows() == before
    assert not tells(response)
    assert response.status_code != 500


@pytest.mark.parametrize("path", SOCKETS)
@pytest.mark.parametrize("role", ROLES[:-1])
def test_a_socket_gives_nothing_foreign(ours: Ours, role: str, path: str) -> None:
    cookie = ours.client(role).cookies.output(header="", sep=";").strip().encode()
    received = json.dumps(asyncio.run(conversation(path, cookie)))
    assert SECRET not in received and PEER not in received
    assert ("ordinary speaks" in received) == allowed(role, VIEWER)


async def conversation(path: str, cookie: bytes) -> list[Any]:
    """What a client receives that asks for everything, until rows came or the end."""
    headers = [(b"cookie", cookie), (b"origin", b"http://localhost")]
    socket = WebsocketCommunicator(application, path, headers)
    connected, _ = await socket.connect(timeout=10)
    received: list[Any] = []
    if connected:
        await socket.send_json_to({"type": "open", "q": "", "after": 0, "cap": 500})
    with suppress(TimeoutError):
        while connected and "speaks" not in str(received):
            said = await socket.receive_output(timeout=3)
            connected = said["type"] != "websocket.close"
            received.append(said)
    return received
