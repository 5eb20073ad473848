"""Until when everything that came in is stored: nothing after it is judged.

What `receive` had received at one look is stored at a later one; then all is known up
to the earlier of both. A time in which a process of ours did not report, the database
was away or ingest was too far behind is an outage of our own.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from django.conf import settings

from ingest import folder as folders
from ingest import sniffing

FRESH = timedelta(seconds=15)  # both report every second
LONGEST = timedelta(minutes=5)  # between two looks, or it was an outage
GONE = timedelta(days=1)  # a journal that is no longer in use


@dataclass(frozen=True)
class Journals:
    """How far each journal is received and stored, by its name in the store."""

    received: dict[str, int]
    stored: dict[str, int]
    healthy: bool


@dataclass(frozen=True)
class Stretch:
    """A time of which all lines are known."""

    start: datetime
    end: datetime


@dataclass
class Horizon:
    """Everything is known up to `at`; None after an outage of our own."""

    at: datetime | None = None
    noted_at: datetime | None = None
    noted: dict[str, int] = field(default_factory=dict)

    def move(self, now: datetime, journals: Journals) -> Stretch | None:
        """What has become known since the last look; None: after an outage, or nothing
        has (then `at` is not None)."""
        if not journals.healthy or self.is_broken(now):
            self.at = self.noted_at = None
            if journals.healthy:
                self.at = now
                self.note(now, journals)
            return None
        assert self.at and self.noted_at  # noqa: S101  (else it is broken)
        if any(journals.stored.get(name, 0) < n for name, n in self.noted.items()):
            return None
        stretch = Stretch(self.at, self.noted_at)
        self.at = self.noted_at
        self.note(now, journals)
        return stretch

    def note(self, now: datetime, journals: Journals) -> None:
        self.noted_at, self.noted = now, dict(journals.received)

    def is_broken(self, now: datetime) -> bool:
        """Too long since the last look or since all was stored, or a clock set back."""
        if self.at is None or self.noted_at is None:
            return True
        return now < self.noted_at or now - self.noted_at > LONGEST

    def as_json(self) -> dict[str, Any]:
        return {
            "at": self.at and self.at.isoformat(),
            "noted_at": self.noted_at and self.noted_at.isoformat(),
            "noted": self.noted,
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        times = [found.get("at"), found.get("noted_at")]
        at, noted_at = (datetime.fromisoformat(t) if t else None for t in times)
        return cls(at, noted_at, found.get("noted", {}))


def read(root: Path, now: datetime) -> Journals:
    """What the processes of this machine say of themselves."""
    received, stored, healthy = {}, {}, []
    for folder in folders.journals(root):
        if folder.name == sniffing.NAME and not settings.SNIFF:
            continue  # an earlier setting left it behind
        in_, out = (
            folders.read_json(folder / name)
            for name in (folders.RECEIVE, folders.INGEST)
        )
        age = since(in_, now)
        if age is None or abs(age) > GONE:
            continue
        name = str(in_.get("journal") or folder.name)
        received[name], stored[name] = in_.get("position", 0), out.get("position", 0)
        healthy.append(is_well(in_, now) and is_well(out, now))
    return Journals(received, stored, bool(healthy) and all(healthy))


def is_well(status: dict[str, Any], now: datetime) -> bool:
    """Whether the process has just reported, and can do its work."""
    age = since(status, now)
    # Of `receive` a full journal counts only: its troubles may be small ones.
    works = (
        status["state"] != "full" if "state" in status else not status.get("trouble")
    )
    return age is not None and abs(age) < FRESH and works


def since(status: dict[str, Any], now: datetime) -> timedelta | None:
    """How long ago the process reported."""
    try:
        return now - datetime.fromisoformat(status["at"])
    except (KeyError, ValueError):
        return None
