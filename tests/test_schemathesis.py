"""The API does what its description says, whatever it is asked.

Schemathesis makes calls from the description: its examples, every limit and what lies
beyond it, and some at random. What it checks is in CHECKS; answers have no field that
is not described.
"""

from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from mssweb.asgi import application
from mssweb.description import document
from sensors.models import User
from tests import worlds
from tests.test_access import session_of

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "unsupported_method",
)
NOT_CHECKED = (
    "positive_data_acceptance",  # a query that fits its limits may still be wrong
    "negative_data_rejection",  # what is not known is ignored
    "missing_required_header",
    "ignored_auth",  # tests/test_access.py
    "use_after_free",
    "ensure_resource_availability",
)
CSRF = "c" * 32
EXAMPLES = 5  # at random, of each operation
# It asks the name servers of the machine that runs the suite.
LEFT_OUT = "/api/v1/resolve"


def closed(schema: Any) -> Any:
    """The same, but an answer with a field that is not described does not fit it."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: closed(value) for name, value in schema.items()}
    if "properties" in found and "required" in found:
        found.setdefault("additionalProperties", False)
    return found


def description() -> Any:
    """With answers that are closed; bodies may have more, which is ignored."""
    found = dict(document())
    found["components"] = closed(found["components"])
    found["paths"] = {
        path: {
            method: {**one, "responses": closed(one["responses"])}
            for method, one in by.items()
        }
        for path, by in found["paths"].items()
    }
    return found


def config(user: User) -> SchemathesisConfig:
    cookies = f"sessionid={session_of(user)}; csrftoken={CSRF}"
    return SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "headers": {"Cookie": cookies, "X-CSRFToken": CSRF},
            "generation": {
                "max-examples": EXAMPLES,
                "with-security-parameters": False,
                "deterministic": True,
                "database": "none",
                "no-shrink": True,
            },
            "phases": {"stateful": {"enabled": False}},
            "checks": {
                **dict.fromkeys(CHECKS, {"enabled": True}),
                **dict.fromkeys(NOT_CHECKED, {"enabled": False}),
            },
            "continue-on-failure": True,
        }
    )


@pytest.fixture
def ada(empty_store: None) -> User:
    """A superuser in a world with one thing of each kind."""
    worlds.make("own", "ordinary", "192.0.2.1")
    return User.objects.create_superuser("ada", password="x")


def test_whatever_is_asked_is_answered_as_described(ada: User) -> None:
    schema = schemathesis.openapi.from_dict(description(), config=config(ada))
    schema.app = application
    tried, wrong = set(), []
    for event in from_schema(schema.exclude(path=LEFT_OUT)).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            wrong.append(str(event))
        if isinstance(event, events.ScenarioFinished):
            tried.add(event.label)
            wrong += failures(event)
    assert not wrong, "\n\n".join(dict.fromkeys(wrong))
    paths = document()["paths"].items()
    every = {f"{method.upper()} {path}" for path, by in paths for method in by}
    assert tried == every - {f"GET {LEFT_OUT}"}


def failures(event: events.ScenarioFinished) -> list[str]:
    """What went wrong, and the call that shows it."""
    return [
        f"{event.label}: {check.failure_info.failure}\n{check.failure_info.code_sample}"
        for checks in event.recorder.checks.values()
        for check in checks
        if check.failure_info is not None
    ]
