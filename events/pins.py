"""Events that a user keeps at hand, with a note: personal, and bound to what the user
may see now.

A pin has a copy of the event, so that retention does not lose what matters.
"""

from typing import Any

import orjson
from django.db import transaction
from django.db.models import QuerySet

from events import origins, pools, rows, search
from events.cursors import LAST_ID
from events.models import Pin
from sensors import access
from sensors.models import User

LIMIT = 1_000  # pins of one user
LONGEST_NOTE = 500  # characters


class WrongPin(ValueError):
    """It cannot be kept; the message is one sentence."""


class NoEvent(LookupError):
    """There is no such event within the user's scope."""


def visible(user: User) -> QuerySet[Pin]:
    """The pins whose sensors the user may still see, the latest first."""
    found = Pin.objects.filter(user=user, sensor__in=access.scope(user))
    return found.defer("line").order_by("-at", "-pk")


def ids(user: User) -> list[int]:
    return list(visible(user).values_list("event", flat=True))


def one(user: User, number: int) -> Pin | None:
    return visible(user).filter(event=number).first() if number <= LAST_ID else None


@transaction.atomic
def keep(user: User, number: int, note: str | None = None) -> Pin:
    """Pins an event or changes its note; None leaves the note. NoEvent, WrongPin."""
    User.objects.select_for_update().get(pk=user.pk)
    pin = one(user, number) or fresh(user, number)
    if note is not None:
        pin.note = checked(note)
    pin.save()
    return pin


def fresh(user: User, number: int) -> Pin:
    scope = access.scope(user)
    found = search.event(number, scope) if number <= LAST_ID else None
    if found is None:
        raise NoEvent
    if user.pins.count() >= LIMIT:
        raise WrongPin(f"You have {LIMIT} pins, the most there can be; remove some.")
    row = rows.event(found, origins.names(scope))
    line = rows.line(found)
    return Pin(
        user=user,
        event=number,
        sensor=found["sensor"],
        row=rows.dumps(row).decode(),
        line=rows.dumps(line).decode(),
    )


def checked(note: str) -> str:
    text = note.strip()
    if len(text) > LONGEST_NOTE:
        raise WrongPin(f"A note has at most {LONGEST_NOTE} characters.")
    if "\0" in text:
        raise WrongPin("The note has a null character.")
    return text


def remove(user: User, number: int) -> None:
    """Nothing happens when it is not pinned."""
    if number <= LAST_ID:
        Pin.objects.filter(user=user, event=number).delete()


def row(pin: Pin) -> dict[str, Any]:
    """The kept event as in a list of the API."""
    kept: dict[str, Any] = orjson.loads(pin.row)
    return kept


def whole(pin: Pin) -> dict[str, Any]:
    """The kept event with its exact line, as `rows.event_alone` gives it."""
    return {**row(pin), **orjson.loads(pin.line)}


def stored(pins: list[Pin]) -> frozenset[int]:
    """The events among them that retention has not dropped."""
    with pools.readers().connection() as connection:
        numbers = [pin.event for pin in pins]
        return frozenset(found["id"] for found in connection.execute(STORED, [numbers]))


STORED = "SELECT id FROM events WHERE id = ANY(%s::bigint[])"
