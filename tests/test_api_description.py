"""What the description of the API says is so: routes, methods, parameters."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import Client
from openapi_spec_validator import validate

from mssweb import calls, reference
from mssweb.description import document
from sensors.models import User
from tests import routes, worlds
from tests.worlds import World

METHODS = ("get", "post", "put", "patch", "delete")
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
asked_for: set[str] = set()


class Noted(QueryDict):
    """The parameters of a request, which note by what names they are asked for."""

    def get(self, key: Any, default: Any = None) -> Any:
        asked_for.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:
        asked_for.add(key)
        return super().__getitem__(key)


def note_parameters(get_response: Any) -> Any:
    """A middleware."""

    def noted(request: HttpRequest) -> HttpResponse:
        request.GET = Noted(request.META["QUERY_STRING"])
        answer: HttpResponse = get_response(request)
        return answer

    return noted


@pytest.fixture
def world(empty_store: None) -> World:
    return worlds.make("own", "ordinary", "192.0.2.1")


@pytest.fixture
def client(world: World) -> Client:
    """Of a superuser."""
    found = Client()
    found.force_login(User.objects.create_superuser("ada", password="x"))
    return found


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, by in document()["paths"].items():
        for method, one in by.items():
            yield path, method, one


def in_world(path: str, world: World) -> str:
    """The address with the things of the world."""
    assert world.search and world.download
    things = {
        "/searches/": world.search.pk,
        "/downloads/": world.download.pk,
        "/events/": world.event,
        "/pins/": world.event,
        "/flows/": world.flow,
        "/addresses/": world.ip,
        "/preferences/": world.preference,
    }
    thing = next((str(it) for part, it in things.items() if part in path), "")
    return re.sub(r"{\w+}", thing, path)


def test_the_document_is_valid() -> None:
    validate(document())


def test_every_route_of_the_api_is_described_and_nothing_else() -> None:
    found = {
        ARGUMENT.sub(r"{\1}", route.address)
        for route in routes.pages()
        if route.address.startswith("/api/")
    }
    assert found == set(document()["paths"])


def test_every_argument_of_an_address_is_described() -> None:
    for path, _, one in operations():
        described = [it["name"] for it in one["parameters"] if it["in"] == "path"]
        assert described == re.findall(r"{(\w+)}", path), path


def test_every_operation_has_a_name_of_its_own_and_a_known_tag() -> None:
    names = [one["operationId"] for _, _, one in operations()]
    assert len(names) == len(set(names))
    tags = {tag["name"] for tag in document()["tags"]}
    assert {tag for _, _, one in operations() for tag in one["tags"]} == tags


def test_every_route_has_the_methods_that_are_described(
    client: Client, world: World
) -> None:
    wrong = []
    for path, by in document()["paths"].items():
        for method in set(METHODS) - set(by):
            answer = getattr(client, method)(in_world(path, world))
            allowed = {one.lower() for one in answer.get("Allow", "").split(", ")}
            if answer.status_code != 405 or allowed - {"head"} != set(by):
                wrong.append(f"{method} {path}: {answer.status_code} {allowed}")
            assert set(answer.json()) == {"error", "at"}
    assert wrong == []


def test_head_works_wherever_get_does_but_for_the_file_of_a_download(
    client: Client, world: World
) -> None:
    for path, by in document()["paths"].items():
        if "get" not in by or path.endswith("/file"):
            continue
        described = calls.parameters(by["get"])
        given = {"ip": "127.0.0.1", "stream": "0"}
        query = {name: value for name, value in given.items() if name in described}
        answer = client.head(in_world(path, world), query)
        assert answer.status_code in (200, 404), path


def test_a_parameter_that_a_call_does_not_have_is_refused(
    client: Client, world: World
) -> None:
    for path, method, one in operations():
        if path.endswith("/file"):
            continue
        address = in_world(path, world)
        answer = client.generic(method.upper(), f"{address}?qq=type:ids")
        assert answer.status_code == 400, path
        assert answer.json()["error"].startswith("There is no parameter 'qq'."), path
        assert ("Did you mean q?" in answer.json()["error"]) == any(
            it["name"] == "q" for it in one["parameters"]
        )


def test_a_field_of_a_body_that_a_call_does_not_have_is_refused(
    client: Client, world: World
) -> None:
    body = json.dumps({"name": "x", "page": "history", "adress": "q=x"})
    answer = client.post("/api/v1/searches", body, "application/json")
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(
        "There is no field 'adress'. Did you mean address?"
    )


def test_just_the_parameters_that_a_view_reads_are_described(
    client: Client, world: World, settings: Any
) -> None:
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "tests.test_api_description.note_parameters",
    ]
    for path, method, one in operations():
        if method != "get" or path.endswith("/file"):
            continue
        described = {it["name"] for it in one["parameters"] if it["in"] == "query"}
        required = {it["name"] for it in one["parameters"] if it.get("required")}
        asked_for.clear()
        given = {"ip": "127.0.0.1"} if "ip" in required & described else {}
        client.get(in_world(path, world), given)
        assert asked_for == described, path


def test_every_example_is_answered(client: Client, world: World) -> None:
    for path, method, one in operations():
        given = {
            it["name"]: ",".join(it["example"])
            if isinstance(it["example"], list)
            else it["example"]
            for it in one["parameters"]
            if it["in"] == "query" and "example" in it
        }
        if method == "get" and not path.endswith("/file"):
            answer = client.get(in_world(path, world), given)
            assert answer.status_code in (200, 404), (path, given, answer.content)


def test_the_page_shows_every_operation(client: Client) -> None:
    text = client.get("/api").content.decode()
    for path, method, one in operations():
        assert f'id="{one["operationId"]}"' in text, f"{method} {path}"
        assert one["summary"] in text


def test_an_unknown_address_of_the_api_is_told_as_json(client: Client) -> None:
    for address in ("/api/", "/api/v1", "/api/v1/nothing", "/api/v1/events/x"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert answer.json() == {
            "error": "There is nothing at this address.",
            "at": None,
        }


def test_a_change_without_the_csrf_token_is_told_as_json(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.user)
    answer = strict.put("/api/v1/preferences/clock", '"utc"')
    assert answer.status_code == 403
    assert answer.json()["error"].startswith("Send the CSRF token of the session")


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 9}, "number, 1 to 9"),
        ({"type": "string", "maxLength": 5}, "text, at most 5 characters"),
        ({"type": ["string", "null"]}, "text or null"),
        ({"enum": ["a", "b"], "default": "a"}, "one of a, b, else a"),
        ({"type": "array", "items": {"type": "string"}}, "list: text"),
        ({"$ref": "#/components/schemas/Event"}, "Event"),
        ({}, "any JSON"),
    ],
)
def test_a_schema_in_words(schema: dict[str, Any], words: str) -> None:
    assert reference.kind(schema) == words
