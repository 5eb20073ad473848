"""How configuration changes: saved, written into the trail and announced, or nothing.

Views call these; so no change can miss the trail, and ingest notices each.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models, transaction

from sensors import audit, routing
from sensors.models import Domain, User

Values = dict[str, Any]


@contextmanager
def alone() -> Iterator[None]:
    """A transaction in which nobody else changes the configuration.

    What a form checked inside (a name that is free, a network that nobody has) still
    holds when it is saved.
    """
    with transaction.atomic():
        routing.lock()
        yield


def domain_of(instance: models.Model) -> Domain | None:
    """The domain whose administrators may read the entry; None: superusers only."""
    if isinstance(instance, Domain):
        return instance
    holder = getattr(instance, "sensor", instance)
    found = getattr(holder, "domain", None)
    return found if isinstance(found, Domain) else None


@transaction.atomic
def create(user: User, instance: models.Model) -> None:
    instance.save()
    note(user, "created", instance, audit.changes({}, audit.values(instance)))


@transaction.atomic
def save(user: User, instance: models.Model, before: Values) -> bool:
    """False when nothing differs from `before` (from `audit.values`)."""
    instance.save()
    differs = audit.changes(before, audit.values(instance))
    if differs:
        note(user, "changed", instance, differs)
    return bool(differs)


@transaction.atomic
def delete(user: User, instance: models.Model) -> None:
    """ProtectedError when something still needs it."""
    gone = audit.changes(audit.values(instance), {})
    note(user, "deleted", instance, gone)
    instance.delete()


def note(user: User, verb: str, instance: models.Model, differs: Values) -> None:
    kind = instance._meta.verbose_name
    audit.record(user, f"{kind} {verb}", instance, domain_of(instance), changes=differs)
    routing.bump()
