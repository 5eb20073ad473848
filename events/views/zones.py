"""The zone that a user reads times in."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest


def zone_of(request: HttpRequest, kept: Mapping[str, Any] | None = None) -> ZoneInfo:
    """The user's own, or UTC when the preference `clock` says so."""
    if kept and kept.get("clock") == "utc":
        return ZoneInfo("UTC")
    return ZoneInfo(getattr(request.user, "zone", "UTC"))
