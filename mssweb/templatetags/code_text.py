"""Texts of the API's description in a page."""

import json
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def code_text(text: str) -> SafeString:
    """What stands between backquotes as code; everything is escaped."""
    parts = ((("", "code")[n % 2], part) for n, part in enumerate(text.split("`")))
    return format_html_join("", "{}", ((piece(*part),) for part in parts))


def piece(tag: str, text: str) -> SafeString:
    return format_html("<code>{}</code>" if tag else "{}", text)


@register.filter
def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
