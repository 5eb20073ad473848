"""Every route of the product, found by walking its URL configuration."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

from events.routing import websocket_urlpatterns


class Route(NamedTuple):
    name: str
    address: str  # as the pattern writes it
    arguments: frozenset[str]  # names of what the address contains


def pages() -> list[Route]:
    return list(walk(get_resolver().url_patterns))


def sockets() -> list[Route]:
    return list(walk(websocket_urlpatterns))


def walk(
    patterns: Sequence[URLPattern | URLResolver], before: str = "/"
) -> Iterator[Route]:
    for pattern in patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, address)
        else:
            names = frozenset(re.findall(r"<(?:\w+:)?(\w+)>", address))
            yield Route(pattern.name or f"unnamed {address}", address, names)
