"""The append-only trail: every change of configuration and every download."""

from typing import Any

from django.db import models

from sensors.models import AuditEntry, Domain, User


def record(
    user: User | None,
    action: str,
    target: object,
    domain: Domain | None = None,
    **detail: Any,
) -> AuditEntry:
    """Writes one entry; `user` None means the product itself."""
    return AuditEntry.objects.create(
        user=user.username if user else "system",
        domain=domain,
        action=action,
        target=str(target)[:200],
        detail=detail,
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
    """The plain field values of a model, for `changes`."""
    return {
        field.name: field.value_from_object(instance)
        for field in instance._meta.concrete_fields
    }
