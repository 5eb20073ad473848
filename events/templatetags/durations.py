"""Lengths of time in templates."""

from django import template

from events.clocklist import duration

register = template.Library()


@register.filter
def length(seconds: float | None) -> str:
    """`2 min 5 s`; with a minus sign below 0, a dash for none."""
    if seconds is None:
        return "–"
    text = duration(abs(seconds))
    return f"−{text}" if seconds <= -0.0005 else text  # noqa: RUF001  (a minus sign)
