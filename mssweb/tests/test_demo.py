"""The demo: the same lines for the same seed, at the promised pace, of every kind."""

from collections import Counter
from datetime import UTC, datetime
from itertools import islice, pairwise, takewhile

from mssweb.demo.devices import DEVICES
from mssweb.demo.schedule import FASTEST, SLOWEST, lines

START = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


def first(count: int, seed: int = 7) -> list[tuple[float, str]]:
    return list(islice(lines(seed, START), count))


def test_the_same_seed_gives_the_same_lines() -> None:
    assert first(500) == first(500)
    assert first(500) != first(500, seed=8)


def test_lines_come_in_order_of_time() -> None:
    assert all(one[0] <= two[0] for one, two in pairwise(first(3_000)))


def test_the_pace_is_that_of_a_small_network() -> None:
    count = sum(1 for _ in takewhile(lambda sent: sent[0] < 300, lines(7, START)))
    assert SLOWEST * 300 < count < 1.5 * FASTEST * 300


def test_every_line_is_one_syslog_line() -> None:
    for _, line in first(3_000):
        assert line.startswith("<") and "\n" not in line and len(line) < 1_000


def test_the_first_two_minutes_show_every_device() -> None:
    sent = [line for after, line in first(3_000) if after < 120]
    for host in ("fw-edge", "asa-core", "web-1", "mail-1", "jump-1", "DC-1"):
        assert any(f" {host} " in line for line in sent)
    for token in ("MSWinEventLog", "CEF:0|", "ossec: Alert Level"):
        assert any(token in line for line in sent)


def test_a_scan_shows_as_many_ports_of_one_source() -> None:
    drops = [line for after, line in first(3_000) if "DROP-IN" in line and after < 30]
    sources = Counter(line.partition("SRC=")[2].split()[0] for line in drops)
    assert sources.most_common(1)[0][1] > 100


def test_every_device_is_listed_once() -> None:
    assert len({device for _, device in DEVICES}) == len(DEVICES)
