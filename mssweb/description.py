"""The description of the API: what each app says of its routes, put together."""

from functools import cache
from typing import Any

from django.conf import settings

from events.api import described as events
from exporters import described_api as exporters
from ingest import described_api as ingest
from sensors import described_api as sensors
from sensors import openapi as o
from sensors.openapi import Json, Paths

ABOUT = (
    "What the pages can read, this API can read, with the same rights: events of a "
    "domain that one is no member of do not exist. HEAD works wherever GET does, but "
    "for the file of a download. Every error is "
    '`{"error": sentence, "at": offset or null}`. Times are ISO 8601 in UTC.'
)
TAGS = {
    "Search": "Events and flow summaries, a page at a time, and single ones.",
    "Figures": "How many there are over time, of what, by whom.",
    "Queries": "The language of `q`.",
    "Addresses": "What is known of them.",
    "Downloads": "Everything that matches, as a file.",
    "Pins": "Events that you keep at hand.",
    "Saved searches": "Yours and those of your domains.",
    "Preferences": "What you have set for the pages.",
    "Sensors": "How they are, and what they received.",
    "Description": "This description.",
}
SECURITY: Json = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of your account page, with your rights. It reads only.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": settings.SESSION_COOKIE_NAME,
        "description": "Who is logged in to the pages.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRFToken",
        "description": "The token of the session, without which nothing is changed.",
    },
}
OWN: Paths = {
    "/api/v1/openapi.json": {
        "get": o.operation(
            "Description",
            "This description",
            {200: o.answer("OpenAPI 3.1.", {"type": "object"})},
        )
    }
}
PATHS: Paths = {
    **events.PATHS,
    **exporters.PATHS,
    **sensors.PATHS,
    **ingest.PATHS,
    **OWN,
}


@cache
def document() -> Json:
    """The same for everybody."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "MSS Web",
            "version": settings.VERSION,
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": what} for name, what in TAGS.items()],
        "paths": {
            path: {method: identified(path, method, one) for method, one in by.items()}
            for path, by in PATHS.items()
        },
        "components": {
            "schemas": {"Error": o.ERROR, **events.SCHEMAS},
            "responses": o.failures(),
            "securitySchemes": SECURITY,
        },
    }


def identified(path: str, method: str, operation: Json) -> dict[str, Any]:
    """With a name for generated clients, as `get_events_number_around`."""
    words = path.removeprefix("/api/v1/").replace(".", "/").replace("{", "")
    name = "_".join([method, *words.replace("}", "").split("/")])
    return {"operationId": name, **operation}
