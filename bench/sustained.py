"""A steady rate for a long time, with sealing and text index: does the backlog grow?

script/bench sustained [--minutes M] [--rate EVENTS_PER_SECOND]
"""

import argparse
import json
import statistics
import time

from bench import lines, product, report, sending

SAMPLE_SECONDS = 2.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--rate", type=float, default=20_000)
    options = parser.parse_args()
    count = int(options.rate * options.minutes * 60)
    texts = lines.make(50_000)
    with product.running() as running, running.connect() as connection:
        work = sending.apart(sending.tcp, running.syslog, texts, count, options.rate)
        samples = []
        while work.is_alive():
            time.sleep(SAMPLE_SECONDS)
            samples.append((queued(running), *segments(connection)))
        stored = product.stored(connection)
    rows = [summary(third, part) for third, part in thirds(samples)]
    report.table(
        f"Sustained: {options.rate:,.0f} events/s for {options.minutes:g} minutes",
        ["part", "queued, median", "queued, most", "unsealed, most", "without text"],
        rows,
    )
    print(f"\nsent {count:,}, stored at the end {stored:,}")


def queued(running: product.Product) -> int:
    """Journalled and not stored yet."""
    (status,) = running.home.glob("journal/*/ingest.json")
    behind = json.loads(status.read_text())["position"]
    received = running.journal()["position"]
    return max(0, int(str(received)) - int(behind))


def segments(connection: object) -> tuple[int, int]:
    """Full segments without their B-trees, and without their text index."""
    rows = connection.execute(  # type: ignore[attr-defined]
        "SELECT count(*) FILTER (WHERE state = 'open'),"
        " count(*) FILTER (WHERE state <> 'indexed') FROM segments"
        " WHERE name LIKE 'events%' AND end_id <= (SELECT max(last_event) FROM batches)"
    ).fetchone()
    return int(rows[0]), int(rows[1])


Samples = list[tuple[int, int, int]]


def thirds(samples: Samples) -> list[tuple[str, Samples]]:
    size = max(1, len(samples) // 3)
    parts = (samples[:size], samples[size : 2 * size], samples[2 * size :])
    return list(zip(("first third", "second third", "last third"), parts, strict=True))


def summary(name: str, samples: Samples) -> list[object]:
    waiting, unsealed, unindexed = zip(*samples, strict=True)
    return [
        name,
        int(statistics.median(waiting)),
        max(waiting),
        max(unsealed),
        max(unindexed),
    ]


if __name__ == "__main__":
    main()
