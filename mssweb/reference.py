"""The description of the API as the page `/api` shows it. Pure: document → sections."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sensors.openapi import Json

WORDS = {
    "string": "text",
    "integer": "number",
    "number": "number",
    "boolean": "true or false",
    "null": "null",
    "object": "{…}",
    "array": "[…]",
}
FORMATS = {"date-time": "time", "uri-reference": "address"}


@dataclass(frozen=True)
class Given:
    """A parameter."""

    name: str
    place: str
    kind: str
    about: str
    required: bool
    example: str


@dataclass(frozen=True)
class Answer:
    status: str
    about: str
    media: str
    shape: str  # empty: as every error, or none


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    about: str
    by_token: bool
    given: list[Given]
    body: str
    example: Any
    answers: list[Answer]
    failures: list[Answer]


@dataclass(frozen=True)
class Section:
    name: str
    about: str
    operations: list[Operation]


def sections(document: Json) -> list[Section]:
    """In the order of the tags."""
    every = list(operations(document))
    return [
        Section(
            tag["name"],
            tag["description"],
            [one for name, one in every if name == tag["name"]],
        )
        for tag in document["tags"]
    ]


def schemas(document: Json) -> list[tuple[str, str]]:
    """Those that several answers share, by name."""
    shared = document["components"]["schemas"]
    return [(name, shape(schema)) for name, schema in shared.items()]


def operations(document: Json) -> Iterator[tuple[str, Operation]]:
    """Each with its tag."""
    for path, by in document["paths"].items():
        for method, one in by.items():
            yield one["tags"][0], operation(document, path, method, one)


def operation(document: Json, path: str, method: str, one: Json) -> Operation:
    body = one.get("requestBody", {}).get("content", {}).get("application/json", {})
    found = [answer(document, *pair) for pair in one["responses"].items()]
    return Operation(
        id=one["operationId"],
        method=method.upper(),
        path=path,
        summary=one["summary"],
        about=one["description"],
        by_token={"token": []} in one["security"],
        given=[given(parameter) for parameter in one["parameters"]],
        body=shape(body["schema"]) if body else "",
        example=body.get("example"),
        answers=[one for one in found if one.status < "400"],
        failures=[one for one in found if one.status >= "400"],
    )


def given(parameter: Json) -> Given:
    example = parameter.get("example", "")
    return Given(
        name=parameter["name"],
        place=parameter["in"],
        kind=kind(parameter["schema"]),
        about=parameter["description"],
        required=parameter.get("required", False),
        example=",".join(example) if isinstance(example, list) else str(example),
    )


def answer(document: Json, status: str, one: Json) -> Answer:
    if "$ref" in one:
        found = document["components"]["responses"][status]
        return Answer(status, found["description"], "", "")
    content = one.get("content", {})
    schema = next((media["schema"] for media in content.values()), None)
    return Answer(
        status, one["description"], ", ".join(content), shape(schema) if schema else ""
    )


# -- schemas as text


def kind(schema: Json) -> str:
    """In a few words: `number, 1 to 1000, else 100`."""
    found = [name(schema), *limits(schema)]
    if "default" in schema:
        found.append(f"else {schema['default']}")
    return ", ".join(found)


def name(schema: Json) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[1])
    if "anyOf" in schema:
        return " or ".join(name(one) for one in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if "items" in schema:
        return f"list: {name(schema['items'])}"
    if "type" not in schema:
        return "any JSON"
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    words = [FORMATS.get(schema.get("format", ""), WORDS[types[0]])]
    return " or ".join(dict.fromkeys([*words, *(WORDS[one] for one in types[1:])]))


def limits(schema: Json) -> Iterator[str]:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        yield f"{low} to {high}"
    elif low is not None:
        yield f"at least {low}"
    if "maxLength" in schema:
        yield f"at most {schema['maxLength']} characters"
    if "maxItems" in schema:
        yield f"at most {schema['maxItems']}"


def shape(schema: Json, indent: str = "") -> str:
    """As JSON with kinds instead of values; meanings behind dashes."""
    if "anyOf" in schema and any("properties" in one for one in schema["anyOf"]):
        return " or ".join(shape(one, indent) for one in schema["anyOf"])
    if "items" in schema:
        return f"[{shape(schema['items'], indent)}, …]"
    if isinstance(schema.get("additionalProperties"), dict):
        inner = shape(schema["additionalProperties"], indent + "  ")
        return f"{{\n{indent}  NAME: {inner}, …\n{indent}}}"
    if "properties" not in schema:
        return kind(schema)
    lines = [line(schema, one, indent) for one in schema["properties"]]
    return "\n".join(["{", *lines, f"{indent}}}"])


def line(schema: Json, name: str, indent: str) -> str:
    inner = schema["properties"][name]
    absent = "" if name in schema["required"] else "?"
    meaning = inner.get("description", "")
    found = f'{indent}  "{name}"{absent}: {shape(inner, indent + "  ")}'
    return f"{found}  — {meaning}" if meaning else found
