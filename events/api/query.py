"""What a text means as a query, and what may come next in it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from events import origins
from events.api import parameters
from events.api.answers import BadRequest, answers, reply
from events.occurring import Occurring
from events.query import QueryError, parse, reading
from events.query.completion import Completion, complete
from events.query.hints import hints
from events.query.parsing import MAX_LENGTH
from events.tables import Table
from sensors import access


@answers
def query(request: HttpRequest) -> HttpResponse:
    """GET /api/v1/query?q=&at=&table=: a wrong query is an answer, too."""
    given = request.GET
    text, table = given.get("q", ""), parameters.table(given)
    at = place(given, text)
    names = origins.names(access.scope(request.user))
    found, source = Completion(at, at), Occurring(table, names)
    if len(text) <= MAX_LENGTH and "\0" not in text:
        found = complete(text, at, source, table)
    told = {"warnings": [vars(hint) for hint in hints(text, source)]}
    return reply(meant(text, table) | told | shown(found))


def place(given: Mapping[str, str], text: str) -> int:
    """The offset in the text; without one its end."""
    asked = given.get("at", "")
    if not asked:
        return len(text)
    if not (asked.isascii() and asked.isdigit() and len(asked) < 7):
        raise BadRequest(f"at must be an offset in q, not {asked[:40]!r}.")
    return min(int(asked), len(text))


def meant(text: str, table: Table) -> dict[str, Any]:
    try:
        return {"reading": reading(parse(text), table.name), "error": None}
    except QueryError as error:
        said = {
            "message": error.message,
            "at": error.at,
            "suggestion": error.suggestion,
        }
        return {"reading": None, "error": said}


def shown(found: Completion) -> dict[str, Any]:
    return {
        "from": found.start,
        "to": found.end,
        "suggestions": [vars(one) for one in found.suggestions],
    }
