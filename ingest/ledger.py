"""received = stored + rejected + ignored + duplicate + queued, per source and in total.

The left side is counted by `receive`, rejected too; queued by the headers of the
journal's blocks; stored, ignored and duplicate by the database. Nothing is derived from
the others, so the sum can fail, and then says that something was lost. Pure.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.census import queued
from ingest.counters import Counters
from ingest.tallies import Total

DAMAGED = "journal_damaged"  # lines that were journalled and can no longer be read


@dataclass(frozen=True)
class Journal:
    """The counts of one journal: all, and those up to what is stored."""

    end: Counters
    stored: Counters
    lost: int = 0


@dataclass
class Account:
    """The ledger of one source, or of all."""

    source: str = ""
    sensors: set[int] = field(default_factory=set)
    received: int = 0
    stored: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    ignored: int = 0
    duplicate: int = 0
    queued: int = 0
    last_seen: dt.datetime | None = None
    rate: float = 0.0
    port: int = 0
    claim: str = ""

    @property
    def refused(self) -> int:
        return sum(self.rejected.values())

    @property
    def difference(self) -> int:
        """0 when every received frame is accounted for."""
        known = self.stored + self.refused + self.ignored + self.duplicate
        return self.received - known - self.queued

    def reject(self, rejected: Mapping[str, int]) -> None:
        for reason, count in rejected.items():
            self.rejected[reason] = self.rejected.get(reason, 0) + count

    def counts(self) -> dict[str, Any]:
        return {
            "received": self.received,
            "stored": self.stored,
            "rejected": self.rejected,
            "ignored": self.ignored,
            "duplicate": self.duplicate,
            "queued": self.queued,
        }


def accounts(
    journals: Iterable[Journal],
    totals: Iterable[Total],
    rates: Mapping[str, float] | None = None,
) -> dict[str, Account]:
    """One account per source."""
    found: dict[str, Account] = {}

    def account(source: str) -> Account:
        return found.setdefault(source, Account(source))

    for journal in journals:
        for peer, source in journal.end.sources.items():
            one = account(peer)
            one.received += source.received
            one.port = source.port or one.port
            one.claim = source.claim or one.claim
            one.reject(source.rejected)
        for peer, count in queued(journal.end, journal.stored).items():
            account(peer).queued += count
    for total in totals:
        add(account(total.source), total)
    for source_name, rate in (rates or {}).items():
        account(source_name).rate = rate
    return found


def add(account: Account, total: Total) -> None:
    account.sensors.add(total.sensor)
    account.stored += total.stored
    account.ignored += total.ignored
    account.duplicate += total.duplicate
    seen = [at for at in (account.last_seen, total.last_seen) if at]
    account.last_seen = max(seen, default=None)


def total_of(found: Iterable[Account], lost: int = 0) -> Account:
    """The sum of accounts; lines lost to damage are known of no source."""
    total = Account()
    for account in found:
        total.received += account.received
        total.stored += account.stored
        total.ignored += account.ignored
        total.duplicate += account.duplicate
        total.queued += account.queued
        total.rate += account.rate
        total.reject(account.rejected)
    if lost:
        total.reject({DAMAGED: lost})
    return total


def kernel_drops(journals: Iterable[Journal]) -> dict[str, int]:
    """Per socket: datagrams that the kernel threw away before anything saw them."""
    total = Counters()
    for journal in journals:
        total.add(Counters(drops=journal.end.drops))
    return total.drops
