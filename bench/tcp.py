"""Syslog over TCP, received to committed and visible, beside rsyslog with ompgsql.

    script/bench tcp [--minutes M] [--senders N]

Both get the same lines on the same machine and write to the same PostgreSQL, one after
the other. The peer gets a tenth of the lines, because it would take ten times as long.
"""

import argparse
import time

from bench import lines, product, report, rsyslog, sending

PER_SECOND = 100_000  # the guide: as many events a second for the whole time
PEER_SHARE = 10
PATIENCE = 600


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=0.25)
    parser.add_argument("--senders", type=int, default=2)
    options = parser.parse_args()
    texts = lines.make(50_000)
    count = int(options.minutes * 60 * PER_SECOND)
    with product.running() as running:
        ours = measure_product(running, texts, count, options.senders)
        with rsyslog.running(running) as port:
            peer = measure_peer(running, port, texts, count // PEER_SHARE)
    report.table(
        "Syslog over TCP, received to committed and visible",
        ["what", "lines", "events/s"],
        [
            ["this product, fields extracted", count, ours],
            ["rsyslog + ompgsql, header fields", count // PEER_SHARE, peer],
            ["ratio (target ≥ 10)", "", ours / peer],
        ],
    )


def measure_product(
    running: product.Product, texts: list[bytes], count: int, senders: int
) -> float:
    """Events per second from the first byte to the last commit."""
    with running.connect() as connection:
        before = product.stored(connection)
        started = time.monotonic()
        share = count // senders // sending.CHUNK * sending.CHUNK
        work = [
            sending.apart(sending.tcp, running.syslog, texts, share)
            for _ in range(senders)
        ]
        ended = product.wait_until_stored(
            connection, before + share * senders, PATIENCE
        )
    for process in work:
        process.join()
    return share * senders / (ended - started)


def measure_peer(
    running: product.Product, port: int, texts: list[bytes], count: int
) -> float:
    count = count // sending.CHUNK * sending.CHUNK
    with running.connect() as connection:
        started = time.monotonic()
        work = sending.apart(sending.tcp, port, texts, count)
        while rsyslog.stored(connection) < count:
            if time.monotonic() - started > PATIENCE:
                raise SystemExit("the peer did not store everything")
            time.sleep(0.1)
        ended = time.monotonic()
    work.terminate()
    work.join()
    return count / (ended - started)


if __name__ == "__main__":
    main()
