"""The description of the API: for programs, and as a page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from events.api.answers import answers, reply
from mssweb import reference
from mssweb.description import document


@answers
def openapi(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/openapi.json"""
    return reply(document())


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    found = document()
    context = {
        "info": found["info"],
        "sections": reference.sections(found),
        "schemas": reference.schemas(found),
        "security": found["components"]["securitySchemes"],
        "address": request.build_absolute_uri("/"),
    }
    return render(request, "api.html", context)
