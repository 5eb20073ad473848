"""Insert speed alone and while segments are sealed, text index included.

    script/bench sealing [--minutes M]

Frames go straight through the write door, so that nothing but the store is measured.
"""

import argparse
import os
import time
from multiprocessing import Event, get_context
from multiprocessing.synchronize import Event as EventType
from typing import TYPE_CHECKING

import django
import polars as pl

from bench import lines, product, report

if TYPE_CHECKING:
    from sensors.routing import Routes

BATCH = 20_000
SEGMENT_ROWS = 200_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=0.75)
    options = parser.parse_args()
    seconds = options.minutes * 60 / 2
    with product.running(MSS_SEGMENT_ROWS=str(SEGMENT_ROWS)) as running:
        os.environ |= running.environment | {"MSS_SEGMENT_ROWS": str(SEGMENT_ROWS)}
        os.environ["DJANGO_SETTINGS_MODULE"] = "mssweb.settings"
        django.setup()
        alone, together, sealed = measure(seconds)
    report.table(
        f"Insert speed while segments of {SEGMENT_ROWS:,} rows are sealed",
        ["what", "events/s"],
        [
            ["alone", alone],
            ["while sealing", together],
            ["share (target ≥ 0.70)", together / alone],
            ["index builds finished meanwhile", sealed],
        ],
    )


def measure(seconds: float) -> tuple[float, float, int]:
    """Rates before and while sealing, and the number of builds meanwhile.

    The sealing lock is held at first, so that the worker has nothing to do.
    """
    from events import database
    from events.tables import EVENTS

    with database.connect() as guard:
        guard.execute("SELECT pg_advisory_lock(%s)", [EVENTS.lock + 0x100])
        alone = insert(seconds)
        guard.execute("SELECT pg_advisory_unlock(%s)", [EVENTS.lock + 0x100])
    stop = Event()
    work = get_context("fork").Process(target=keep_sealing, args=(stop,))
    before = built()
    work.start()
    together = insert(seconds)
    stop.set()
    done = built() - before
    work.terminate()
    work.join()
    return alone, together, done


def insert(seconds: float) -> float:
    """Events per second of one writer."""
    from events import database, store
    from sensors import routing

    frame = sample(routing.load())
    with database.connect() as connection:
        first = store.position(connection, "bench")
        started, count = time.monotonic(), 0
        while time.monotonic() - started < seconds:
            origin = store.Origin("bench", first + count, first + count + BATCH - 1)
            store.save(connection, origin, events=frame)
            count += BATCH
        return count / (time.monotonic() - started)


def sample(routes: "Routes") -> "pl.DataFrame":
    """One batch as ingest makes it."""

    from ingest import pipeline

    texts = lines.make(BATCH)
    now = pl.Series([time.time_ns() // 1000] * BATCH).cast(pl.Datetime("us", "UTC"))
    frame = pl.DataFrame(
        {
            "received": now,
            "peer": ["127.0.0.1"] * BATCH,
            "transport": ["tcp"] * BATCH,
            "port": pl.Series([5514] * BATCH, dtype=pl.UInt16),
            "cut": pl.Series([0] * BATCH, dtype=pl.UInt32),
            "line": texts,
        }
    )
    return pipeline.prepare(frame, routes).events


def keep_sealing(stop: EventType) -> None:
    from events import database, sealing
    from events.tables import EVENTS

    with database.connect() as connection:
        while not stop.is_set():
            if not sealing.seal_due(connection, EVENTS):
                time.sleep(0.2)


def built() -> int:
    """Finished builds: two a segment, B-trees and text index."""
    from events import database

    with database.connect() as connection:
        row = connection.execute(
            "SELECT count(*) FILTER (WHERE state = 'sealed')"
            " + 2 * count(*) FILTER (WHERE state = 'indexed') FROM segments"
        ).fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    main()
