"""A sensor's tokens for programs that send over HTTP: made, shown once, revoked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sensors import audit, changes
from sensors.forms.sensor import SenderForm
from sensors.models import SenderToken
from sensors.views.sensor import administered, sensor_page
from sensors.views.session import user_of


@require_POST
@never_cache
@changes.alone()
def sender_new(request: HttpRequest, pk: int) -> HttpResponse:
    sensor = administered(request, pk)
    token = SenderToken(sensor=sensor)
    form = SenderForm(request.POST, instance=token)
    if not form.is_valid():
        return sensor_page(request, sensor, sender_form=form)
    text = token.issue()
    changes.create(user_of(request), token)
    return sensor_page(request, sensor, sender_token=text)


@require_POST
@changes.alone()
def sender_revoke(request: HttpRequest, pk: int, token: int) -> HttpResponse:
    sensor = administered(request, pk)
    found = get_object_or_404(sensor.tokens, pk=token, revoked=None)
    before = audit.values(found)
    found.revoked = timezone.now()
    changes.save(user_of(request), found, before)
    messages.success(request, f"The token {found} is revoked: it is refused from now.")
    return redirect(reverse("sensor", args=[pk]) + "#senders")
