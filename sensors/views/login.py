"""Log-in, and what somebody sees who guessed too often."""

from typing import Any

from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sensors import audit
from sensors.forms.account import LogInForm


class Login(LoginView):
    """Django's log-in; success is written into the trail."""

    template_name = "sensors/login.html"
    authentication_form = LogInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        user = form.get_user()
        audit.record(user, "logged in", user, address=address(self.request))
        return response


def address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def locked_out(request: HttpRequest, *_: Any) -> HttpResponse:
    """In place of the log-in page while the name is locked for this address."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "sensors/locked.html", {"minutes": minutes}, status=429)


@receiver(user_locked_out)
def note_lock(request: HttpRequest, username: str, **_: Any) -> None:
    """The failure that locks is written down, those that follow are not."""
    if getattr(request, "axes_failures_since_start", None) is not None:
        audit.record(None, "log-in locked", username, address=address(request))
