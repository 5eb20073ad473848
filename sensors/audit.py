"""The append-only trail: every change of configuration and every download.

`record` is the only writer. Under the key `changes` of the detail the audit page shows
`{field: [old, new]}` as old → new; every other key is shown as it is.
"""

import json
from typing import Any

from django.db import models

from sensors.models import AuditEntry, Domain, User

SECRET = frozenset({"password", "digest"})
UNIMPORTANT = frozenset({"id", "last_login", "last_used"})
NOT_IN_POSTGRESQL = {0: "\N{REPLACEMENT CHARACTER}"} | dict.fromkeys(
    range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}"
)
TARGET_LIMIT = 200


def record(
    user: User | None,
    action: str,
    target: object,
    domain: Domain | None = None,
    **detail: Any,
) -> AuditEntry:
    """Writes one entry; `user` None means the product itself.

    Any text is accepted: what PostgreSQL cannot keep becomes U+FFFD.
    """
    return AuditEntry.objects.create(
        user=user.username if user else "system",
        domain=domain,
        action=action,
        target=storable(str(target))[:TARGET_LIMIT],
        detail=plain(detail),
    )


def changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """`{field: [old, new]}` of what differs."""
    keys = before.keys() | after.keys()
    return {
        key: [before.get(key), after.get(key)]
        for key in sorted(keys)
        if before.get(key) != after.get(key)
    }


def values(instance: models.Model) -> dict[str, Any]:
    """The plain field values of a model without its secrets, for `changes`."""
    return {
        field.name: value(instance, field)
        for field in instance._meta.concrete_fields
        if field.name not in SECRET | UNIMPORTANT
    }


def value(instance: models.Model, field: "models.Field[Any, Any]") -> Any:
    """What people read in the trail: a related row by its name, not its number."""
    if field.is_relation:
        related = getattr(instance, field.name)
        return None if related is None else str(related)
    return field.value_from_object(instance)


def storable(text: str) -> str:
    return text.translate(NOT_IN_POSTGRESQL)


def plain(detail: dict[str, Any]) -> dict[str, Any]:
    """The detail as JSON that PostgreSQL accepts: no NUL, no lone surrogate."""
    text = json.dumps(detail, default=str, ensure_ascii=False)
    kept: dict[str, Any] = json.loads(storable(text.replace("\\u0000", "\ufffd")))
    return kept
