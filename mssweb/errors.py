"""What is answered when no view does: pages for people, JSON below /api/.

A database that is away is no fault of the request: 503, and worth another try.
"""

import sys

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views import csrf, defaults

from events import pools
from events.api.answers import failure

RETRY_SECONDS = "5"


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return failure(400, "The request was not understood.")
    return defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return failure(403, str(exception) or "This is not allowed.")
    return defaults.permission_denied(request, exception)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    if is_api(request):
        return failure(403, f"Send the CSRF token of the session: {reason}")
    return csrf.csrf_failure(request, reason)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return failure(404, "There is nothing at this address.")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls it while the exception is being handled."""
    if isinstance(sys.exception(), pools.AWAY):
        return database_away(request)
    if is_api(request):
        return failure(500, "Something went wrong; the server's log has the error.")
    return defaults.server_error(request)


def database_away(request: HttpRequest) -> HttpResponse:
    """Needs no database itself, as it has no context."""
    if is_api(request):
        answer = failure(503, "The database does not answer; try again.")
    else:
        answer = HttpResponse(loader.get_template("503.html").render(), status=503)
    answer["Retry-After"] = RETRY_SECONDS
    return answer
