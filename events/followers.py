"""The live connections as the hub sees them: one that is sent rows, one that is paused.

Both hang on a `Reader` (events/reading.py) that hands them what it found; what they
tell the browser is agreed in ARCHITECTURE.md.
"""

import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from events import rows
from events.live import FLOW, Counts, Place

QUIET = 2.0  # seconds after which also a message without a row is sent

Send = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class News:
    """The matches from one place to another.

    `rows` are JSON, the newest first, as many as the reader's cap; `counts` are of all;
    `received` of the newest. `whole`: nothing that was committed is left to read.
    """

    start: Place
    place: Place
    rows: list[bytes]
    counts: Counts
    received: datetime | None
    whole: bool

    @property
    def matched(self) -> int:
        return self.counts.total()


# Equal messages are encoded once.
Texts = dict[Any, str]


@dataclass(eq=False)
class Follower:
    """A connection that has everything up to `place`; `late` is what was committed
    when it joined: what lies before that had waited for the page."""

    send: Send
    cap: int
    flows: bool = False
    place: Place = Place()
    late: Place = Place()
    sent_at: float = 0.0
    paused = False

    @property
    def shown(self) -> Place:
        return self.place

    async def take(self, news: News, texts: Texts) -> None:
        self.place = news.place
        now = time.monotonic()
        if news.place == news.start or (
            not news.matched and now - self.sent_at < QUIET
        ):
            return
        key = min(self.cap, len(news.rows)), news.start.behind(self.late) > 0
        if key not in texts:
            texts[key] = message(news, *key, flows=self.flows)
        self.sent_at = now
        await self.send(texts[key])


@dataclass(eq=False)
class Waiter:
    """A paused connection: it has everything up to `shown`; what came after that is
    counted up to `place`."""

    send: Send
    flows: bool
    shown: Place
    place: Place
    count: int = 0
    exact: bool = False
    told: tuple[int, bool] | None = None
    step: int = 0  # ids of one read of a step; 0: as many as usual
    cap = 0
    paused = True

    async def take(self, news: News, texts: Texts) -> None:
        self.note(news)
        await self.tell()

    def note(self, news: News) -> None:
        self.place, self.exact = news.place, news.whole
        self.count += news.matched

    async def tell(self) -> None:
        """Says how many wait, when that changed."""
        if self.told == (self.count, self.exact):
            return
        self.told = self.count, self.exact
        await self.send(rows.dumps({"type": "waiting"} | self.waiting()).decode())

    def waiting(self) -> dict[str, Any]:
        return {"count": self.count, "exact": self.exact}


Connection = Follower | Waiter


def message(news: News, cap: int, is_late: bool, flows: bool, **more: Any) -> str:
    """The `rows` message with the newest `cap` rows."""
    now = datetime.now(UTC)
    waited = now - news.received if news.received and not is_late else None
    content = {
        "type": "rows",
        "head": news.place.events,
        "flows_head": news.place.flows if flows else None,
        "skipped": news.matched - cap,
        "by": by(news.counts),
        "latency": max(0.0, waited.total_seconds()) if waited else None,
        "now": rows.moment(now),
        **more,
    }
    shown = b",".join(news.rows[:cap])
    return (rows.dumps(content)[:-1] + b',"rows":[' + shown + b"]}").decode()


def by(counts: Counts) -> dict[str, dict[str, int]]:
    """The numbers per type and, of events, per class."""
    types: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    for (kind, cls), count in counts.items():
        types[str(kind)] += count
        if kind != FLOW:
            classes["none" if cls is None else str(cls)] += count
    return {"type": dict(types), "class": dict(classes)}
