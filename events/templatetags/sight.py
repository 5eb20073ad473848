"""Why a user sees no event at all."""

from typing import Any

from django import template

from sensors import access
from sensors.models import Role

register = template.Library()
MOST = 3  # domains that are named


@register.inclusion_tag("events/nothing_seen.html", takes_context=True)
def nothing_seen(context: dict[str, Any]) -> dict[str, Any]:
    """For one who sees no sensor: no domain is shared with them, or those that are
    have no sensor yet."""
    user = context["request"].user
    names = list(access.domains(user).order_by("name").values_list("name", flat=True))
    return {
        "named": " and ".join(names) if len(names) <= MOST else f"{len(names)} domains",
        "count": len(names),
        "may_add": access.may(user, Role.ADMINISTRATOR),
    }
