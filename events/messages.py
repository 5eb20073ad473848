"""What a live connection may say, checked. The messages are in ARCHITECTURE.md."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from events import stepping

DEFAULT_CAP, MOST_CAP = 500, 2_000
LAST_ID = 2**63 - 1

Given = Mapping[str, Any]


class WrongMessage(ValueError):
    """A message is not as agreed; the text is one sentence for its sender."""


@dataclass(frozen=True)
class Open:
    """Another filter. `after` and `after_flows`: go on there; None: from now."""

    q: str
    after: int | None
    after_flows: int | None
    cap: int
    flows: bool
    paused: bool


@dataclass(frozen=True)
class Pause:
    pass


@dataclass(frozen=True)
class Resume:
    pass


@dataclass(frozen=True)
class Step:
    count: int


Message = Open | Pause | Resume | Step


def opening(given: Given) -> Open:
    return Open(
        text(given, "q"),
        place(given, "after"),
        place(given, "after_flows"),
        number(given, "cap", DEFAULT_CAP, MOST_CAP),
        flag(given, "flows"),
        flag(given, "paused"),
    )


def step(given: Given) -> Step:
    return Step(number(given, "count", 1, stepping.MOST_ROWS))


READ: dict[str, Callable[[Given], Message]] = {
    "open": opening,
    "pause": lambda given: Pause(),
    "resume": lambda given: Resume(),
    "step": step,
}


def decode(text: str) -> Message:
    """WrongMessage for what is none."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise WrongMessage("The message is no JSON.") from None
    kind = given.get("type") if isinstance(given, dict) else None
    if not isinstance(kind, str) or kind not in READ:
        raise WrongMessage("The message's type must be open, pause, resume or step.")
    return READ[kind](given)


def text(given: Given, name: str) -> str:
    found = given.get(name, "")
    if not isinstance(found, str):
        raise WrongMessage(f"{name} must be a text.")
    return found


def place(given: Given, name: str) -> int | None:
    found = given.get(name)
    if found is not None and not is_number(found, 0, LAST_ID):
        raise WrongMessage(f"{name} must be an id or null.")
    return found


def number(given: Given, name: str, default: int, most: int) -> int:
    found = given.get(name, default)
    if not is_number(found, 1, most):
        raise WrongMessage(f"{name} must be between 1 and {most}.")
    return int(found)


def flag(given: Given, name: str) -> bool:
    found = given.get(name, False)
    if not isinstance(found, bool):
        raise WrongMessage(f"{name} must be true or false.")
    return found


def is_number(value: Any, low: int, high: int) -> bool:
    return type(value) is int and low <= value <= high
