"""The original's syslog line: its shape, and that no text can change how it reads."""

import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.formats.base import CONTROL
from exporters.formats.seed_syslog import encode
from exporters.tests.rows import options, row

SEED = (
    "Feb 29 17:12:09 S-0.tcovel: {1,0} [1:2009375:3] ET CHAT General MSN Chat Activity "
    "{TCP} 10.0.0.1:1234 -> 10.0.0.2:80"
)
LINE = re.compile(
    r"(?P<date>[A-Z][a-z]{2} [ 1-3]\d \d\d:\d\d:\d\d) (?P<origin>\S+): "
    r"\{(?P<type>\d+),(?P<rank>-?\d+)\} (?P<message>.*) \{(?P<proto>[^{} ]+)\}"
    r"(?: (?P<src>\S+):(?P<sport>\d+))? (?P<dir>->|<-)"
    r"(?: (?P<dst>\S+):(?P<dport>\d+))?"
)


def line(_limit: int = 8_192, _header: bool = False, **columns: Any) -> str:
    found = encode([row(**columns)], options(limit=_limit, header=_header))
    return found[0].decode()


def ending(**columns: Any) -> str:
    return line(**columns).rpartition("{")[2]


def test_the_line_of_the_seed() -> None:
    assert line() == SEED


def test_pri_stands_before_it_on_the_wire() -> None:
    assert line(_header=True) == "<133>" + SEED


def test_the_clock_is_the_sensors_and_the_day_is_padded_with_a_space() -> None:
    there = options(zone=ZoneInfo("Asia/Tokyo"))
    assert encode([row()], there)[0].startswith(b"Mar  1 02:12:09 S-0")


def test_an_inbound_event_points_left_and_src_still_stands_left() -> None:
    assert ending(inbound=True) == "TCP} 10.0.0.1:1234 <- 10.0.0.2:80"


@pytest.mark.parametrize("kind", range(5, 14))
def test_types_from_5_on_are_written_as_5(kind: int) -> None:
    assert " {5,-20} " in line(type=kind, rank=-20)


ENDINGS = [
    ({"proto": None}, "IP} 10.0.0.1:1234 -> 10.0.0.2:80"),
    ({"proto": "x} y"}, "IP} 10.0.0.1:1234 -> 10.0.0.2:80"),
    ({"proto": "ipv6-icmp"}, "IPV6-ICMP} 10.0.0.1:1234 -> 10.0.0.2:80"),
    ({"src": "2001:db8::1"}, "TCP} [2001:db8::1]:1234 -> 10.0.0.2:80"),
    ({"sport": None, "dport": None}, "TCP} 10.0.0.1:0 -> 10.0.0.2:0"),
    ({"src": None}, "TCP} -> 10.0.0.2:80"),
    ({"dst": None}, "TCP} 10.0.0.1:1234 ->"),
    ({"src": None, "dst": None, "proto": None}, "IP} ->"),
    ({"src": None, "dst": None, "proto": None, "inbound": None}, "IP} ->"),
]


@pytest.mark.parametrize(("columns", "expected"), ENDINGS)
def test_what_is_not_known_is_left_out(columns: dict[str, Any], expected: str) -> None:
    assert ending(**columns) == expected


def test_a_signature_is_not_written_twice() -> None:
    assert line(message="[1:2009375:3] ET CHAT General MSN Chat Activity") == SEED


def test_braces_and_line_ends_become_harmless() -> None:
    text = "a {TCP} b\r\nFeb 29 c\0\x1b[31m\u2028d"
    assert " {5,0} a (TCP) b  Feb 29 c  [31m d {TCP} " in line(type=5, message=text)


def test_a_long_message_is_cut_and_the_addresses_stay() -> None:
    found = line(_limit=2_048, type=5, message="é" * 4_000)
    assert 2_046 <= len(found.encode()) <= 2_048
    assert found.endswith("é… {TCP} 10.0.0.1:1234 -> 10.0.0.2:80")


addresses = st.none() | st.ip_addresses().map(str)
ports = st.none() | st.integers(0, 65_535)
text = st.text(st.characters(exclude_categories=()), max_size=300)


@given(
    message=text,
    proto=st.none() | text,
    src=addresses,
    dst=addresses,
    sport=ports,
    inbound=st.none() | st.booleans(),
    kind=st.sampled_from([1, 2, 3, 5, 8, 13]),
    limit=st.sampled_from([400, 2_048, 8_192]),
)
def test_any_text_gives_one_line_with_one_reading(
    message: str,
    proto: str | None,
    src: str | None,
    dst: str | None,
    sport: int | None,
    inbound: bool | None,
    kind: int,
    limit: int,
) -> None:
    columns: dict[str, Any] = {
        "message": message,
        "proto": proto,
        "src": src,
        "dst": dst,
    }
    found = line(limit, type=kind, sport=sport, inbound=inbound, **columns)
    assert len(found.splitlines()) == 1
    assert not CONTROL.search(found)
    assert len(found.encode()) <= limit
    assert found.count("{") == found.count("}") == 2
    match = LINE.fullmatch(found)
    assert match
    assert match["src"] == (src if src is None or ":" not in src else f"[{src}]")
    assert match["dst"] == (dst if dst is None or ":" not in dst else f"[{dst}]")
    assert match["dir"] == ("<-" if inbound else "->")


@given(st.text(max_size=300))
def test_any_text_without_braces_and_controls_reads_back(message: str) -> None:
    clean = CONTROL.sub("", message).replace("{", "").replace("}", "")
    match = LINE.fullmatch(line(type=5, message=clean))
    assert match
    assert match["message"] == clean
