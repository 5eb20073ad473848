"""The zone that a user reads times in."""

from zoneinfo import ZoneInfo

from django.http import HttpRequest


def zone_of(request: HttpRequest) -> ZoneInfo:
    return ZoneInfo(getattr(request.user, "zone", "UTC"))
