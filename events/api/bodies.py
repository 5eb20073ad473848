"""What a call brings in its body: one JSON object, small, checked by its types."""

from typing import Any, TypeVar

import orjson
from django.http import HttpRequest

from events.api.answers import BadRequest

LIMIT = 64 << 10  # bytes

T = TypeVar("T")


def fields(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > LIMIT:
        raise BadRequest(f"The body is larger than {LIMIT >> 10} KiB.")
    try:
        found = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        raise BadRequest("The body must be JSON.") from None
    if not isinstance(found, dict):
        raise BadRequest("The body must be a JSON object.")
    return found


def text(given: dict[str, Any], name: str, default: str = "") -> str:
    """A text without NUL; `null` is the empty one."""
    found = typed(given, name, str, default, "a text")
    if "\0" in found:
        raise BadRequest(f"{name} has a null character.")
    return found


def flag(given: dict[str, Any], name: str, default: bool = False) -> bool:
    return typed(given, name, bool, default, "true or false")


def texts(given: dict[str, Any], name: str) -> list[str]:
    found = typed(given, name, list, [], "a list of texts")
    if not all(isinstance(item, str) for item in found):
        raise BadRequest(f"{name} must be a list of texts.")
    return found


def typed(given: dict[str, Any], name: str, kind: type[T], default: T, what: str) -> T:
    """The value, or the default where it is absent; `null` is an empty value."""
    if name not in given:
        return default
    found = kind() if given[name] is None else given[name]
    if not isinstance(found, kind):
        raise BadRequest(f"{name} must be {what}.")
    return found
