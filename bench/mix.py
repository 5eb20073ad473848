"""Every device's lines beside plain syslog: what understanding them costs.

    script/bench mix [--minutes M]

The whole pipeline over TCP, received to committed and visible, the same number of lines
of either kind, one after the other, twice: plain RFC 3164 lines, and a mix drawn from
the collection of MSS_TEST_DATA (each line as often as another), or of `bench/parse.py`
where there is no collection.
"""

import argparse
import random
from concurrent.futures import ProcessPoolExecutor

from bench import fuzz, lines, parse, product, report, tcp

PER_SECOND = 40_000
SENDERS = 2
ROUNDS = 2
LONGEST = 8_192


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=0.5)
    options = parser.parse_args()
    count = int(options.minutes * 60 * PER_SECOND / 2 / ROUNDS)
    with ProcessPoolExecutor(1, initializer=parse.set_up) as apart:
        mix = apart.submit(mixed, 50_000).result()
    kinds = {"plain": lines.make(50_000), "mix": mix}
    with product.running() as running:
        rates = {
            kind: max(
                tcp.measure_product(running, texts, count, SENDERS)
                for _ in range(ROUNDS)
            )
            for kind, texts in kinds.items()
        }
    report.table(
        "Lines of all devices beside plain ones",
        ["lines", "bytes", "events/s", "MB/s"],
        [
            [kind, size(texts), rates[kind], rates[kind] * size(texts) / 1e6]
            for kind, texts in kinds.items()
        ],
    )
    print(f"share (target ≥ 0.60): {rates['mix'] / rates['plain']:.2f}")


def mixed(count: int) -> list[bytes]:
    chance = random.Random(1)
    seeds = [line for line in fuzz.seeds() if fits(line)]
    return [chance.choice(seeds) for _ in range(count)]


def fits(line: bytes) -> bool:
    """What is one line by the framing of newlines: a digit might begin a count."""
    whole = line.strip() == line and not set(b"\n\r\0") & set(line)
    return whole and 0 < len(line) < LONGEST and not line[:1].isdigit()


def size(texts: list[bytes]) -> int:
    return sum(map(len, texts)) // len(texts)


if __name__ == "__main__":
    main()
