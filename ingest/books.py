"""Gathers what the ledger adds up, for one user: journals, database, rights."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from ingest import folder as folders
from ingest import ledger, tallies
from ingest.census import Census
from ingest.counters import Counters
from ingest.ledger import Account, Journal
from ingest.models import JournalTotal
from sensors import access, routing
from sensors.access import AnyUser
from sensors.models import Sensor


@dataclass(frozen=True)
class Books:
    """What one user may see of the ledger."""

    accounts: list[Account]
    total: Account
    kernel_drops: dict[str, int] = field(default_factory=dict)
    made: int = 0


@lru_cache(maxsize=64)
def census(folder: Path) -> Census:
    """Kept, so that a look costs only what has been written since the last."""
    return Census(folder)


def read(user: AnyUser) -> Books:
    """The ledger of the sources whose sensors the user may see; superusers see all."""
    names = live_journals()
    found = tallies.read(names)  # first: the journal is never behind it then
    journals = [
        counted(folder, found.positions[name]) for name, folder in names.items()
    ]
    journals += gone_journals(set(names))
    accounts = ledger.accounts(journals, found.totals, tallies.rates())
    assign(accounts.values())
    if user.is_authenticated and user.is_superuser:
        lost = sum(journal.lost for journal in journals)
        return Books(
            ordered(accounts.values()),
            ledger.total_of(accounts.values(), lost),
            ledger.kernel_drops(journals),
            tallies.made(),
        )
    scope = access.scope(user)
    visible = [one for one in accounts.values() if one.sensors <= scope]
    return Books(ordered(visible), ledger.total_of(visible))


def live_journals() -> dict[str, Path]:
    """The journals on this machine by the names that the store knows them by."""
    found = {}
    for folder in folders.journals(settings.JOURNAL_DIR):
        if files := folders.files(folder):
            found[folders.journal_name(folder, files[-1].identity)] = folder
    return found


def counted(folder: Path, position: int) -> Journal:
    end, stored = census(folder).take(position)
    lost = folders.read_json(folder / folders.INGEST).get("lost", 0)
    return Journal(end, stored, lost)


def gone_journals(live: set[str]) -> list[Journal]:
    """Journals whose folder is no longer there: nothing of them is queued."""
    return [
        Journal(counters, counters, row.lost)
        for row in JournalTotal.objects.exclude(name__in=live)
        for counters in [Counters.from_json(row.counters)]
    ]


def assign(accounts: Any) -> None:
    """The sensor of a source of which nothing is stored yet: the one in force."""
    routes = routing.load()
    for account in accounts:
        if not account.sensors:
            found = routes.find(account.source, account.port, account.claim)
            account.sensors.add(found.sensor)


def ordered(accounts: Any) -> list[Account]:
    """The busiest first."""
    return sorted(accounts, key=lambda one: (-one.rate, -one.received, one.source))


def origins() -> dict[int, str]:
    """Sensor ids → `<sensor>.<domain>`."""
    return {
        sensor.pk: sensor.origin for sensor in Sensor.objects.select_related("domain")
    }


def as_json(books: Books) -> dict[str, Any]:
    """The body of `GET /api/v1/ledger`."""
    names = origins()
    total = books.total.counts()
    total |= {"made": books.made, "kernel_drops": books.kernel_drops}
    return {
        "total": {**total, "difference": books.total.difference},
        "sources": [source_json(one, names) for one in books.accounts],
    }


def source_json(account: Account, names: dict[int, str]) -> dict[str, Any]:
    seen = account.last_seen
    return {
        "source": account.source,
        "sensor": sensor_names(account, names),
        **account.counts(),
        "difference": account.difference,
        "last_seen": seen and seen.isoformat().replace("+00:00", "Z"),
        "rate": round(account.rate, 2),
    }


def sensor_names(account: Account, names: dict[int, str]) -> str:
    """Usually one; several when the configuration changed or ports differ."""
    return ", ".join(sorted(names.get(pk, "deleted") for pk in account.sensors))
