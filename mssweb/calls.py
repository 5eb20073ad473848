"""What every call of the API is held to, by its description: known parameters, and a
method that it does not have told in the one shape of errors.

A parameter that nobody reads is refused: a misspelt `cursor` would give the first page
for ever, a misspelt `q` everything.
"""

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from inspect import iscoroutinefunction
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

from events.api import bodies
from events.api.answers import failure
from mssweb import description
from mssweb.errors import is_api
from sensors import openapi as o
from sensors.openapi import Json

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


@sync_and_async_middleware
def described_calls(get_response: Callable[..., Any]) -> Callable[..., Any]:
    def called(request: HttpRequest) -> HttpResponse:
        return in_shape(request, get_response(request))

    async def awaited(request: HttpRequest) -> HttpResponse:
        return in_shape(request, await get_response(request))

    middleware: Any = awaited if iscoroutinefunction(get_response) else called
    middleware.process_view = process_view
    found: Callable[..., Any] = middleware
    return found


def in_shape(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if response.status_code != 405 or not is_api(request):
        return response
    allowed = response["Allow"]
    answer = failure(405, f"The method must be one of {allowed}.")
    answer["Allow"] = allowed
    return answer


def process_view(request: HttpRequest, *_: Any) -> HttpResponse | None:
    """400 for a parameter, or a field of the body, that the call does not have."""
    called = called_operation(request)
    if called is None:
        return None
    wrong = unknown("parameter", request.GET, parameters(called))
    if wrong is None and (fields := body_fields(called)):
        wrong = unknown("field", given_fields(request), fields)
    return None if wrong is None else failure(400, wrong)


def called_operation(request: HttpRequest) -> Json | None:
    match = request.resolver_match
    return operation(match.route, request.method or "") if match else None


def operation(route: str, method: str) -> Json | None:
    """The call as the description has it; None for what is no described call."""
    by = description.PATHS.get("/" + ARGUMENT.sub(r"{\1}", route), {})
    return by.get("get" if method == "HEAD" else method.lower())


def parameters(operation: Json) -> list[str]:
    given = operation.get("parameters", [])
    return [one["name"] for one in given if one["in"] == "query"]


def body_fields(operation: Json) -> list[str]:
    """Empty when the body is none or not an object of known fields."""
    content = operation.get("requestBody", {}).get("content", {})
    return list(content.get(o.JSON, {}).get("schema", {}).get("properties", {}))


def given_fields(request: HttpRequest) -> Iterable[str]:
    """None of a body that the view itself will refuse."""
    if len(request.body) > bodies.LIMIT:
        return ()
    try:
        found = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return ()
    return found if isinstance(found, dict) else ()


def unknown(kind: str, given: Iterable[str], known: list[str]) -> str | None:
    """What is wrong with the first that is not known."""
    name = next((one for one in given if one not in known), None)
    if name is None:
        return None
    close = get_close_matches(name, known, n=1)
    guess = f" Did you mean {close[0]}?" if close else ""
    there = f"There are {', '.join(known)}." if known else "This call has none."
    return f"There is no {kind} {name[:40]!r}.{guess} {there}"
