"""How the API answers: JSON, and every error in one shape."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from events import pools, rows
from events.cursors import CursorError
from events.query import QueryError

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class BadRequest(ValueError):
    """A parameter is wrong; the message is one sentence for the caller."""


def answers(view: View[P]) -> View[P]:
    """A read-only view whose every error is JSON of the one shape."""
    return require_safe(errors_as_json(view))


def errors_as_json(view: View[P]) -> View[P]:
    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except QueryError as error:
            return failure(400, error.message, error.at)
        except (BadRequest, CursorError) as error:
            return failure(400, str(error))
        except pools.AWAY:
            return failure(503, "The database does not answer; try again.")

    return guarded


def reply(value: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(rows.dumps(value), "application/json", status)


def failure(status: int, message: str, at: int | None = None) -> HttpResponse:
    return reply({"error": message, "at": at}, status)
