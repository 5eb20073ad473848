"""`Authorization: Bearer TOKEN` for the API, beside the session of the pages."""

from collections.abc import Callable
from datetime import timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from sensors.models import ApiToken, token_digest

STALE = timedelta(minutes=1)


class TokenMiddleware:
    """Sets `request.user` from a bearer token on /api/ routes; 401 if it is unknown.

    A token reads only: any method that could change something is refused.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        if not request.path.startswith("/api/"):
            return self.get_response(request)
        if kind.lower() == "bearer":
            return self.with_token(request, text.strip())
        if not request.user.is_authenticated:
            return refuse("Log in, or send Authorization: Bearer TOKEN.")
        return self.get_response(request)

    def with_token(self, request: HttpRequest, text: str) -> HttpResponse:
        token = (
            ApiToken.objects.select_related("user")
            .filter(digest=token_digest(text), user__is_active=True)
            .first()
        )
        if token is None:
            return refuse("The token is unknown.")
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            return refuse("The token may only read.", 403)
        self.note_use(token)
        request.user = token.user
        return self.get_response(request)

    def note_use(self, token: ApiToken) -> None:
        """At most one write a minute, however often the token is used."""
        now = timezone.now()
        if token.last_used is None or now - token.last_used > STALE:
            ApiToken.objects.filter(pk=token.pk).update(last_used=now)


def refuse(why: str, status: int = 401) -> JsonResponse:
    """In the one shape of the API's errors."""
    response = JsonResponse({"error": why, "at": None}, status=status)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response
