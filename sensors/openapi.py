"""Pieces of the API's description (OpenAPI 3.1), so that an operation is a few lines.

Every app describes its own routes by a literal table of `Paths` beside its views;
`mssweb/description.py` puts them together.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Json = dict[str, Any]
Paths = dict[str, dict[str, Json]]  # address → method → operation

JSON, LINES, TEXT = "application/json", "application/x-ndjson", "text/plain"

# What is answered instead, always in the one shape.
FAILURES = {
    400: "Something that was asked for is wrong; the sentence says what.",
    401: "Nobody is logged in, or the token is unknown.",
    403: "This is not allowed: a token only reads, a change needs the CSRF token of "
    "the session, or the right for it is missing.",
    404: "There is no such thing, or it belongs to a domain that one is no member of.",
    409: "It was fetched already.",
    429: "Too many at once; the sentence says how many there may be.",
    503: "The database does not answer; try again.",
}
ALWAYS = (401, 403, 503)  # any call may be answered so


# -- schemas


def text(most: int | None = None, **more: Any) -> Json:
    """`most` characters."""
    found: Json = {"type": "string", **more}
    return found if most is None else {**found, "maxLength": most}


def whole(low: int | None = None, high: int | None = None, **more: Any) -> Json:
    bounds = {"minimum": low, "maximum": high}
    known = {name: value for name, value in bounds.items() if value is not None}
    return {"type": "integer", **known, **more}


def number(low: float | None = None, high: float | None = None, **more: Any) -> Json:
    return {**whole(**more), "type": "number"} | {
        name: value
        for name, value in (("minimum", low), ("maximum", high))
        if value is not None
    }


def flag(**more: Any) -> Json:
    return {"type": "boolean", **more}


def moment(**more: Any) -> Json:
    """ISO 8601 in UTC."""
    return {"type": "string", "format": "date-time", **more}


def choice(words: Iterable[str | int], **more: Any) -> Json:
    found = list(words)
    kind = "string" if isinstance(found[0], str) else "integer"
    return {"type": kind, "enum": found, **more}


def names(words: Iterable[str], most: int, least: int = 1, **more: Any) -> Json:
    """Words with commas between them; in a query one text."""
    items = choice(words)
    return {
        "type": "array",
        "items": items,
        "minItems": least,
        "maxItems": most,
        "uniqueItems": True,
        **more,
    }


def many(items: Json, **more: Any) -> Json:
    return {"type": "array", "items": items, **more}


def maybe(schema: Json) -> Json:
    """The same, or null."""
    if "type" in schema and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def record(
    fields: Mapping[str, Json], optional: Iterable[str] = (), **more: Any
) -> Json:
    absent = set(optional)
    return {
        "type": "object",
        "properties": dict(fields),
        "required": [name for name in fields if name not in absent],
        **more,
    }


def named(values: Json, **more: Any) -> Json:
    """An object whose names are not known before."""
    return {"type": "object", "additionalProperties": values, **more}


def about(schema: Json, meaning: str) -> Json:
    return {**schema, "description": meaning}


def ref(name: str) -> Json:
    """A schema that the description has once."""
    return {"$ref": f"#/components/schemas/{name}"}


# -- parameters


def query(name: str, schema: Json, meaning: str, example: Any = None) -> Json:
    return parameter("query", name, schema, meaning, example)


def listed(name: str, schema: Json, meaning: str, example: Any = None) -> Json:
    """Several words with commas between them."""
    found = parameter("query", name, schema, meaning, example)
    return {**found, "style": "form", "explode": False}


def path(name: str, schema: Json, meaning: str, example: Any = None) -> Json:
    return {**parameter("path", name, schema, meaning, example), "required": True}


def parameter(place: str, name: str, schema: Json, meaning: str, example: Any) -> Json:
    found = {"name": name, "in": place, "description": meaning, "schema": schema}
    return found if example is None else {**found, "example": example}


# -- operations


def operation(
    tag: str,
    summary: str,
    answers: Mapping[int, Json],
    fails: Iterable[int] = (),
    meaning: str = "",
    parameters: Sequence[Json] = (),
    body: Json | None = None,
    changes: bool = False,
) -> Json:
    """`changes`: only a session may call it, with its CSRF token."""
    wrong = [400] if parameters or body else []
    # An argument of the address that is none, as a word for a number.
    absent = [404] if any(one["in"] == "path" for one in parameters) else []
    refused = sorted({*ALWAYS, *wrong, *absent, *fails})
    found: Json = {
        "tags": [tag],
        "summary": summary,
        "description": meaning,
        "parameters": list(parameters),
        "responses": {
            **{str(status): answer for status, answer in answers.items()},
            **{str(status): failure(status) for status in refused},
        },
        "security": [{"session": [], "csrf": []}]
        if changes
        else [{"token": []}, {"session": []}],
    }
    return found if body is None else {**found, "requestBody": body}


def failure(status: int) -> Json:
    return {"$ref": f"#/components/responses/{status}"}


def failures() -> Json:
    """The answers that `failure` refers to."""
    return {
        str(status): answer(meaning, ref("Error"))
        for status, meaning in FAILURES.items()
    }


def answer(meaning: str, schema: Json, media: str = JSON) -> Json:
    return {"description": meaning, "content": {media: {"schema": schema}}}


def nothing(meaning: str) -> Json:
    return {"description": meaning}


def body(schema: Json, example: Any) -> Json:
    content = {JSON: {"schema": schema, "example": example}}
    return {"required": True, "content": content}


ERROR = record(
    {
        "error": text(description="One sentence for a person."),
        "at": maybe(
            whole(0, description="Where in `q` it is wrong: an offset in characters.")
        ),
    },
    description="Every error of the API has this shape.",
)
