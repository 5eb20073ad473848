"""Habits as the page Sources shows them, and what is done about one there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ingest.models import SourceHabit
from ingest.silence.cadence import FIRST_DAY, HOURS, NEEDED, TWO_WEEKS, Habit
from ingest.silence.told import length
from sensors import audit
from sensors.models import Sensor, User

MUTE, RETIRE, WATCH = "mute", "retire", "watch"
RESTS = {MUTE: "muted", RETIRE: "retired", WATCH: ""}


@dataclass(frozen=True)
class Shown:
    pk: int
    sensor: int
    state: str  # learning, watched, silent, muted, retired
    tone: str  # of its light
    usual: str  # between two lines; empty while it is not known
    about: str  # a sentence

    @property
    def actions(self) -> list[tuple[str, str]]:
        if self.state in ("muted", "retired"):
            return [(WATCH, "Watch")]
        retire = [(RETIRE, "Retire")] if self.state == "silent" else []
        return [*retire, (MUTE, "Mute")]


def of(sources: Iterable[str]) -> dict[str, list[Shown]]:
    """By source, a row for each of its sensors."""
    found: dict[str, list[Shown]] = {}
    for row in SourceHabit.objects.filter(source__in=list(sources)).order_by("sensor"):
        found.setdefault(row.source, []).append(shown(row))
    return found


def shown(row: SourceHabit) -> Shown:
    habit = Habit.from_json(row.habit)
    gap = habit.usual_gap
    usual = ""
    if gap:
        usual = length(gap) if gap > 1 else "at most 1 second"
    state, tone, about = state_of(row, habit)
    return Shown(row.pk, row.sensor, state, tone, usual, about)


def state_of(row: SourceHabit, habit: Habit) -> tuple[str, str, str]:
    if row.rest == "muted":
        return "muted", "", "Nobody is told when it falls silent."
    if row.rest == "retired":
        return "retired", "", "It is watched again from its next line on."
    if row.called:
        return "silent", "bad", f"Silent since {row.seen:%Y-%m-%d %H:%M} UTC."
    if habit.is_watched:
        after = length(habit.limit * 3_600)
        return "watched", "good", f"Silent after {after} of its usual hours."
    return "learning", "", learning(habit)


def learning(habit: Habit) -> str:
    """What is still needed."""
    hours = HOURS - habit.lived.count(0)
    if hours < FIRST_DAY:
        return f"{FIRST_DAY - hours} more hours are needed."
    weeks = min(habit.lived)
    if weeks < TWO_WEEKS and not habit.is_steady:
        return "Its week is learned; that takes two of them."
    return f"{NEEDED - habit.gaps} more lines are needed."


def rest(user: User, row: SourceHabit, sensor: Sensor, action: str) -> None:
    """Mutes, retires or watches a source again; written into the trail."""
    before = row.get_rest_display()
    row.rest = SourceHabit.Rest(RESTS[action])
    if row.rest:
        row.called = None
    row.save(update_fields=["rest", "called"])
    differs: dict[str, Any] = {"silence": [before, row.get_rest_display()]}
    audit.record(user, "source changed", row, sensor.domain, changes=differs)
