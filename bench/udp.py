"""Datagrams of 500 bytes on loopback at fixed rates: how many are lost, and known.

    script/bench udp [--minutes M]

`known` is what the product says was lost (kernel drops and rejected datagrams); it must
equal what was sent and not stored, to the datagram.
"""

import argparse
import time

from bench import lines, product, report, sending

RATES = (10_000, 30_000, 60_000, 120_000)
SIZE = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=0.5)
    options = parser.parse_args()
    texts = lines.make(20_000, SIZE)
    with product.running() as running:
        rows = [measure(running, texts, rate, options.minutes * 60) for rate in RATES]
    report.table(
        f"UDP, {SIZE}-byte lines, {options.minutes * 60:.0f} s a rate",
        ["asked/s", "sent/s", "sent", "stored", "lost", "known as lost", "lost %"],
        rows,
    )


def measure(
    running: product.Product, texts: list[bytes], rate: int, seconds: float
) -> list[object]:
    count = int(rate * seconds)
    with running.connect() as connection:
        before, known = product.stored(connection), lost(running)
        started = time.monotonic()
        work = sending.apart(sending.udp, running.syslog, texts, count, rate)
        work.join()
        took = time.monotonic() - started
        stored = settle(connection, running) - before
    missing = count - stored
    counted = lost(running) - known
    share = 100 * missing / count
    return [rate, count / took, count, stored, missing, counted, share]


def settle(connection: object, running: product.Product) -> int:
    """Waits until nothing is queued any more; what is stored then."""
    last, same = -1, 0
    while same < 4:
        time.sleep(1)
        now = product.stored(connection)  # type: ignore[arg-type]
        same = same + 1 if now == last else 0
        last = now
    return last


def lost(running: product.Product) -> int:
    status = running.journal()
    drops, rejected = status["kernel_drops"], status["rejected"]
    assert isinstance(drops, dict)
    assert isinstance(rejected, dict)
    return sum(drops.values()) + sum(rejected.values())


if __name__ == "__main__":
    main()
