"""CEF in the MetaFlows dialect, read back by a parser that is not ours."""

from typing import Any

import cefp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.formats.base import CONTROL
from exporters.formats.cef import encode
from exporters.tests.rows import options, row

SEED = (
    "CEF:0|MetaFlows|MSS|1.4.3|1:2009375:3|ET CHAT General MSN Chat Activity|0|cat=1 "
    "src=10.0.0.1 spt=1234 dst=10.0.0.2 dpt=80 dvhost=S-0.tcovel cs1=-> "
    "cs1Label=direction start=1456765929123 externalId=77"
)


def line(_limit: int = 8_192, _header: bool = False, **columns: Any) -> str:
    found = encode([row(**columns)], options(limit=_limit, header=_header))
    return found[0].decode()


def test_an_ids_event() -> None:
    assert line() == SEED


def test_the_header_of_syslog_stands_before_it_on_the_wire() -> None:
    assert line(_header=True) == "<133>Feb 29 17:12:09 S-0.tcovel " + SEED


def parts(**columns: Any) -> dict[str, Any]:
    found: dict[str, Any] = cefp.parse(line(**columns))
    return found


def extension(**columns: Any) -> dict[str, str]:
    found: dict[str, str] = parts(**columns)["extension"]
    return found


SIGNATURES = [
    (1, "1:2009375:3"),
    (2, "service:1234"),
    (3, "ostype:0.00"),
    *((kind, "3:5") for kind in range(5, 12)),
    (12, "981173"),
    (13, "981173"),
]


@pytest.mark.parametrize(("kind", "expected"), SIGNATURES)
def test_signature_ids_are_the_seeds(kind: int, expected: str) -> None:
    found = parts(type=kind, data={"rule": "981173"} if kind > 11 else {})
    assert found["device"]["event_class_id"] == expected
    assert found["extension"]["cat"] == str(kind)


@pytest.mark.parametrize(("rank", "severity"), [(-50, "0"), (0, "0"), (1, "1")])
def test_severity_is_1_for_a_threat(rank: int, severity: str) -> None:
    assert parts(rank=rank)["severity"] == severity


def test_the_direction_is_cs1() -> None:
    found = extension(inbound=True)
    assert (found["cs1"], found["cs1Label"]) == ("<-", "direction")


def test_start_is_exact_to_the_millisecond() -> None:
    time = row()["time"].replace(microsecond=1_000)
    assert extension(time=time)["start"] == "1456765929001"


def test_what_is_not_known_has_no_field() -> None:
    found = extension(src=None, sport=None, dst=None, dport=None)
    assert not {"src", "spt", "dst", "dpt"} & found.keys()


def test_an_ids_events_name_is_without_its_signature() -> None:
    assert line(message="[1:2009375:3] ET CHAT General MSN Chat Activity") == SEED


EXTRAS = [
    (2, {"app": "http"}, {"app": "http"}),
    (
        3,
        {
            "names": ["a.example", "b,example"],
            "agents": ["curl/8=1"],
            "os": ["Linux", "BSD"],
            "users": ["ann"],
            "mac": "00:00:5e:00:53:01",
        },
        {
            "dhost": "a.example,b;example",
            "requestClientApplication": "curl/8=1",
            "cs2": "Linux,BSD",
            "cs2Label": "os",
            "suser": "ann",
        },
    ),
    (5, {"app": "sshd", "report": "x"}, {}),
    (
        6,
        {
            "filetype": "application/zip",
            "shost": "mx.example",
            "suser": "a@example",
            "duser": "b@example",
            "info": "a = b \\ c\nd",
            "requestURL": "http://x/?a=1&b=2|3",
            "report": "https://report/1",
        },
        {
            "filetype": "application/zip",
            "shost": "mx.example",
            "suser": "a@example",
            "duser": "b@example",
            "info": "a = b \\ c\nd",
            "requestURL": "http://x/?a=1&b=2|3",
            "report": "https://report/1",
        },
    ),
    (
        7,
        {"cnt": 3, "rule": 12, "rule_name": "drop it", "armed": False},
        {
            "act": "block",
            "cnt": "3",
            "cs2": "12",
            "cs2Label": "IPS rule number",
            "cs3": "drop it",
            "cs3Label": "IPS rule Name",
            "cs4": "0",
            "cs4Label": "Armed",
        },
    ),
    (8, {"report": "https://report/8"}, {"report": "https://report/8"}),
    (9, {"report": "https://report/9"}, {"report": "https://report/9"}),
    (10, {"trigger": "{1,0} x"}, {"trigger": "{1,0} x"}),
    (11, {"trigger": "{5,0} y"}, {"trigger": "{5,0} y"}),
    *(
        (
            kind,
            {"requestURL": "/a", "rule": "981173"},
            {"requestURL": "/a", "cs2": "981173", "cs2Label": "IPS rule number"},
        )
        for kind in (12, 13)
    ),
]
COMMON = [
    "cat",
    "src",
    "spt",
    "dst",
    "dpt",
    "dvhost",
    "cs1",
    "cs1Label",
    "start",
    "externalId",
]


@pytest.mark.parametrize(("kind", "data", "expected"), EXTRAS)
def test_each_types_extra_fields(
    kind: int, data: dict[str, Any], expected: dict[str, str]
) -> None:
    found = extension(type=kind, data=data)
    assert {k: v for k, v in found.items() if k not in COMMON} == expected


def test_columns_serve_where_data_has_no_such_key() -> None:
    assert extension(type=2, app="ssh")["app"] == "ssh"


def test_optional_fields_go_before_the_message_and_the_core_stays() -> None:
    data = {"requestURL": "/" + "a" * 900, "report": "r" * 900, "info": "subject"}
    found = extension(_limit=2_048, type=6, message="|" * 5_000, data=data)
    assert found.keys() & {"info", "requestURL", "report"} == {"info", "requestURL"}
    assert found["externalId"] == "77"


text = st.text(st.characters(exclude_categories=()), max_size=300)


@given(text, text, text, st.sampled_from([300, 2_048, 8_192]), st.sampled_from([5, 6]))
def test_no_text_forges_a_field_or_a_line(
    message: str, info: str, url: str, limit: int, kind: int
) -> None:
    data = {"info": info, "requestURL": url}
    found = line(limit, type=kind, message=message, data=data)
    assert len(found.splitlines()) == 1
    assert not CONTROL.search(found)
    assert len(found.encode()) <= limit
    read = cefp.parse(found)
    assert read["device"]["event_class_id"] == "3:5"
    assert read["extension"].keys() <= {*COMMON, "info", "requestURL"}
    assert read["extension"]["src"] == "10.0.0.1"
    assert read["extension"]["externalId"] == "77"


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_reads_back(message: str, info: str) -> None:
    """But for control characters, and spaces at the ends of a value."""
    read = parts(type=6, message=message, data={"info": info})
    assert read["name"] == CONTROL.sub(" ", message)
    kept = CONTROL.sub(lambda c: c[0] if c[0] in "\r\n" else " ", info).strip(" ")
    assert read["extension"].get("info", "") == kept
