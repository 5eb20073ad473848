"""Template filters for text that came from outside."""

from django import template

from sensors import visible

register = template.Library()


@register.filter
def shown(value: object) -> str:
    """The value as text with unseen characters named; None is empty."""
    return "" if value is None else visible.text(str(value))


@register.filter
def before_port(address: object, port: object) -> str:
    """An IPv6 address before a port stands in brackets, as in exported lines."""
    text = shown(address)
    return f"[{text}]" if port is not None and ":" in text else text


@register.filter
def pieces(value: object) -> list[tuple[str, bool]]:
    """For `{% for piece, is_named in raw|pieces %}`."""
    return visible.parts(str(value))
