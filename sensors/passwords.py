"""One-time passwords, and the one place that insists on their change."""

import secrets
from collections.abc import Callable
from functools import cache

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from sensors.models import User

# Without the characters that are mistaken for each other when read out.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
OPEN_ROUTES = frozenset({"password", "logout", "healthz"})


def one_time() -> str:
    """Four groups of four: 79 bits, easy to type."""
    groups = ["".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4)]
    return "-".join(groups)


def issue(user: User) -> str:
    """Sets a new one-time password (the caller saves the user) and returns its text."""
    text = one_time()
    user.set_password(text)
    user.must_change_password = True
    return text


def must_change(user: User | AnonymousUser) -> bool:
    return user.is_authenticated and user.must_change_password


class ChangeFirstMiddleware:
    """Whoever logged in with a one-time password reaches nothing but its change.

    It stands before the tokens' middleware: here `request.user` is the session's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if must_change(request.user) and request.path not in open_paths():
            return self.refuse(request)
        return self.get_response(request)

    def refuse(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            said = {"error": "Change your password first.", "at": None}
            return JsonResponse(said, status=403)
        return redirect("password")


@cache
def open_paths() -> frozenset[str]:
    return frozenset(reverse(name) for name in OPEN_ROUTES)
