"""The form by which the Historical page makes a report."""

from typing import Any

from django import template

from sensors import access

register = template.Library()


@register.inclusion_tag("events/report_form.html", takes_context=True)
def report_form(context: dict[str, Any]) -> dict[str, Any]:
    """With the domains that a report can be bound to."""
    request = context["request"]
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "domains": access.domains(request.user),
    }
