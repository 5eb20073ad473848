"""Lines that a fuzzer makes by what they reach in the parsers' own code (atheris).

    .venv/bin/python -m bench.guided [-runs=N] [-max_total_time=SECONDS] [-seed=S]

The arguments are libFuzzer's. Here are the parsers that read a line at a time; those
that read columns are tried by `bench/fuzz.py`, since no coverage is seen within Polars.
A parser may understand a line or not; it may not raise, nor give what is no JSON.
"""

import sys

import atheris

with atheris.instrument_imports(include=["ingest"]):
    from ingest.parsers import (
        cef,
        dhcp,
        filterlog,
        leef,
        objects,
        ossec,
        pairs,
        panos,
        rowwise,
        snare,
        w3c,
    )

READ = tuple(
    module.read
    for module in (
        cef, dhcp, filterlog, leef, objects, ossec, pairs, panos, snare, w3c,
    )
)  # fmt: skip
# A beginning that each format claims, which chance alone would take long to find.
STARTS = (
    "CEF:0|a|b|c|d|e|5|", "24,07/26/26,11:59:58,", "4,16777216,,1000000103,igb1,match,",
    "LEEF:2.0|a|b|c|d|^|", '{"a":', "ossec: Alert Level: 5; Rule: 1 - x; Location: ",
    'id=fw time="2026-07-26" src="', "1,2026/07/26 11:59:58,007,TRAFFIC,end,",
    "MSWinEventLog\t1\tSecurity\t1\t", "2026-07-26 11:59:58 W3SVC1 10.0.0.5 GET ", "",
)  # fmt: skip


def one(given: bytes) -> None:
    """The last byte chooses the beginning; every parser reads the line."""
    start = STARTS[given[-1] % len(STARTS)] if given else ""
    message = start + given[:-1].decode("utf-8", "replace").replace("\0", "\u2400")
    for read in READ:
        found = read(message)
        if found is not None:
            rowwise.settled(found, "host", "app", None, None)


def main() -> None:
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
